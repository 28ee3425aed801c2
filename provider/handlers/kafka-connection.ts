import { setTimeout as sleep } from "node:timers/promises";
import { deleteConnection, getConnection, updateConnection } from "../client/connections";
import { readConnection } from "../client/connection-list";
import { ApiError } from "../client/errors";
import { findLiveJobsOn } from "../client/jobs";
import { differences, findOwn, makeConnection, makerOf } from "../connection/creation";
import { connectionEffects } from "../connection/effects";
import { proveConnection } from "../connection/proof";
import { actualOf, factsOf, isOurs, patchBody, writeOnly } from "../connection/wire";
import { unlessUnproven, unprovenSince } from "../lifecycle/exactly-once";
import { Failure, HalfDone, unfinishedFact } from "../lifecycle/failures";
import type { Properties } from "../lifecycle/json";
import type { Context, Kind } from "../lifecycle/kind";
import { lifecycleOf } from "../lifecycle/lifecycle";
import { isUnknown, unknown } from "../lifecycle/unknowns";
import { brokersOf } from "../schemas/brokers";
import { kafkaConnection, kafkaConnectionInputs, kafkaConnectionProblems } from "../schemas/kafka-connection";

/** How long a job that ends may still hold the connection that it read. */
const releaseMs = 30_000;

/** How long the API may take to see that no job holds it any more. */
const settleMs = 3_000;

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
    if (!found)
        throw new Failure("the connection is gone", "run `pulumi refresh`, then `pulumi up` again to make it anew");
    if (found.submittedOnTimestamp === state.submittedOnTimestamp) return;
    const maker = makerOf(found);
    throw new Failure(
        `the connection was deleted, and made anew by ${maker} on ${found.submittedOnTimestamp}`,
        "run `pulumi refresh` to see the differences, then `pulumi up` again to put them back",
    );
}

async function update(context: Context, state: Properties, inputs: Properties, changed: readonly string[]) {
    const since = unprovenSince(state);
    if (since === undefined) {
        await sureItIsOurs(context, state);
    } else if (changed.length === 0 || !(await findOwn(context, state, since))) {
        return proven(context, inputs, factsOf(await makeConnection(context, inputs, since)));
    }
    const answer = await unlessUnproven(updateConnection(context.client, nameOf(inputs), patchBody(inputs)));
    const facts = factsOf(answer);
    const kept = differences(answer, inputs);
    if (kept.length > 0) {
        const failure = new Failure(
            `Imply Polaris took the change but shows another ${kept.join(", ")}`,
            "run `pulumi refresh` and `pulumi up` again, or replace the connection under another name",
        );
        throw new HalfDone(failure, facts);
    }
    const isUnfinished = changed.length === 0 || state[unfinishedFact] !== undefined;
    return proven(context, inputs, facts, isUnfinished ? undefined : changed);
}

/** Deletes; waits for jobs that are ending; refuses, with its id and table, for one that goes on. */
async function remove({ client, say }: Context, name: string): Promise<void> {
    const begun = Date.now();
    for (let delay = 250; ; delay = Math.min(delay * 2, 4_000)) {
        try {
            await deleteConnection(client, name);
            return;
        } catch (error) {
            if (!(error instanceof ApiError) || (error.status !== 400 && error.status !== 409)) throw error;
            const jobs = await findLiveJobsOn(client, name);
            const lasting = jobs.find((job) => job.desiredExecutionStatus !== "canceled");
            if (lasting) {
                throw new Failure(
                    `the streaming job ${lasting.id} still reads it into the table ${JSON.stringify(lasting.target?.tableName ?? "?")}`,
                    "end that job or let it read another connection first",
                );
            }
            if (Date.now() - begun + delay > (jobs.length > 0 ? releaseMs : settleMs)) throw error;
            if (jobs.length > 0) say("waits for a job that is ending");
            await sleep(delay);
        }
    }
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
        const since = unprovenSince(state);
        const found =
            since === undefined ? await readConnection(context.client, id) : await findOwn(context, state, since);
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

    async delete(context, state) {
        const since = unprovenSince(state);
        if (since !== undefined && !(await findOwn(context, state, since))) return;
        await remove(context, nameOf(state));
    },
};

const handler = lifecycleOf(kind);
export const { configure, check, diff, create, read } = handler;
const { update: updateHandler, delete: deleteHandler } = handler;
export { updateHandler as update, deleteHandler as delete };
