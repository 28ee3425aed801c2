import { getTable } from "../api/tables";
import type { Found } from "../engine/resource";
import { NamedObject } from "../named-object/named-object";
import { isDeleting } from "./drop";
import { actualOf } from "./mapping";
import type { TableContext, TableFacts, TableState } from "./mapping";
import { namedTable } from "./named-table";

/** The table as a refresh records it; undefined where there is none, or none any more soon. */
export async function readOwnTable(
    context: TableContext,
    id: string,
    state: TableState | undefined,
): Promise<Found<TableFacts> | undefined> {
    const object = new NamedObject(namedTable, context);
    const read = await object.read(state, () => getTable(context.client, id));
    if (!read || isDeleting(read.found)) return undefined;
    const { onDestroy, deletionProtection, unconfirmed } = state ?? {};
    return {
        actual: { ...actualOf(read.found, state), onDestroy, deletionProtection },
        facts: { ...read.facts, ...(unconfirmed !== undefined && { unfinished: undefined }) },
        secretsKnown: true,
    };
}
