import { getConnection } from "../client/connections";
import { readConnection } from "../client/connection-list";
import { findOwn, goneFailure, madeBy, makeConnection, writeConnection } from "../connection/creation";
import { removeConnection } from "../connection/deletion";
import { connectionEffects } from "../connection/effects";
import { proveConnection } from "../connection/proof";
import { actualOf, factsOf, isOurs, writeOnly } from "../connection/wire";
import { attemptsIn, unlessUnproven } from "../lifecycle/exactly-once";
import { Failure, HalfDone, keeping, unfinishedFact } from "../lifecycle/failures";
import type { Properties } from "../lifecycle/json";
import { argumentsIn } from "../lifecycle/kind";
import type { Context, Kind } from "../lifecycle/kind";
import { lifecycleOf } from "../lifecycle/lifecycle";
import { isSameTime } from "../lifecycle/ownership";
import { isUnknown, unknown } from "../lifecycle/unknowns";
import { brokersOf } from "../schemas/brokers";
import { kafkaConnection, kafkaConnectionInputs, kafkaConnectionProblems } from "../schemas/kafka-connection";

/** A list becomes the API's string: outputs are inputs in previews, and have to have one type. */
function normalize(given: Properties): Properties {
    const servers = given.bootstrapServers as string | string[];
    if (isUnknown(servers)) return given;
    const entries = brokersOf(servers);
    return { ...given, bootstrapServers: entries.some(isUnknown) ? unknown : entries.join(",") };
}

const nameOf = (state: Properties) => state.name as string;

/** Proves the connection; whatever comes of that, it exists and is kept. */
async function proven(context: Context, inputs: Properties, facts: Properties, changed?: readonly string[]) {
    try {
        await proveConnection(context, inputs, changed);
    } catch (error) {
        throw new HalfDone(error, facts);
    }
    return facts;
}

/** A PATCH goes by name: what somebody else made under it since is not overwritten unseen. */
async function sureItIsOurs({ client }: Context, state: Properties): Promise<void> {
    const found = await getConnection(client, nameOf(state));
    if (!found) throw goneFailure();
    if (isSameTime(found.submittedOnTimestamp, state.submittedOnTimestamp)) return;
    throw new Failure(
        `the connection was deleted, and is another one now, ${madeBy(found)}`,
        "run `pulumi refresh` to see the differences, then `pulumi up` again to put them back",
    );
}

async function update(context: Context, state: Properties, inputs: Properties, changed: readonly string[]) {
    const attempts = attemptsIn(state);
    if (attempts === undefined) {
        await sureItIsOurs(context, state);
        return write(context, state, inputs, changed);
    }
    const made = await findOwn(context, state, attempts);
    if (!made) return proven(context, inputs, factsOf(await makeConnection(context, inputs, attempts)));
    if (changed.length === 0) return proven(context, inputs, factsOf(made));
    return keeping(factsOf(made), argumentsIn(kind, state), write(context, state, inputs, changed));
}

async function write(context: Context, state: Properties, inputs: Properties, changed: readonly string[]) {
    const facts = factsOf(await unlessUnproven(writeConnection(context, inputs)));
    const isUnfinished = changed.length === 0 || state[unfinishedFact] !== undefined;
    return proven(context, inputs, facts, isUnfinished ? undefined : changed);
}

const kind: Kind = {
    noun: "KafkaConnection",
    permission: "ManageConnections",
    schema: kafkaConnectionInputs,
    problems: kafkaConnectionProblems,
    replacedBy: ["name"],
    inert: Object.keys(kafkaConnectionInputs.shape).filter((name) => !(name in kafkaConnection.shape)),
    secrets: writeOnly,
    normalize,
    idOf: nameOf,
    isComplete: (state) => state.submittedOnTimestamp !== undefined,
    effects: connectionEffects,

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
        // Ours is kept: a later one, of somebody else's change, is what tells that the secrets are not known any more.
        return {
            actual: actualOf(found, state),
            facts: {
                ...stable,
                modifiedOnTimestamp: state.modifiedOnTimestamp ?? modifiedOnTimestamp,
                [unfinishedFact]: state[unfinishedFact],
            },
            secretsKnown: isOurs(found, state),
        };
    },

    update,

    delete: removeConnection,
};

const handler = lifecycleOf(kind);
export const { configure, check, diff, create, read } = handler;
const { update: updateHandler, delete: deleteHandler } = handler;
export { updateHandler as update, deleteHandler as delete };
