import { readOnlyMembers } from "../api/tables";
import type { Table } from "../api/tables";
import type { Context, State } from "../engine/resource";
import type { NamedFacts } from "../named-object/named-kind";
import { lastWriteTime, personOf } from "../named-object/writers";
import { meansTheSame } from "../values/canonical";
import { isRecord, valueAt, withoutNulls } from "../values/json";
import type { Properties } from "../values/json";
import { columnChanges, mergeColumns } from "./columns";
import { table } from "./schema";
import type { TableInputs } from "./schema";

/** What the state records of a table besides its arguments: nothing that ingestion changes. */
export type TableFacts = NamedFacts & {
    /** The generated id, which no other table ever has. */
    readonly tableId: string;
    readonly createdByUser: { readonly username: string; readonly userId: string } | undefined;
    readonly createdOnTimestamp: string;
};

export type TableState = State<TableInputs, TableFacts>;
export type TableContext = Context<TableInputs, TableFacts>;

export const tableNames = Object.keys(table.shape);

type Name = keyof typeof table.shape;

const isName = (name: string): name is Name => name in table.shape;

/** The complete table, as POST takes it. `schemaMode` has no documented default. */
export const createBody = ({ schemaMode = "flexible", ...inputs }: TableInputs): object => ({
    schemaMode,
    ...Object.fromEntries(Object.entries(inputs).filter(([name]) => isName(name))),
});

/** What a member becomes that the program does not declare any more; others are left out of the table. */
export const defaults: Properties = {
    schemaMode: "flexible",
    partitioningGranularity: "day",
    timeResolution: "millisecond",
};

const policies = (value: unknown) => (isRecord(value) ? value : {});

/** The policies that are there, with the declared ones, and without those that are not declared any more. */
function policyBody(found: unknown, before: unknown, declared: unknown): Properties | undefined {
    const [olds, news] = [policies(before), policies(declared)];
    const names = [...new Set([...Object.keys(policies(found)), ...Object.keys(news)])];
    const members = names
        .map((name) => [name, news[name] ?? (olds[name] === undefined ? policies(found)[name] : undefined)] as const)
        .filter(([, value]) => value !== undefined && value !== null);
    return members.length > 0 ? Object.fromEntries(members) : undefined;
}

/** The whole table as PUT takes it, with the named arguments; undefined where the table has them already. */
export function updateBody(
    found: Table,
    { names, isTouched = false }: { readonly names: readonly string[]; readonly isTouched?: boolean },
    inputs: TableInputs,
    state: Partial<TableInputs>,
): Properties | undefined {
    const members = Object.entries(found).filter(([name, value]) => !readOnlyMembers.includes(name) && value !== null);
    const current = Object.fromEntries(members.map(([name, value]) => [name, withoutNulls(value)]));
    const { removed } = columnChanges(state.schema, inputs.schema);
    const valueOf = (name: Name): unknown => {
        if (name === "schema") return mergeColumns(found.schema ?? [], inputs.schema ?? [], removed);
        if (name === "storagePolicy") return policyBody(found.storagePolicy, state.storagePolicy, inputs.storagePolicy);
        return inputs[name] ?? defaults[name];
    };
    const changes = names
        .filter(isName)
        .map((name) => [name, valueOf(name)] as const)
        .filter(([name, value]) => !meansTheSame(table.shape[name], value, current[name]));
    return changes.length > 0 || isTouched ? { ...current, ...Object.fromEntries(changes) } : undefined;
}

/** The members of an update that an answer does not show. */
export const unwritten = (answer: Table, body: Properties): string[] =>
    tableNames.filter(isName).filter((name) => {
        const shown = name === "schema" && Array.isArray(body.schema) ? ownColumns(answer, body.schema) : answer[name];
        return !meansTheSame(table.shape[name], body[name], shown);
    });

/** The columns of a table that are among the given ones, in the table's order. */
function ownColumns({ schema }: Table, declared: readonly unknown[]): unknown[] {
    const names = declared.map((column) => valueAt(column, ["name"]));
    const own: unknown[] = (schema ?? []).filter(({ name }) => names.includes(name));
    // Every table has it, whether or not an answer lists it.
    const index = names.indexOf("__time");
    const isListed = own.some((column) => valueAt(column, ["name"]) === "__time");
    return index < 0 || isListed ? own : own.toSpliced(index, 0, declared[index]);
}

/**
 * A table in the form of a program's arguments: the members and columns that these declare, and no others, as those are
 * not this resource's. Without arguments, all of the table.
 */
export function actualOf(found: Table, declared: Partial<TableInputs> | undefined): Properties {
    const actual: Properties = { ...found };
    if (!declared) return actual;
    const given: Properties = declared;
    const own = Object.fromEntries(
        tableNames.map((name) => [name, given[name] === undefined ? undefined : actual[name]]),
    );
    const declaredPolicies = Object.entries(policies(found.storagePolicy)).filter(
        ([name]) => policies(declared.storagePolicy)[name] !== undefined,
    );
    return {
        ...own,
        type: found.type,
        schema: declared.schema && ownColumns(found, declared.schema),
        storagePolicy: declared.storagePolicy && Object.fromEntries(declaredPolicies),
    };
}

/** Arguments in which a table differs from given ones. */
export function differences(found: Table, inputs: Partial<TableInputs>): string[] {
    const [given, actual]: Properties[] = [inputs, actualOf(found, inputs)];
    return tableNames.filter(isName).filter((name) => !meansTheSame(table.shape[name], given?.[name], actual?.[name]));
}

/** The lasting facts: which table it is, who created it when, and when this resource wrote it last. */
export const factsOf = (found: Table) => ({
    tableId: found.id,
    createdByUser: personOf(found.createdByUser),
    createdOnTimestamp: found.createdOnTimestamp,
    modifiedOnTimestamp: lastWriteTime(found),
});
