import { findLiveJob, getJob, isTerminal, setJobStatus } from "../client/jobs";
import type { Job, JobSummary } from "../client/jobs";
import { recordedTopic, topicRead } from "../connection/topics";
import { connectionTypeProblems } from "../ingestion/connection-type";
import { fires, jobCreateEffects, jobEffects } from "../ingestion/effects";
import { actualOf, desiredStatus, factsOf, fulfils, tableOf } from "../ingestion/spec";
import { reset, restart } from "../ingestion/triggers";
import { bringTo, described, findOwn, postJob, settled, startJob } from "../ingestion/start";
import { awaitStatus, isOver, isPaused, orEnded, pausedText, terminalStatus } from "../ingestion/wait";
import { attemptsIn, unconfirmedFact, unlessUnproven } from "../lifecycle/exactly-once";
import { Failure, HalfDone, keeping, unfinishedFact } from "../lifecycle/failures";
import { valueAt } from "../lifecycle/json";
import type { Properties } from "../lifecycle/json";
import { argumentsIn } from "../lifecycle/kind";
import type { Context, Found, Kind } from "../lifecycle/kind";
import { lifecycleOf } from "../lifecycle/lifecycle";
import {
    specProperties,
    streamingJobInputs,
    streamingJobProblems,
    streamingJobWarnings,
} from "../schemas/streaming-job";

const jobIdOf = (state: Properties) => state.jobId as string;

const replacedByOther = (live: JobSummary, own: string) =>
    new Failure(
        `the table is fed by ${described(live)}, and not by this resource's job ${own} any more`,
        "run `pulumi refresh` to see the differences, then `pulumi up` again to put them back",
    );

/** Whether the same user made it as this resource's job: such as an interrupted run of this program leaves. */
function isOfMaker(live: JobSummary, state: Properties): boolean {
    const maker = live.createdBy?.username;
    return maker !== undefined && maker === valueAt(state, ["createdBy", "username"]);
}

/** A job that somebody else has put in the place of this resource's is told of before a call about ours says less. */
async function sureItFeeds(context: Context, state: Properties): Promise<void> {
    const live = await findLiveJob(context.client, tableOf(state));
    if (live && live.id !== jobIdOf(state)) throw replacedByOther(live, jobIdOf(state));
}

/** Swaps the job for one with the new spec; the old one runs on until the new one is accepted. */
async function hotSwap(context: Context, state: Properties, inputs: Properties): Promise<Properties> {
    const own = jobIdOf(state);
    const live = await findLiveJob(context.client, tableOf(inputs));
    if (!live) return settled(context, inputs, await startJob(context, inputs, attemptsIn(state)));
    if (live.id !== own) {
        const job = await getJob(context.client, live.id);
        if (!job || !isOfMaker(live, state) || !fulfils(job, inputs)) throw replacedByOther(live, own);
        context.say(`goes on with ${described(live)}, and which does what is declared`);
        return settled(context, inputs, job);
    }
    return settled(context, inputs, await postJob(context, inputs, { replacing: own, earlier: attemptsIn(state) }));
}

/** Suspends or resumes the job in state. */
async function changeStatus(context: Context, state: Properties, inputs: Properties): Promise<void> {
    await sureItFeeds(context, state);
    const id = jobIdOf(state);
    const before = inputs.desiredExecutionStatus === "suspended" ? "running" : "suspended";
    await unlessUnproven(orEnded(context, id, () => bringTo(context, inputs, { id, executionStatus: before })));
}

/** Goes on with what an earlier operation left half done. */
async function finish(context: Context, state: Properties, inputs: Properties): Promise<Properties> {
    const live = await findLiveJob(context.client, tableOf(inputs));
    if (!live) return settled(context, inputs, await startJob(context, inputs));
    if (live.id !== jobIdOf(state)) throw replacedByOther(live, jobIdOf(state));
    await bringTo(context, inputs, live);
    return {};
}

/** Brings the job to what is declared, except for its offsets. */
async function converge(context: Context, state: Properties, inputs: Properties, changed: readonly string[]) {
    if (attemptsIn(state) !== undefined || changed.some((name) => specProperties.includes(name))) {
        return hotSwap(context, state, inputs);
    }
    let facts: Properties = {};
    if (changed.length === 0 || state[unfinishedFact] !== undefined) {
        facts = await finish(context, state, inputs);
        if (facts.jobId !== undefined) return facts;
    } else if (changed.includes("desiredExecutionStatus")) {
        await changeStatus(context, state, inputs);
        if (desiredStatus(inputs) === "running") facts = topicRead(inputs, context.declaration);
    }
    const restarts = fires("restartTrigger", inputs, changed) && !changed.includes("desiredExecutionStatus");
    if (restarts && inputs.desiredExecutionStatus !== "suspended") {
        await sureItFeeds(context, state);
        await unlessUnproven(restart(context, inputs, jobIdOf(state)), { restartTrigger: state.restartTrigger });
        facts = topicRead(inputs, context.declaration);
    }
    return facts;
}

/** A reset that was surely not done, or not come to, stays to be done: the state holds the trigger of before. */
const stillToReset = (error: unknown, state: Properties, facts: Properties) =>
    new HalfDone(error, { ...facts, ...(error instanceof HalfDone && error.facts), resetTrigger: state.resetTrigger });

/** The job of an operation that could not be proven, if that operation did its work. */
async function unprovenJob(context: Context, state: Properties): Promise<Job | undefined> {
    const attempts = attemptsIn(state);
    return attempts && findOwn(context, state, attempts, jobIdOf(state));
}

async function update(context: Context, state: Properties, inputs: Properties, changed: readonly string[]) {
    const made = await unprovenJob(context, state);
    if (!made) return change(context, state, inputs, changed);
    const facts = factsOf(made);
    const known = { ...state, ...facts, [unconfirmedFact]: undefined };
    const fresh = await keeping(facts, argumentsIn(kind, state), change(context, known, inputs, changed));
    return { ...facts, ...fresh };
}

async function change(context: Context, state: Properties, inputs: Properties, changed: readonly string[]) {
    if (kind.objectOf(state) === undefined) {
        return settled(context, inputs, await startJob(context, inputs, attemptsIn(state)));
    }
    if (!fires("resetTrigger", inputs, changed)) return converge(context, state, inputs, changed);
    const others = changed.filter((name) => name !== "resetTrigger");
    let facts: Properties = {};
    try {
        if (others.length > 0 || state[unfinishedFact] !== undefined)
            facts = await converge(context, state, inputs, others);
    } catch (error) {
        throw error instanceof HalfDone ? stillToReset(error, state, facts) : error;
    }
    try {
        const known = { ...state, ...facts };
        await sureItFeeds(context, known);
        await reset(context, jobIdOf(known), facts);
    } catch (error) {
        throw error instanceof HalfDone ? error : stillToReset(error, state, facts);
    }
    return facts;
}

/** A job that has not started yet is one to go on waiting for, if an operation gave that up. */
const foundIn = (job: Job, state: Properties): Found => ({
    actual: actualOf(job, state),
    facts: {
        ...factsOf(job),
        ...(job.id === state.jobId && recordedTopic(state)),
        ...(job.executionStatus === "pending" && { [unfinishedFact]: state[unfinishedFact] }),
    },
    secretsKnown: true,
});

/** Asks for the end of a job and waits for it; what it finds ended or gone already is over. */
async function end(context: Context, jobId: string): Promise<"was-over" | "ended"> {
    let status: string | undefined;
    try {
        status = await setJobStatus(context.client, jobId, "canceled");
    } catch (error) {
        status = await terminalStatus(context, jobId, error);
        if (status === undefined) throw error;
    }
    if (status === undefined || isTerminal(status)) return "was-over";
    await awaitStatus(context, { jobId, status, isReached: isOver, expected: "ended" });
    return "ended";
}

/**
 * This resource's job was over already. Which one feeds the table then is left running: another stack may have it. A
 * provider that was killed in a swap can have left it too, and with one API key for both nothing tells them apart.
 */
async function leaveOther(context: Context, state: Properties): Promise<void> {
    const { client, say, heldObject } = context;
    const live = await findLiveJob(client, tableOf(state));
    if (!live || live.id === jobIdOf(state) || live.desiredExecutionStatus === "canceled") return;
    if (live.id === heldObject) return;
    say(
        isOfMaker(live, state)
            ? `job ${jobIdOf(state)} is over; leaves ${described(live)}: another stack may have it; if none does, declare it with adopt: true to manage or end it`
            : `leaves ${described(live)}, as it is not this resource's`,
    );
}

const kind: Kind = {
    noun: "StreamingJob",
    permission: "ManageIngestionJobs",
    schema: streamingJobInputs,
    problems: (given, isHidden, _olds, declaration) => [
        ...streamingJobProblems(given, isHidden),
        ...connectionTypeProblems(given, declaration),
    ],
    warnings: streamingJobWarnings,
    replacedBy: ["target"],
    inert: ["adopt"],
    secrets: [],
    normalize: (given) => given,
    idOf: tableOf,
    objectOf: ({ jobId }) => jobId,
    effects: jobEffects,
    createEffects: jobCreateEffects,

    async create(context, inputs) {
        return settled(context, inputs, await startJob(context, inputs));
    },

    async read(context, id, state) {
        const own = state.jobId === undefined ? undefined : await getJob(context.client, jobIdOf(state));
        const isLive = own && !isTerminal(own.executionStatus) && own.desiredExecutionStatus !== "canceled";
        if (isLive) return foundIn(own, state);
        if (attemptsIn(state)) {
            const made = await unprovenJob(context, state);
            return made && foundIn(made, state);
        }
        const live = await findLiveJob(context.client, id);
        const other = live && live.desiredExecutionStatus !== "canceled" && (await getJob(context.client, live.id));
        if (other) return foundIn(other, state);
        if (own && (await isPaused(context))) context.say(`job ${own.id} has ended, as ${pausedText}`);
        return undefined;
    },

    update,

    async delete(context, state) {
        const id = (await unprovenJob(context, state))?.id ?? (state.jobId as string | undefined);
        if (id !== undefined && (await end(context, id)) === "was-over") await leaveOther(context, state);
    },
};

const handler = lifecycleOf(kind);
export const { configure, check, diff, create, read } = handler;
const { update: updateHandler, delete: deleteHandler } = handler;
export { updateHandler as update, deleteHandler as delete };
