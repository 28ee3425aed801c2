import { unlessAdopted } from "../engine/adoption";
import { Failure } from "../engine/errors";
import type { Write } from "../named-object/named-kind";
import { confirmSentence, owedSentences } from "../named-object/plan";
import { quoted, when } from "../values/sentences";
import { columnChanges, columnsIn, timeColumn } from "./columns";
import type { TableState } from "./mapping";
import type { TableStep } from "./plan";
import { retentionSentences } from "./retention";
import type { TableInputs } from "./schema";

const plural = (names: readonly string[]) => (names.length > 1 ? "columns" : "column");

/** What becomes of a table that leaves the state, in words. */
function fateOf({ onDestroy = "retain" }: Pick<TableInputs, "onDestroy">, what = "the table"): string {
    const because = `(onDestroy: ${JSON.stringify(onDestroy)})`;
    switch (onDestroy) {
        case "retain":
            return `keeps ${what} and its data ${because}`;
        case "drop":
            return `drops ${what}, and its data is lost ${because}`;
        case "softDrop":
            return `drops ${what}; its data can be restored for 30 days, and is then lost ${because}`;
        default:
            return "does with the table what onDestroy says, which is not known yet";
    }
}

function schemaSentences(state: TableState, { schema }: TableInputs): string[] {
    const { removed, changed } = columnChanges(state.schema, schema);
    const before = columnsIn(state.schema).columns.map(({ name }) => name);
    const after = columnsIn(schema).columns.flatMap(({ name }) => name ?? []);
    const added = after.filter((name) => name !== timeColumn && !before.includes(name));
    const altered = [...removed, ...changed.map(({ name }) => name)];
    return [
        ...when(
            added.length > 0,
            `adds the ${plural(added)} ${quoted(added)} in place: rows that are there already have no value in ${added.length > 1 ? "them" : "it"}`,
        ),
        ...when(
            altered.length > 0,
            `changes or removes the ${plural(altered)} ${quoted(altered)}: Imply Polaris accepts it only while the table is empty and no job feeds it, else \`pulumi up\` is refused`,
        ),
        ...when(added.length + altered.length === 0, "updates schema in place"),
    ];
}

function updateSentences(write: Write, state: TableState, inputs: TableInputs) {
    const { names, owed } = write;
    const changed = names.filter((name) => !owed.includes(name));
    const others = changed.filter((name) => name !== "schema" && name !== "storagePolicy");
    return [
        ...owedSentences("table", write),
        ...(changed.includes("schema") ? schemaSentences(state, inputs) : []),
        ...when(others.length > 0, `updates ${others.join(", ")} in place`),
        ...(names.includes("storagePolicy")
            ? retentionSentences(owed.includes("storagePolicy") ? undefined : state.storagePolicy, inputs.storagePolicy)
            : []),
    ];
}

function recordSentences(names: readonly string[], inputs: TableInputs): string[] {
    const outcome = inputs.deletionProtection === true ? "refused" : "not refused any more";
    return [
        ...when(names.includes("onDestroy"), `from now on, a destroy ${fateOf(inputs)}`),
        ...when(names.includes("deletionProtection"), `from now on, a destroy or a replacement is ${outcome}`),
    ];
}

/** A step in words. */
export function describeTableStep(step: TableStep, state: TableState, inputs: TableInputs): string[] {
    switch (step.kind) {
        case "unknown":
            return [`not known yet: ${step.names.join(", ")}, and so what changes in the table`];
        case "confirm":
            return [confirmSentence("table")];
        case "update":
            return updateSentences(step, state, inputs);
        case "record":
            return recordSentences(step.names, inputs);
    }
}

/** A table that is protected is neither dropped nor given up. */
export const protectedFailure = () =>
    new Failure("PolarisTableProtected", "deletionProtection is true", "set it to false and run `pulumi up` first");

/** A replacement in words. */
export function describeTableReplacement(cause: string, state: TableState, { adopt }: TableInputs): string {
    if (state.deletionProtection === true) throw protectedFailure();
    const [what, where, refused] =
        cause === "projectId"
            ? ["project", "in the new project", ""]
            : ["name", "of the new name", " (refused if there is one)"];
    const old = fateOf(state, `the old table ${JSON.stringify(state.name)}`);
    return adopt
        ? `the ${what} changes: adopts a table ${where}, or creates one without data; then ${old}, ${unlessAdopted}`
        : `the ${what} changes: creates a table ${where}${refused}, without data, then ${old}`;
}

/** What becomes of the table and of its rows. */
export const tableCreateNotes = (inputs: TableInputs): string[] => [
    ...(inputs.deletionProtection === true
        ? ["a destroy or a replacement is refused (deletionProtection)"]
        : [`a destroy ${fateOf(inputs)}`]),
    ...retentionSentences(undefined, inputs.storagePolicy),
];
