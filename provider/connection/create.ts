import { createConnection, getConnection } from "../api/connections";
import type { Connection } from "../api/connections";
import { ApiError } from "../api/errors";
import type { Attempts } from "../api/retry";
import { assertAdopts } from "../engine/adoption";
import { Failure } from "../engine/errors";
import { adviceForExisting } from "../engine/existing-object";
import { intervalText } from "../engine/unconfirmed";
import { canBeFrom } from "../identity/identity";
import { existsFailure, otherTypeFailure, planAdoption } from "./adopt";
import type { ConnectionContext, ConnectionInputs } from "./connection-type";
import { createBody, creatorOf, differences, factsOf } from "./mapping";
import { updateWhatDiffers } from "./update";

/** Takes over the own connection again, where the engine replaces its entry: only if it is as the state has it. */
async function adoptOwn(
    context: ConnectionContext,
    connection: Connection,
    inputs: ConnectionInputs,
    olds: ConnectionInputs,
): Promise<Connection> {
    const edited = differences(context.type, connection, olds);
    if (edited.length > 0) {
        throw new Failure(
            "PolarisConnectionChanged",
            `the connection of that name differs from the state in ${edited.join(", ")}`,
            "run `pulumi refresh` to see the differences, then `pulumi up` again",
            [context.client.quote(creatorOf(connection))],
        );
    }
    const names = differences(context.type, connection, inputs);
    const secrets = context.type.secrets.filter(([name = ""]) => names.includes(name));
    return updateWhatDiffers(context, { names, secrets }, inputs, olds, connection);
}

/** Whether a connection is what this resource's own unconfirmed attempts created, as far as that can be known. */
export function isOfAttempts(
    { client, type }: ConnectionContext,
    attempts: Attempts,
    connection: Connection,
    inputs: ConnectionInputs,
): boolean {
    const origin = { user: connection.submittedByUser?.username, time: connection.submittedOnTimestamp };
    return canBeFrom(attempts, origin, client.user) && differences(type, connection, inputs).length === 0;
}

/** The connection that this resource's own unconfirmed attempts created, if they did. */
export async function findUnconfirmed(
    context: ConnectionContext,
    inputs: ConnectionInputs,
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
    inputs: ConnectionInputs,
    earlier: Attempts | undefined,
): Promise<Connection> {
    const { client, saveState, type } = context;
    try {
        return await createConnection(client, createBody(type, inputs), {
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
        if (existing.type !== type.type) throw otherTypeFailure(existing, client.quote);
        if (context.replacedInputs) return adoptOwn(context, existing, inputs, context.replacedInputs);
        if (!inputs.adopt) {
            const advice = adviceForExisting(existing.submittedByUser?.username, client.user, "name");
            throw existsFailure(existing, advice, client.quote);
        }
        const { sentence, write } = assertAdopts(planAdoption(type, existing, inputs, client.quote));
        context.log(sentence);
        return updateWhatDiffers(context, write, inputs, {}, existing);
    }
}

/** Creates the connection, or takes over the one that exists where that is asked for. */
export async function createOrAdopt(
    context: ConnectionContext,
    inputs: ConnectionInputs,
    earlier?: Attempts,
): Promise<void> {
    context.saveState(factsOf(context, await post(context, inputs, earlier)));
}
