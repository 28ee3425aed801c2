import { createConnection, getConnection, updateConnection } from "../client/connections";
import type { Connection } from "../client/connections";
import { ApiError, foreign } from "../client/errors";
import { createExactlyOnce } from "../lifecycle/exactly-once";
import type { Since } from "../lifecycle/exactly-once";
import { Failure } from "../lifecycle/failures";
import { valueAt } from "../lifecycle/json";
import type { Properties } from "../lifecycle/json";
import type { Context } from "../lifecycle/kind";
import { meansTheSame } from "../lifecycle/meaning";
import { madeSince } from "../lifecycle/ownership";
import { kafkaConnection } from "../schemas/kafka-connection";
import { actualOf, createBody, patchBody, writeOnly } from "./wire";

const shape = Object.entries(kafkaConnection.shape);

/** Arguments in which a connection differs from what is declared, as far as it can be read back. */
export function differences(connection: Connection, inputs: Properties): string[] {
    // Without a time of our last write in the state, the write-only members count as equal.
    const actual = actualOf(connection, { secrets: inputs.secrets, ssl: inputs.ssl });
    return shape.flatMap(([name, schema]) => (meansTheSame(schema, inputs[name], actual[name]) ? [] : [name]));
}

export const makerOf = (connection: Connection) => foreign(connection.submittedByUser?.username ?? "somebody");

function taken(connection: Connection): Failure {
    return new Failure(
        `a connection of that name exists already (of type ${foreign(connection.type)}, made by ${makerOf(connection)} on ${connection.submittedOnTimestamp})`,
        "choose another name, or set adopt: true to take it over",
    );
}

/** Takes over a connection that somebody else made: writes where it differs, or where that cannot be known. */
async function adopt({ client, say }: Context, connection: Connection, inputs: Properties): Promise<Connection> {
    if (connection.type !== "kafka") {
        throw new Failure(
            `a connection of that name exists already, of type ${foreign(connection.type)}`,
            "choose another name, as its type cannot be changed",
        );
    }
    const differing = differences(connection, inputs);
    const hidden = writeOnly.filter((path) => valueAt(inputs, path) !== undefined);
    say(`adopts the connection that ${makerOf(connection)} made`);
    if (differing.length === 0 && hidden.length === 0) return connection;
    return updateConnection(client, connection.name, patchBody(inputs));
}

/** What this resource's own unproven attempt made, if it did. */
export async function findOwn({ client }: Context, inputs: Properties, since: Since): Promise<Connection | undefined> {
    const found = await getConnection(client, inputs.name as string);
    if (!found) return undefined;
    const own = madeSince(client, since, { by: found.submittedByUser?.username, at: found.submittedOnTimestamp });
    return own && differences(found, inputs).length === 0 ? found : undefined;
}

/** POSTs the connection, once and no more; `since` when an earlier attempt at it is unproven. */
export async function makeConnection(context: Context, inputs: Properties, since?: Since): Promise<Connection> {
    const { client } = context;
    try {
        return await createExactlyOnce({
            post: () => createConnection(client, createBody(inputs)),
            findOwn: (begun) => findOwn(context, inputs, begun),
            serverTime: (time) => client.serverTime(time),
            since,
        });
    } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 409) throw error;
        const existing = await getConnection(client, inputs.name as string);
        if (!existing) {
            throw new Failure("the name is taken in another project of the organization", "choose another name");
        }
        if (inputs.adopt === true) return adopt(context, existing, inputs);
        throw taken(existing);
    }
}
