import { createConnection, getConnection, updateConnection } from "../client/connections";
import type { Connection } from "../client/connections";
import { ApiError, foreign } from "../client/errors";
import { createExactlyOnce } from "../lifecycle/exactly-once";
import type { Attempts } from "../lifecycle/exactly-once";
import { Failure, HalfDone } from "../lifecycle/failures";
import { valueAt } from "../lifecycle/json";
import type { Properties } from "../lifecycle/json";
import type { Context } from "../lifecycle/kind";
import { meansTheSame } from "../lifecycle/meaning";
import { isOfUserAndTime } from "../lifecycle/ownership";
import { kafkaConnection } from "../schemas/kafka-connection";
import { actualOf, createBody, factsOf, patchBody, writeOnly } from "./wire";

const shape = Object.entries(kafkaConnection.shape);

/** Arguments in which a connection differs from what is declared, as far as it can be read back. */
export function differences(connection: Connection, inputs: Properties): string[] {
    // Without a time of our last write in the state, the write-only members count as equal.
    const actual = actualOf(connection, { secrets: inputs.secrets, ssl: inputs.ssl });
    return shape.flatMap(([name, schema]) => (meansTheSame(schema, inputs[name], actual[name]) ? [] : [name]));
}

export const madeBy = (connection: Connection) =>
    `made by ${foreign(connection.submittedByUser?.username ?? "somebody")} on ${connection.submittedOnTimestamp}`;

export const goneFailure = () =>
    new Failure("the connection is gone", "run `pulumi refresh`, then `pulumi up` again to make it anew");

/** PATCHes the connection to what is declared, and makes sure that it shows that. */
export async function writeConnection({ client }: Context, inputs: Properties): Promise<Connection> {
    const answer = await updateConnection(client, inputs.name as string, patchBody(inputs));
    if (!answer) throw goneFailure();
    const kept = differences(answer, inputs);
    if (kept.length === 0) return answer;
    const failure = new Failure(
        `Imply Polaris took the change but shows another ${kept.join(", ")}`,
        "run `pulumi refresh` and `pulumi up` again, or replace the connection under another name",
    );
    throw new HalfDone(failure, factsOf(answer));
}

function taken(connection: Connection): Failure {
    return new Failure(
        `a connection of that name exists already (of type ${foreign(connection.type)}, ${madeBy(connection)})`,
        connection.type === "kafka"
            ? "choose another name, or set adopt: true to take it over"
            : "choose another name, as its type cannot be changed",
    );
}

/** Takes over a connection that somebody else made: writes where it differs, or where that cannot be known. */
async function adopt(context: Context, connection: Connection, inputs: Properties): Promise<Connection> {
    const differing = differences(connection, inputs);
    const hidden = writeOnly.filter((path) => valueAt(inputs, path) !== undefined);
    context.say(`adopts the connection ${madeBy(connection)}`);
    if (differing.length === 0 && hidden.length === 0) return connection;
    return writeConnection(context, inputs);
}

/** Whether a connection is what this resource's own unproven attempts made, as far as that can be told. */
export function isOfAttempts({ client }: Context, attempts: Attempts, found: Connection, inputs: Properties): boolean {
    const { submittedByUser, submittedOnTimestamp } = found;
    const isOwn = isOfUserAndTime(client, attempts, { by: submittedByUser?.username, at: submittedOnTimestamp });
    return isOwn && differences(found, inputs).length === 0;
}

/** What this resource's own unproven attempts made, if they did. */
export async function findOwn(context: Context, inputs: Properties, attempts: Attempts) {
    const { client, say } = context;
    const found = await getConnection(client, inputs.name as string);
    if (!found || !isOfAttempts(context, attempts, found, inputs)) return undefined;
    // Whose key this is, the API tells with its answer to a write.
    if (client.self === undefined) say(`takes the connection ${madeBy(found)}, for what its unanswered create made`);
    return found;
}

/** POSTs the connection, once and no more; `earlier` where attempts at it are unproven. */
export async function makeConnection(context: Context, inputs: Properties, earlier?: Attempts): Promise<Connection> {
    const { client } = context;
    try {
        return await createExactlyOnce({
            post: () => createConnection(client, createBody(inputs)),
            findOwn: (attempts) => findOwn(context, inputs, attempts),
            serverTime: (time) => client.serverTime(time),
            earlier,
        });
    } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 409) throw error;
        const existing = await getConnection(client, inputs.name as string);
        if (!existing) {
            throw new Failure("the name is taken in another project of the organization", "choose another name");
        }
        if (inputs.adopt === true && existing.type === "kafka") return adopt(context, existing, inputs);
        throw taken(existing);
    }
}
