import { readConnection } from "../api/connection-list";
import { Failure } from "../engine/errors";
import type { Found } from "../engine/resource";
import { attemptsIn } from "../engine/unconfirmed";
import type { ConnectionContext, ConnectionFacts, ConnectionState } from "./connection-type";
import { findUnconfirmed } from "./create";
import { actualOf, factsOf, lastWriterOf } from "./mapping";

/** The connection as a refresh records it; undefined where there is none of this resource any more. */
export async function readOwnConnection(
    context: ConnectionContext,
    id: string,
    state: ConnectionState | undefined,
): Promise<Found<ConnectionFacts> | undefined> {
    const attempts = state && attemptsIn(state);
    const found = attempts ? await findUnconfirmed(context, state, attempts) : await readConnection(context.client, id);
    if (!found) return undefined;
    const { type } = context.type;
    if (found.type !== type) {
        if (state) return undefined;
        throw new Failure(
            "PolarisConnectionTypeMismatch",
            `the connection of that name is of type ${context.client.quote(found.type)}`,
            `give the id of one of type ${type}`,
        );
    }
    const facts = factsOf(context, found);
    const known: Partial<ConnectionState> = state ?? {};
    const isOwn = lastWriterOf(found, known) === "own";
    return {
        actual: actualOf(context.type, found, known),
        facts: {
            ...facts,
            // Our last write is recorded: a later one of another user tells that the secrets are not known any more.
            modifiedOnTimestamp: known.modifiedOnTimestamp ?? facts.modifiedOnTimestamp,
            seenOnTimestamp: isOwn ? undefined : facts.modifiedOnTimestamp,
            unfinished: known.unfinished,
            owed: known.owed,
        },
        secretsKnown: isOwn,
    };
}
