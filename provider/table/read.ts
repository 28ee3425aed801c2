import { getTable } from "../api/tables";
import type { Found } from "../engine/resource";
import { attemptsIn } from "../engine/unconfirmed";
import { findUnconfirmed } from "./create";
import { isDeleting } from "./drop";
import { actualOf, factsOf, lastWriterOf } from "./mapping";
import type { TableContext, TableFacts, TableState } from "./mapping";

/** The table as a refresh records it; undefined where there is none, or none any more soon. */
export async function readOwnTable(
    context: TableContext,
    id: string,
    state: TableState | undefined,
): Promise<Found<TableFacts> | undefined> {
    const attempts = state && attemptsIn(state);
    const found = attempts ? await findUnconfirmed(context, state, attempts) : await getTable(context.client, id);
    if (!found || isDeleting(found)) return undefined;
    const facts = factsOf(found);
    return {
        actual: {
            ...actualOf(found, state),
            onDestroy: state?.onDestroy,
            deletionProtection: state?.deletionProtection,
        },
        facts: {
            ...facts,
            modifiedOnTimestamp: state?.modifiedOnTimestamp ?? facts.modifiedOnTimestamp,
            seenOnTimestamp: lastWriterOf(found, state ?? {}) === "own" ? undefined : facts.modifiedOnTimestamp,
            unfinished: attempts ? undefined : state?.unfinished,
            owed: state?.owed,
        },
        secretsKnown: true,
    };
}
