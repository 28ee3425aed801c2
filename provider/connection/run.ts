import { isDeepStrictEqual } from "node:util";
import { getConnection } from "../api/connections";
import type { Connection } from "../api/connections";
import { Failure } from "../engine/errors";
import { attemptsIn } from "../engine/unconfirmed";
import { isSameTime } from "../identity/identity";
import { valueAt } from "../values/json";
import type { ConnectionContext, ConnectionInputs, ConnectionState, Write } from "./connection-type";
import { createOrAdopt, findUnconfirmed } from "./create";
import { creatorOf, differences, factsOf, lastWriterOf, writerOf } from "./mapping";
import type { ConnectionStep } from "./plan";
import { testDestination } from "./test-connection";
import { goneFailure, updateWhatDiffers } from "./update";

/**
 * The connection, if a PATCH overwrites no change of another user that a refresh has not shown: a PATCH goes by name.
 * What is there may be what is declared, as a provider that was killed after its PATCH leaves it.
 */
async function assertUnchanged(
    { client, type }: ConnectionContext,
    state: ConnectionState,
    inputs: ConnectionInputs,
): Promise<Connection> {
    const found = await getConnection(client, state.name);
    if (!found) throw goneFailure();
    const cure = "run `pulumi refresh` to see the differences, then `pulumi up` again to put them back";
    if (!isSameTime(found.submittedOnTimestamp, state.submittedOnTimestamp)) {
        const happened = client.quote(`the connection was deleted, and is another one now, ${creatorOf(found)}`);
        throw new Failure("PolarisConnectionChanged", happened, cure);
    }
    if (lastWriterOf(found, state) !== "unseen") return found;
    const declared = differences(type, found, inputs);
    const edited = differences(type, found, state).filter((name) => declared.includes(name));
    if (edited.length === 0) return found;
    throw new Failure(
        "PolarisConnectionChanged",
        `another user changed ${edited.join(", ")} of the connection after this resource's last write`,
        cure,
        [client.quote(writerOf(found))],
    );
}

/** Facts after a write of ours. After a write of another user, secrets that ours has not set stay unknown. */
function factsAfter(
    context: ConnectionContext,
    { state, inputs, write, found, answer }: Update & { found: Connection; answer: Connection },
) {
    const { client, type } = context;
    const facts = factsOf(context, answer);
    const user = found.modifiedByUser?.username;
    const isOwnUser = user === client.user || user === state.submittedByUser?.username;
    const setsAllSecrets = type.secrets.every(
        (path) => valueAt(inputs, path) === undefined || write.secrets.some((one) => isDeepStrictEqual(one, path)),
    );
    const knowsSecrets =
        lastWriterOf(found, state) === "own" ||
        state.unfinished !== undefined ||
        setsAllSecrets ||
        (isOwnUser && differences(type, found, state).length > 0);
    if (knowsSecrets) return { ...facts, seenOnTimestamp: undefined };
    return { ...facts, modifiedOnTimestamp: state.modifiedOnTimestamp, seenOnTimestamp: facts.modifiedOnTimestamp };
}

interface Update {
    readonly state: ConnectionState;
    readonly inputs: ConnectionInputs;
    readonly write: Write;
}

/** Runs the steps of a plan. */
export async function runConnectionSteps(
    context: ConnectionContext,
    steps: readonly ConnectionStep[],
    state: ConnectionState,
    inputs: ConnectionInputs,
): Promise<void> {
    let current = state;
    let found: Connection | undefined;
    for (const step of steps) {
        if (step.kind === "confirm") {
            const attempts = attemptsIn(state);
            found = attempts && (await findUnconfirmed(context, state, attempts));
            if (!found) {
                await createOrAdopt(context, inputs, attempts);
                break;
            }
            const facts = factsOf(context, found);
            current = { ...state, ...facts, unconfirmed: undefined, unfinished: undefined };
            context.saveState(facts, state);
        } else if (step.kind === "update") {
            found ??= await assertUnchanged(context, current, inputs);
            const answer = await updateWhatDiffers(context, step, inputs, current, found);
            context.saveState(factsAfter(context, { state: current, inputs, write: step, found, answer }));
        }
    }
    if (steps.some(({ kind }) => kind === "test")) await testDestination(context, inputs);
}
