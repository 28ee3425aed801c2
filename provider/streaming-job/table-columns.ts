import type { Declared } from "../engine/resource";
import { columnsIn, timeColumn } from "../table/columns";
import type { PartialColumn } from "../table/columns";
import { valueAt } from "../values/json";
import { didYouMean, problemOf } from "../values/shape";
import type { Problem } from "../values/shape";
import { hasUnknown } from "../values/unknown";
import { partialArguments } from "./partial-arguments";
import type { PartialArguments } from "./partial-arguments";
import { aggregates } from "./sql/aggregation";
import { tokensOf } from "./sql/tokens";

/** The table that a job feeds, as far as the program declares it. */
interface DeclaredTable {
    readonly title: string;
    readonly isStrict: boolean;
    readonly isAggregate: boolean;
    readonly columns: readonly PartialColumn[];
    /** All columns that are declared; undefined where some are not known yet. */
    readonly names: readonly string[] | undefined;
}

function declaredTable(given: object, declared: Declared): DeclaredTable | undefined {
    const name = valueAt(given, ["target", "tableName"]);
    const inputs = typeof name === "string" ? declared("Table", name)?.inputs : undefined;
    if (typeof name !== "string" || !inputs) return undefined;
    const { columns, isOpen } = columnsIn(inputs.schema);
    return {
        title: JSON.stringify(name),
        isStrict: inputs.schemaMode === "strict",
        isAggregate: inputs.type === "aggregate",
        columns,
        names: isOpen ? undefined : [...new Set([...columns.flatMap(({ name: own }) => own ?? []), timeColumn])],
    };
}

function mappingProblems({ mappings = [] }: PartialArguments, given: object, table: DeclaredTable): Problem[] {
    return mappings.flatMap((mapping, index): Problem[] => {
        const path = ["mappings", index];
        const { columnName, expression } = mapping ?? {};
        if (columnName === undefined) return [];
        if (table.isStrict && table.names && !table.names.includes(columnName)) {
            const hint = didYouMean(columnName, table.names);
            const message = `is no column of the strict table ${table.title}, which has to declare it in its schema; ${hint}`;
            return [{ path: [...path, "columnName"], message }];
        }
        const isMeasure = table.columns.some(({ name, type }) => name === columnName && type === "measure");
        if (!table.isAggregate || !isMeasure) return [];
        const measure = `the measure ${JSON.stringify(columnName)} of the aggregate table ${table.title}`;
        if (valueAt(given, [...path, "isAggregation"]) === false) {
            return [{ path: [...path, "isAggregation"], message: `expected true or no value, as it feeds ${measure}` }];
        }
        if (expression === undefined || aggregates(tokensOf(expression)) !== false) return [];
        const message = `expected an aggregation, such as SUM(…), MAX(…) or COUNT(*), as it feeds ${measure}`;
        return [{ path: [...path, "expression"], message }];
    });
}

/** Columns that the job names besides its mappings: the table has to have them. */
function namedColumns(given: object) {
    const listAt = (name: string) => {
        const names = valueAt(given, [name]);
        return Array.isArray(names) ? names.map((one: unknown, index) => ({ path: [name, index], name: one })) : [];
    };
    const version = { path: ["upsertVersionColumn"], name: valueAt(given, ["upsertVersionColumn"]) };
    return [...listAt("clusteringColumns"), ...listAt("upsertKeyColumns"), version];
}

function namedColumnProblems(given: object, table: DeclaredTable): Problem[] {
    return namedColumns(given).flatMap(({ path, name }): Problem[] => {
        if (typeof name !== "string" || hasUnknown(name)) return [];
        const isMeasure = table.isAggregate && table.columns.some((one) => one.name === name && one.type === "measure");
        if (path[0] === "clusteringColumns" && isMeasure) {
            return [
                { path, message: `expected a dimension, as it is a measure of the aggregate table ${table.title}` },
            ];
        }
        if (!table.isStrict || !table.names || table.names.includes(name)) return [];
        const message = `is no column of the strict table ${table.title}; ${didYouMean(name, table.names)}`;
        return [{ path, message }];
    });
}

/** Nothing orders a job before a table that it creates itself, or after it. */
export function tableWarnings(given: object, declared: Declared): Problem[] {
    const isDouble =
        valueAt(given, ["createTableIfNotExists"]) === true && declaredTable(given, declared) !== undefined;
    const message =
        "has no effect beside the Table of this program; remove it, and take tableName from `table.name`, which orders the two";
    return problemOf(["createTableIfNotExists"], isDouble ? message : undefined);
}

/** What the job's table cannot take, where the program itself declares the table. */
export function tableColumnProblems(given: object, declared: Declared): Problem[] {
    const table = declaredTable(given, declared);
    if (!table) return [];
    const discovers = table.isStrict && valueAt(given, ["useSchemaDiscovery"]) === true;
    const message = `expected false, as the table ${table.title} is strict: ingestion cannot add columns to it`;
    return [
        ...mappingProblems(partialArguments.parse(given), given, table),
        ...namedColumnProblems(given, table),
        ...(discovers ? [{ path: ["useSchemaDiscovery"], message }] : []),
    ];
}
