import { readConnection } from "../api/connection-list";
import { Failure } from "../engine/errors";
import type { Found } from "../engine/resource";
import { NamedObject } from "../named-object/named-object";
import { namedConnection } from "./named-connection";
import type { ConnectionContext, ConnectionFacts, ConnectionState, ConnectionType } from "./connection-type";
import { actualOf } from "./mapping";

/** The connection as a refresh records it; undefined where there is none of this resource any more. */
export async function readOwnConnection(
    type: ConnectionType,
    context: ConnectionContext,
    id: string,
    state: ConnectionState | undefined,
): Promise<Found<ConnectionFacts> | undefined> {
    const object = new NamedObject(namedConnection(type), context);
    const read = await object.read(state, () => readConnection(context.client, id));
    if (!read) return undefined;
    const { found, facts, isOwn } = read;
    if (found.type === type.type) return { actual: actualOf(type, found, state ?? {}), facts, secretsKnown: isOwn };
    if (state) return undefined;
    throw new Failure(
        "PolarisConnectionTypeMismatch",
        `the connection of that name is of type ${context.client.quote(found.type)}`,
        `give the id of one of type ${type.type}`,
    );
}
