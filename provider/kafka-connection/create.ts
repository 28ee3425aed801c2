import { createConnection, getConnection, updateConnection } from "../api/connections";
import type { Connection } from "../api/connections";
import { ApiError, foreign, RequestError } from "../api/errors";
import { createExactlyOnce } from "../engine/exactly-once";
import type { Attempts } from "../engine/exactly-once";
import { explained, Failure, HalfDone, owedFact } from "../engine/errors";
import { valueAt } from "../values/json";
import type { Properties } from "../values/json";
import type { Context } from "../engine/resource";
import { meansTheSame } from "../values/canonical";
import { adviceFor, isOfUserAndTime } from "../identity/identity";
import { kafkaConnection } from "./schema";
import { actualOf, clearedIn, createBody, factsOf, patchBody, secretPaths } from "./mapping";
import type { Change } from "./mapping";

const shape = Object.entries(kafkaConnection.shape);

/** The Pulumi id of a connection. */
export const nameOf = (properties: Properties) => properties.name as string;

/** Arguments in which a connection differs from given ones, as far as it can be read back. */
export function differences(connection: Connection, given: Properties): string[] {
    // Without a time of our last write in the state, the secrets count as equal.
    const actual = actualOf(connection, { secrets: given.secrets, ssl: given.ssl });
    return shape.flatMap(([name, schema]) => (meansTheSame(schema, given[name], actual[name]) ? [] : [name]));
}

export const createdBy = (connection: Connection) =>
    `made by ${foreign(connection.submittedByUser?.username ?? "another user")} on ${connection.submittedOnTimestamp}`;

export const goneFailure = () =>
    new Failure("the connection is gone", "run `pulumi refresh`, then `pulumi up` again to make it anew");

/** What Imply Polaris does with a `null` is not documented: it may keep the member, or refuse the whole change. */
const uncleared = (happened: string, cleared: readonly string[]) =>
    new Failure(
        happened,
        `give ${cleared.join(", ")} a value, or declare the connection under another name, which replaces it`,
    );

async function patch({ client }: Context, name: string, body: Properties): Promise<Connection> {
    const cleared = clearedIn(body);
    try {
        const answer = await updateConnection(client, name, body);
        if (answer) return answer;
    } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 400 || cleared.length === 0) throw error;
        const { happened } = explained(error, { operation: "update", permission: "ManageConnections" });
        throw uncleared(`${happened} (the change clears ${cleared.join(", ")})`, cleared);
    }
    throw goneFailure();
}

/** Writes what the change asks for, if anything differs, and makes sure that the connection shows it. */
export async function writeConnection(
    context: Context,
    change: Change,
    inputs: Properties,
    state: Properties,
    found: Connection,
): Promise<Connection> {
    const body = patchBody(change, inputs, state, found);
    if (!body) return found;
    let answer: Connection;
    try {
        answer = await patch(context, nameOf(inputs), body);
    } catch (error) {
        const isOpen = error instanceof RequestError && error.mayHaveHappened;
        throw isOpen ? new HalfDone(error, { [owedFact]: change.names }) : error;
    }
    const differing = differences(answer, inputs).filter((name) => change.names.includes(name));
    if (clearedIn(body).includes("ssl.keystore")) {
        context.say(
            "asked Imply Polaris to remove ssl.keystore, which it never shows: if the brokers still see the client certificate, declare the connection under another name",
        );
    }
    if (differing.length === 0) return answer;
    const cleared = clearedIn(body).filter((path) => differing.includes(path.split(".")[0] ?? ""));
    const failure =
        cleared.length > 0
            ? uncleared(`Imply Polaris took the change but did not clear ${cleared.join(", ")}`, cleared)
            : new Failure(
                  `Imply Polaris took the change but shows another ${differing.join(", ")}`,
                  "run `pulumi refresh` and `pulumi up` again, or replace the connection under another name",
              );
    throw new HalfDone(failure, { ...factsOf(answer), [owedFact]: differing });
}

function exists({ client }: Context, connection: Connection): Failure {
    const creator = connection.submittedByUser?.username;
    return new Failure(
        `a connection of that name exists already (of type ${foreign(connection.type)}, ${createdBy(connection)})`,
        connection.type === "kafka"
            ? adviceFor(client, creator, "name")
            : "choose another name, as its type cannot be changed",
    );
}

/** What is not written carries no sign of a second owner. */
const asItIs = ", as it is: if another stack has it, remove it there by `pulumi state delete`";

/** Takes over a connection that exists: writes where it differs, or where that cannot be known. */
async function adopt(context: Context, connection: Connection, inputs: Properties): Promise<Connection> {
    const differing = differences(connection, inputs);
    const hidden = secretPaths.filter((path) => valueAt(inputs, path) !== undefined);
    if (inputs.adopt === "unchanged") {
        if (differing.length > 0) {
            throw new Failure(
                `the connection of that name, ${createdBy(connection)}, differs in ${differing.join(", ")}`,
                'declare it as it is, or set adopt: true, which changes it ("unchanged" does not)',
            );
        }
        const note = hidden.length > 0 ? "; its secrets cannot be compared, and stay as they are" : "";
        context.say(`adopts the connection ${createdBy(connection)}${asItIs}${note}`);
        return connection;
    }
    const names = [...new Set([...differing, ...hidden.map(([name]) => name)])];
    context.say(`adopts the connection ${createdBy(connection)}${names.length > 0 ? "" : asItIs}`);
    return writeConnection(context, { names, secrets: hidden }, inputs, {}, connection);
}

/** Takes over the own connection again, where the engine replaces its entry: it is as the state has it, or refused. */
async function takeOverOwn(context: Context, connection: Connection, inputs: Properties, olds: Properties) {
    const edited = differences(connection, olds);
    if (edited.length > 0) {
        throw new Failure(
            `the connection of that name, ${createdBy(connection)}, differs from the state in ${edited.join(", ")}`,
            "run `pulumi refresh` to see the differences, then `pulumi up` again",
        );
    }
    const changed = differences(connection, inputs);
    const secrets = secretPaths.filter(([name]) => changed.includes(name));
    return writeConnection(context, { names: changed, secrets }, inputs, olds, connection);
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
    const found = await getConnection(client, nameOf(inputs));
    if (!found || !isOfAttempts(context, attempts, found, inputs)) return undefined;
    // Whose key this is, the API tells with its answer to a write.
    if (client.self === undefined) say(`takes the connection ${createdBy(found)}, for what its unanswered create made`);
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
        const existing = await getConnection(client, nameOf(inputs));
        if (!existing) {
            throw new Failure("the name is taken in another project of the organization", "choose another name");
        }
        if (existing.type !== "kafka") throw exists(context, existing);
        if (context.replacedInputs) return takeOverOwn(context, existing, inputs, context.replacedInputs);
        if (inputs.adopt) return adopt(context, existing, inputs);
        throw exists(context, existing);
    }
}
