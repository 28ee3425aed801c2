import { ApiError } from "../client/errors";
import { findLiveJob, getJob, getJobStatus, isTerminal, setJobStatus } from "../client/jobs";
import type { JobSummary } from "../client/jobs";
import { actualOf, factsOf, tableOf } from "../ingestion/spec";
import { bringTo, described, findOwn, postJob, settled, startJob } from "../ingestion/start";
import { awaitStatus, gone, isOver } from "../ingestion/wait";
import { unprovenSince } from "../lifecycle/exactly-once";
import { Failure } from "../lifecycle/failures";
import type { Properties } from "../lifecycle/json";
import type { Context, Kind } from "../lifecycle/kind";
import { lifecycleOf } from "../lifecycle/lifecycle";
import { specProperties, streamingJobInputs, streamingJobProblems } from "../schemas/streaming-job";

const jobIdOf = (state: Properties) => state.jobId as string;

const replacedByOther = (live: JobSummary, own: string) =>
    new Failure(
        `the table is fed by ${described(live)}, and not by this resource's job ${own} any more`,
        "run `pulumi refresh` to see the differences, then `pulumi up` again to put them back",
    );

/** Swaps the job for one with the new spec; the old one runs on until the new one is accepted. */
async function hotSwap(context: Context, state: Properties, inputs: Properties): Promise<Properties> {
    const own = jobIdOf(state);
    const since = unprovenSince(state);
    const live = await findLiveJob(context.client, tableOf(inputs));
    if (live && live.id !== own) {
        const made = since === undefined ? undefined : await findOwn(context, inputs, since, own);
        if (!made) throw replacedByOther(live, own);
        return settled(context, inputs, made);
    }
    return settled(context, inputs, await postJob(context, inputs, { replacing: live?.id, since }));
}

/** Suspends or resumes the job in state. */
async function changeStatus(context: Context, state: Properties, inputs: Properties): Promise<void> {
    const id = jobIdOf(state);
    const desired = inputs.desiredExecutionStatus === "suspended" ? "suspended" : "running";
    let status: string | undefined;
    try {
        status = await setJobStatus(context.client, id, desired);
    } catch (error) {
        const found =
            error instanceof ApiError && error.status === 400 ? await getJobStatus(context.client, id) : undefined;
        if (found === undefined || !isTerminal(found)) throw error;
        throw new Failure(`the job ${id} is ${found}`, "run `pulumi refresh`, then `pulumi up` again to start another");
    }
    if (status === undefined) throw gone(id);
    await bringTo(context, inputs, { id, executionStatus: status });
}

/** Goes on with what an earlier operation left half done. */
async function finish(context: Context, state: Properties, inputs: Properties): Promise<Properties> {
    const live = await findLiveJob(context.client, tableOf(inputs));
    if (!live) return settled(context, inputs, await startJob(context, inputs));
    if (live.id !== jobIdOf(state)) throw replacedByOther(live, jobIdOf(state));
    await bringTo(context, inputs, live);
    return {};
}

const kind: Kind = {
    noun: "StreamingJob",
    permission: "ManageIngestionJobs",
    schema: streamingJobInputs,
    problems: streamingJobProblems,
    replacedBy: ["target"],
    inert: ["adopt"],
    secrets: [],
    normalize: (given) => given,
    idOf: tableOf,
    isComplete: (state) => state.jobId !== undefined,

    async create(context, inputs) {
        return settled(context, inputs, await startJob(context, inputs));
    },

    async read(context, id, state) {
        const since = unprovenSince(state);
        const own = state.jobId === undefined ? undefined : await getJob(context.client, jobIdOf(state));
        const isLive = own && !isTerminal(own.executionStatus) && own.desiredExecutionStatus !== "canceled";
        if (isLive) return { actual: actualOf(own), facts: factsOf(own) };
        if (since !== undefined) {
            const made = await findOwn(context, state, since);
            return made && { actual: actualOf(made), facts: factsOf(made) };
        }
        const live = await findLiveJob(context.client, id);
        const other = live && live.desiredExecutionStatus !== "canceled" && (await getJob(context.client, live.id));
        return other ? { actual: actualOf(other), facts: factsOf(other) } : undefined;
    },

    async update(context, state, inputs, changed) {
        const since = unprovenSince(state);
        if (!kind.isComplete(state)) return settled(context, inputs, await startJob(context, inputs, since));
        const swaps = since !== undefined || changed.some((name) => specProperties.includes(name));
        if (swaps) return hotSwap(context, state, inputs);
        if (changed.length === 0) return finish(context, state, inputs);
        await changeStatus(context, state, inputs);
        return {};
    },

    async delete(context, state) {
        const since = unprovenSince(state);
        const id = since === undefined ? jobIdOf(state) : (await findOwn(context, state, since))?.id;
        if (id === undefined) return;
        let status: string | undefined;
        try {
            status = await setJobStatus(context.client, id, "canceled");
        } catch (error) {
            const found =
                error instanceof ApiError && error.status === 400 ? await getJobStatus(context.client, id) : undefined;
            if (found === undefined || !isTerminal(found)) throw error;
            status = found;
        }
        if (status === undefined || isTerminal(status)) return;
        await awaitStatus(context, { jobId: id, status, isReached: isOver, expected: "ended" });
    },
};

const handler = lifecycleOf(kind);
export const { configure, check, diff, create, read } = handler;
const { update, delete: remove } = handler;
export { update, remove as delete };
