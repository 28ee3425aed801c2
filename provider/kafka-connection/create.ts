import { createConnection, getConnection } from "../api/connections";
import type { Connection } from "../api/connections";
import { ApiError } from "../api/errors";
import type { Attempts } from "../api/retry";
import { Failure } from "../engine/errors";
import { adviceForExisting } from "../engine/existing-object";
import { intervalText } from "../engine/unconfirmed";
import { canBeFrom } from "../identity/identity";
import { valueAt } from "../values/json";
import { createBody, creatorOf, differences, factsOf, secretPaths } from "./mapping";
import type { ConnectionContext } from "./mapping";
import type { KafkaConnectionInputs } from "./schema";
import { updateWhatDiffers } from "./update";

/** What is not written carries no sign of a second owner. */
const asItIs = ", as it is: if another stack has it, remove it there by `pulumi state delete`";

function existsFailure({ client }: ConnectionContext, connection: Connection): Failure {
    const creator = connection.submittedByUser?.username;
    const { cure, details } =
        connection.type === "kafka"
            ? adviceForExisting(creator, client.user, "name")
            : { cure: "choose another name, as its type cannot be changed", details: [] };
    return new Failure("PolarisConnectionExists", "a connection of that name exists already", cure, [
        client.quote(`it is of type ${connection.type}, ${creatorOf(connection)}`),
        ...details,
    ]);
}

/** Takes over a connection that exists: writes where it differs, or where that cannot be known. */
async function adopt(
    context: ConnectionContext,
    connection: Connection,
    inputs: KafkaConnectionInputs,
): Promise<Connection> {
    const differing = differences(connection, inputs);
    const hidden = secretPaths.filter((path) => valueAt(inputs, path) !== undefined);
    const creator = context.client.quote(creatorOf(connection));
    if (inputs.adopt === "unchanged") {
        if (differing.length > 0) {
            throw new Failure(
                "PolarisConnectionDiffers",
                `the connection of that name, ${creator}, differs in ${differing.join(", ")}`,
                'declare it as it is, or set adopt: true, which changes it ("unchanged" does not)',
            );
        }
        const note = hidden.length > 0 ? "; its secrets cannot be compared, and stay as they are" : "";
        context.log(`adopts the connection ${creator}${asItIs}${note}`);
        return connection;
    }
    const names = [...new Set([...differing, ...hidden.map(([name]) => name)])];
    context.log(`adopts the connection ${creator}${names.length > 0 ? "" : asItIs}`);
    return updateWhatDiffers(context, { names, secrets: hidden }, inputs, {}, connection);
}

/** Takes over the own connection again, where the engine replaces its entry: only if it is as the state has it. */
async function adoptOwn(
    context: ConnectionContext,
    connection: Connection,
    inputs: KafkaConnectionInputs,
    olds: KafkaConnectionInputs,
): Promise<Connection> {
    const edited = differences(connection, olds);
    if (edited.length > 0) {
        throw new Failure(
            "PolarisConnectionChanged",
            `the connection of that name differs from the state in ${edited.join(", ")}`,
            "run `pulumi refresh` to see the differences, then `pulumi up` again",
            [context.client.quote(creatorOf(connection))],
        );
    }
    const names = differences(connection, inputs);
    const secrets = secretPaths.filter(([name]) => names.includes(name));
    return updateWhatDiffers(context, { names, secrets }, inputs, olds, connection);
}

/** Whether a connection is what this resource's own unconfirmed attempts created, as far as that can be known. */
export function isOfAttempts(
    { client }: ConnectionContext,
    attempts: Attempts,
    connection: Connection,
    inputs: KafkaConnectionInputs,
): boolean {
    const origin = { user: connection.submittedByUser?.username, time: connection.submittedOnTimestamp };
    return canBeFrom(attempts, origin, client.user) && differences(connection, inputs).length === 0;
}

/** The connection that this resource's own unconfirmed attempts created, if they did. */
export async function findUnconfirmed(
    context: ConnectionContext,
    inputs: KafkaConnectionInputs,
    attempts: Attempts,
): Promise<Connection | undefined> {
    const { client, log } = context;
    const found = await getConnection(client, inputs.name);
    if (!found || !isOfAttempts(context, attempts, found, inputs)) return undefined;
    if (client.user === undefined) {
        log(client.quote(`assumes that its unanswered create succeeded: the connection was ${creatorOf(found)}`));
    }
    return found;
}

/** Creates the connection, never twice; `earlier` are unconfirmed attempts of an earlier operation. */
async function post(
    context: ConnectionContext,
    inputs: KafkaConnectionInputs,
    earlier: Attempts | undefined,
): Promise<Connection> {
    const { client, saveState } = context;
    try {
        return await createConnection(client, createBody(inputs), {
            beforeRetry: (attempts) => findUnconfirmed(context, inputs, attempts),
            onUnconfirmed: (attempts) => saveState({ unconfirmed: intervalText(attempts) }),
            earlier,
        });
    } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 409) throw error;
        const existing = await getConnection(client, inputs.name);
        if (!existing) {
            throw new Failure(
                "PolarisConnectionNameTaken",
                "the name is taken in another project of the organization",
                "choose another name",
            );
        }
        if (existing.type !== "kafka") throw existsFailure(context, existing);
        if (context.replacedInputs) return adoptOwn(context, existing, inputs, context.replacedInputs);
        if (inputs.adopt) return adopt(context, existing, inputs);
        throw existsFailure(context, existing);
    }
}

/** Creates the connection, or takes over the one that exists where that is asked for. */
export async function createOrAdopt(
    context: ConnectionContext,
    inputs: KafkaConnectionInputs,
    earlier?: Attempts,
): Promise<void> {
    context.saveState(factsOf(await post(context, inputs, earlier)));
}
