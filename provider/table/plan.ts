import type { Change } from "../engine/resource";
import { planWrite } from "../named-object/plan";
import type { NamedStep } from "../named-object/plan";
import type { TableState } from "./mapping";
import { tableNames } from "./mapping";
import type { TableInputs } from "./schema";

/** A step that an update of a table takes. */
export type TableStep =
    /** Nothing can be said, as these arguments are not known in this preview. */
    | { readonly kind: "unknown"; readonly names: readonly string[] }
    /** An update sends the whole table by PUT, if it differs. */
    | NamedStep
    /** Changes what a destroy does, in state alone: a destroy has nothing but the state. */
    | { readonly kind: "record"; readonly names: readonly string[] };

const deletionNames = ["onDestroy", "deletionProtection"];

/** What an earlier operation may not have brought to the table: all, where the state does not say. */
const owedIn = ({ owed = [] }: TableState) => (owed.length > 0 ? owed : tableNames);

/** The steps that bring a table from its state to the arguments. */
export function planTable(state: TableState, _inputs: TableInputs, change: Change): TableStep[] {
    const names = change.names.filter((name) => tableNames.includes(name));
    const recorded = change.names.filter((name) => deletionNames.includes(name));
    return [
        ...(change.unknown.length > 0 ? [{ kind: "unknown", names: change.unknown } as const] : []),
        ...planWrite(state, { names, secrets: [] }, owedIn(state), []),
        ...(recorded.length > 0 ? [{ kind: "record", names: recorded } as const] : []),
    ];
}
