import { isDeepStrictEqual } from "node:util";
import { getConnection } from "../api/connections";
import type { Connection } from "../api/connections";
import { readConnection } from "../api/connection-list";
import { foreign } from "../api/errors";
import {
    createdBy,
    differences,
    findOwn,
    goneFailure,
    makeConnection,
    nameOf,
    writeConnection,
} from "../kafka-connection/create";
import { removeConnection } from "../kafka-connection/delete";
import { connectionEffects } from "../kafka-connection/impact";
import { proveConnection } from "../kafka-connection/test-connection";
import {
    actualOf,
    factsOf,
    isKnownWrite,
    isOwnWrite,
    lastWrite,
    secretPaths,
    seenFact,
} from "../kafka-connection/mapping";
import type { Change } from "../kafka-connection/mapping";
import { attemptsIn } from "../engine/exactly-once";
import { Failure, HalfDone, keeping, owedFact, unfinishedFact } from "../engine/errors";
import { valueAt } from "../values/json";
import type { Properties } from "../values/json";
import { argumentsIn } from "../engine/resource";
import type { Context, Kind } from "../engine/resource";
import { lifecycleOf } from "../engine/define-resource";
import { isSameTime } from "../identity/identity";
import type { SecretPath } from "../engine/secrets";
import { isUnknown, unknown } from "../values/unknown";
import { brokersOf } from "../kafka-connection/brokers/brokers";
import {
    kafkaConnection,
    kafkaConnectionInputs,
    kafkaConnectionProblems,
    kafkaConnectionWarnings,
} from "../kafka-connection/schema";

/** A list becomes the API's string: outputs are inputs in previews, and have to have one type. */
function normalize(given: Properties): Properties {
    const servers = given.bootstrapServers as string | string[];
    if (isUnknown(servers)) return given;
    const entries = brokersOf(servers);
    return { ...given, bootstrapServers: entries.some(isUnknown) ? unknown : entries.join(",") };
}

/** Proves the connection; whatever comes of that, it exists and is kept. */
async function proven(context: Context, inputs: Properties, facts: Properties, changed?: readonly string[]) {
    try {
        await proveConnection(context, inputs, changed);
    } catch (error) {
        throw new HalfDone(error, { ...facts, [owedFact]: [] });
    }
    return facts;
}

const isUnfinished = (state: Properties) => state[unfinishedFact] !== undefined;

/** What an earlier operation may not have brought to the connection: all, where the state does not say. */
function owedBy(state: Properties): readonly string[] {
    if (!isUnfinished(state)) return [];
    const owed = state[owedFact];
    return Array.isArray(owed) ? (owed as string[]) : Object.keys(kafkaConnection.shape);
}

/** Whether a user of the API is the one that this resource has written as. */
const isOwnUser = ({ client }: Context, user: string | undefined, state: Properties) =>
    user === client.self || user === valueAt(state, ["submittedByUser", "username"]);

/**
 * The connection, if a PATCH of this resource overwrites nothing unseen: a PATCH goes by name. What is there may be what
 * is declared, as a provider that was killed after its PATCH leaves it.
 */
async function assertUnchanged(context: Context, state: Properties, inputs: Properties): Promise<Connection> {
    const found = await getConnection(context.client, nameOf(state));
    if (!found) throw goneFailure();
    const next = "run `pulumi refresh` to see the differences, then `pulumi up` again to put them back";
    if (!isSameTime(found.submittedOnTimestamp, state.submittedOnTimestamp)) {
        throw new Failure(`the connection was deleted, and is another one now, ${createdBy(found)}`, next);
    }
    if (isKnownWrite(found, state)) return found;
    const writer = found.modifiedByUser?.username;
    const declared = differences(found, inputs);
    const edited = differences(found, state).filter((name) => declared.includes(name));
    if (edited.length === 0) return found;
    throw new Failure(
        `${foreign(writer ?? "another user")} changed ${edited.join(", ")} of the connection on ${lastWrite(found)}, after this resource's last write`,
        next,
    );
}

async function update(
    context: Context,
    state: Properties,
    inputs: Properties,
    changed: readonly string[],
    changedSecrets: readonly SecretPath[],
) {
    const attempts = attemptsIn(state);
    const change = { names: changed, secrets: changedSecrets };
    if (attempts === undefined) {
        return write(context, state, inputs, change, await assertUnchanged(context, state, inputs));
    }
    const found = await findOwn(context, state, attempts);
    if (!found) return proven(context, inputs, factsOf(await makeConnection(context, inputs, attempts)));
    if (changed.length === 0) return proven(context, inputs, factsOf(found));
    const known = { ...state, ...factsOf(found), [unfinishedFact]: undefined };
    return keeping(factsOf(found), argumentsIn(kind, state), write(context, known, inputs, change, found));
}

async function write(context: Context, state: Properties, inputs: Properties, change: Change, found: Connection) {
    const owed = owedBy(state);
    const names = [...new Set([...change.names, ...owed])];
    const owedSecrets = secretPaths.filter(([name]) => owed.includes(name));
    const answer = await writeConnection(
        context,
        { names, secrets: [...change.secrets, ...owedSecrets] },
        inputs,
        state,
        found,
    );
    const facts = factsAfter(context, state, inputs, { names, secrets: change.secrets }, found, answer);
    return proven(context, inputs, facts, isUnfinished(state) ? undefined : change.names);
}

/** After another's write, whose secrets nobody can read, ours stay unknown unless this write has set them. */
function factsAfter(
    context: Context,
    state: Properties,
    inputs: Properties,
    change: Change,
    found: Connection,
    answer: Connection,
): Properties {
    const facts = factsOf(answer);
    const isOwn = () =>
        isOwnUser(context, found.modifiedByUser?.username, state) && differences(found, state).length > 0;
    const isSet = secretPaths.every(
        (path) => valueAt(inputs, path) === undefined || change.secrets.some((one) => isDeepStrictEqual(one, path)),
    );
    if (isOwnWrite(found, state) || isUnfinished(state) || isSet || isOwn()) {
        return { ...facts, [seenFact]: undefined };
    }
    return { ...facts, modifiedOnTimestamp: state.modifiedOnTimestamp, [seenFact]: facts.modifiedOnTimestamp };
}

const kind: Kind = {
    noun: "KafkaConnection",
    permission: "ManageConnections",
    schema: kafkaConnectionInputs,
    problems: kafkaConnectionProblems,
    warnings: kafkaConnectionWarnings,
    replacedBy: ["name"],
    inert: Object.keys(kafkaConnectionInputs.shape).filter((name) => !(name in kafkaConnection.shape)),
    secrets: secretPaths,
    normalize,
    idOf: nameOf,
    objectOf: ({ submittedOnTimestamp }) =>
        typeof submittedOnTimestamp === "string" ? Date.parse(submittedOnTimestamp) : undefined,
    effects: connectionEffects,
    createEffects: () => [],

    async create(context, inputs) {
        return proven(context, inputs, factsOf(await makeConnection(context, inputs)));
    },

    async read(context, id, state) {
        const attempts = attemptsIn(state);
        const found = attempts ? await findOwn(context, state, attempts) : await readConnection(context.client, id);
        if (found && found.type !== "kafka" && state.projectId === undefined) {
            throw new Failure(
                `the connection of that name is of type ${found.type}`,
                "give the id of one of type kafka",
            );
        }
        if (found?.type !== "kafka") return undefined;
        const { modifiedOnTimestamp, ...stable } = factsOf(found);
        const isOwn = isOwnWrite(found, state);
        // Ours is kept: a later one, of somebody else's change, is what tells that the secrets are not known any more.
        return {
            actual: actualOf(found, state),
            facts: {
                ...stable,
                modifiedOnTimestamp: state.modifiedOnTimestamp ?? modifiedOnTimestamp,
                [seenFact]: isOwn ? undefined : modifiedOnTimestamp,
                [unfinishedFact]: state[unfinishedFact],
                [owedFact]: state[owedFact],
            },
            secretsKnown: isOwn,
        };
    },

    update,

    delete: removeConnection,
};

const handler = lifecycleOf(kind);
export const { configure, check, diff, create, read } = handler;
const { update: updateHandler, delete: deleteHandler } = handler;
export { updateHandler as update, deleteHandler as delete };
