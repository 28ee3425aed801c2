import { findLiveJob, getJob, isTerminal } from "../api/jobs";
import type { Job, JobSummary } from "../api/jobs";
import { recordedTopic, topicRead } from "../kafka-connection/topics";
import { foundFact, isOfMaker, removeJob } from "../streaming-job/delete";
import { connectionTypeProblems } from "../streaming-job/connection-type";
import { fires, jobCreateEffects, jobEffects } from "../streaming-job/impact";
import { reportEarlyTrouble } from "../streaming-job/health";
import { actualOf, desiredStatus, factsOf, fulfils, isSuspended, tableOf } from "../streaming-job/mapping";
import { reset, restart } from "../streaming-job/triggers";
import { bringTo, described, findOwn, postJob, settled, startJob } from "../streaming-job/start";
import { isPaused, orEnded, pausedText } from "../streaming-job/wait";
import { attemptsIn, unconfirmedFact, unlessUnproven } from "../engine/exactly-once";
import { Failure, HalfDone, keeping, unfinishedFact } from "../engine/errors";
import type { Properties } from "../values/json";
import { argumentsIn } from "../engine/resource";
import type { Context, Found, Kind } from "../engine/resource";
import { lifecycleOf } from "../engine/define-resource";
import {
    specProperties,
    streamingJobInputs,
    streamingJobProblems,
    streamingJobWarnings,
} from "../streaming-job/schema";

const jobIdOf = (state: Properties) => state.jobId as string;

const replacedByOther = (live: JobSummary, own: string) =>
    new Failure(
        `the table is fed by ${described(live)}, and not by this resource's job ${own} any more`,
        "run `pulumi refresh` to see the differences, then `pulumi up` again to put them back",
    );

/** What another user has suspended or resumed is not undone by a change of something else. */
function assertStatusKnown(live: JobSummary, state: Properties, changed: readonly string[]): void {
    const isOwed = changed.includes("desiredExecutionStatus") || state[unfinishedFact] !== undefined;
    if (isOwed || isSuspended(live) === (desiredStatus(state) === "suspended")) return;
    throw new Failure(
        `the job ${live.id} is ${isSuspended(live) ? "suspended" : live.executionStatus}, and was not left so by this resource`,
        "run `pulumi refresh` to see the difference, then `pulumi up` again to put it back",
    );
}

/** The job is this resource's, and as the state has it: what another user has done since is not overwritten unseen. */
async function assertOwn(context: Context, state: Properties, changed: readonly string[]): Promise<void> {
    const live = await findLiveJob(context.client, tableOf(state));
    if (live && live.id !== jobIdOf(state)) throw replacedByOther(live, jobIdOf(state));
    if (live) assertStatusKnown(live, state, changed);
}

/** Swaps the job for one with the new spec; the old one runs on until the new one is accepted. */
async function hotSwap(
    context: Context,
    state: Properties,
    inputs: Properties,
    changed: readonly string[],
): Promise<Properties> {
    const own = jobIdOf(state);
    const live = await findLiveJob(context.client, tableOf(inputs));
    if (!live) return settled(context, inputs, await startJob(context, inputs, attemptsIn(state)));
    if (live.id !== own) {
        const job = await getJob(context.client, live.id);
        if (!job || !isOfMaker(live, state) || !fulfils(job, inputs)) throw replacedByOther(live, own);
        context.say(`goes on with ${described(live)}, and which does what is declared`);
        return settled(context, inputs, job);
    }
    if (attemptsIn(state) === undefined) assertStatusKnown(live, state, changed);
    return settled(context, inputs, await postJob(context, inputs, { replacing: own, earlier: attemptsIn(state) }));
}

/** Suspends or resumes the job in state. */
async function changeStatus(
    context: Context,
    state: Properties,
    inputs: Properties,
    changed: readonly string[],
): Promise<void> {
    await assertOwn(context, state, changed);
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
    if (desiredStatus(inputs) === "suspended") return {};
    await reportEarlyTrouble(context, inputs, live.id);
    // What is resumed reads its connection anew.
    return isSuspended(live) ? topicRead(inputs, context.declaration) : {};
}

/** Brings the job to what is declared, except for its offsets. */
async function converge(context: Context, state: Properties, inputs: Properties, changed: readonly string[]) {
    if (attemptsIn(state) !== undefined || changed.some((name) => specProperties.includes(name))) {
        return hotSwap(context, state, inputs, changed);
    }
    let facts: Properties = {};
    if (changed.length === 0 || state[unfinishedFact] !== undefined) {
        facts = await finish(context, state, inputs);
        if (facts.jobId !== undefined) return facts;
    } else if (changed.includes("desiredExecutionStatus")) {
        await changeStatus(context, state, inputs, changed);
        if (desiredStatus(inputs) === "running") {
            facts = topicRead(inputs, context.declaration);
            await reportEarlyTrouble(context, inputs, jobIdOf(state));
        }
    }
    const restarts = fires("restartTrigger", inputs, changed) && !changed.includes("desiredExecutionStatus");
    if (restarts && inputs.desiredExecutionStatus !== "suspended") {
        await assertOwn(context, state, changed);
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
        await assertOwn(context, known, changed);
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
        ...(job.id === state.jobId && { ...recordedTopic(state), [foundFact]: state[foundFact] }),
        ...(job.executionStatus === "pending" && { [unfinishedFact]: state[unfinishedFact] }),
    },
    secretsKnown: true,
});

const withFact = (found: Found, fact: Properties): Found => ({ ...found, facts: { ...found.facts, ...fact } });

const kind: Kind = {
    noun: "StreamingJob",
    permission: "ManageIngestionJobs",
    schema: streamingJobInputs,
    problems: (given, _isHidden, _olds, declaration) => [
        ...streamingJobProblems(given),
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
        if (other) return withFact(foundIn(other, state), { [foundFact]: other.id });
        if (own && (await isPaused(context))) context.say(`job ${own.id} has ended, as ${pausedText}`);
        return undefined;
    },

    async update(context, state, inputs, changed) {
        return { [foundFact]: undefined, ...(await update(context, state, inputs, changed)) };
    },

    async delete(context, state) {
        const id = (await unprovenJob(context, state))?.id ?? (state.jobId as string | undefined);
        await removeJob(context, state, id);
    },
};

const handler = lifecycleOf(kind);
export const { configure, check, diff, create, read } = handler;
const { update: updateHandler, delete: deleteHandler } = handler;
export { updateHandler as update, deleteHandler as delete };
