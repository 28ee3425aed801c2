import { ApiError, foreign } from "../client/errors";
import { createJob, findLiveJob, getJob, setJobStatus } from "../client/jobs";
import type { Job, JobSummary } from "../client/jobs";
import { createExactlyOnce } from "../lifecycle/exactly-once";
import type { Since } from "../lifecycle/exactly-once";
import { Failure, HalfDone } from "../lifecycle/failures";
import type { Properties } from "../lifecycle/json";
import type { Context } from "../lifecycle/kind";
import { madeSince } from "../lifecycle/ownership";
import { factsOf, fulfils, specOf, tableOf } from "./spec";
import { awaitStatus, gone, isOver } from "./wait";

/** Who feeds the table, for a user who has to decide. */
export const described = (job: JobSummary) =>
    `the streaming job ${job.id}, made by ${foreign(job.createdBy?.username ?? "somebody")} on ${job.createdTimestamp}, which reads the connection ${JSON.stringify(foreign(job.source?.connectionName ?? "?"))}`;

const occupied = (job: JobSummary) =>
    new Failure(
        `the table is fed by ${described(job)}`,
        "end that job, choose another table, or set adopt: true to take it over",
    );

/** The live job on the table if this resource's own unproven attempt made it. */
export async function findOwn(
    { client }: Context,
    inputs: Properties,
    since: Since,
    replacing?: string,
): Promise<Job | undefined> {
    const live = await findLiveJob(client, tableOf(inputs));
    if (!live || live.id === replacing) return undefined;
    if (!madeSince(client, since, { by: live.createdBy?.username, at: live.createdTimestamp })) return undefined;
    const job = await getJob(client, live.id);
    return job && fulfils(job, inputs) ? job : undefined;
}

interface Posting {
    /** The live job that this one takes the table over from. */
    readonly replacing?: string;
    /** Since when an earlier attempt is unproven. */
    readonly since?: Since;
}

/** POSTs a job, once and no more. */
export const postJob = (context: Context, inputs: Properties, { replacing, since }: Posting = {}): Promise<Job> =>
    createExactlyOnce({
        post: () => createJob(context.client, { ...specOf(inputs), replaceRunning: replacing !== undefined }),
        findOwn: (begun) => findOwn(context, inputs, begun, replacing),
        serverTime: (time) => context.client.serverTime(time),
        since,
    });

/** Takes over the job that somebody else made: as it is if it does what is declared, else by hot-swap. */
async function adopt(context: Context, inputs: Properties, live: JobSummary): Promise<Job> {
    context.say(`adopts ${described(live)}`);
    const job = await getJob(context.client, live.id);
    return job && fulfils(job, inputs) ? job : postJob(context, inputs, { replacing: live.id });
}

/** Starts the first job on the table; refuses one that is fed already, unless told to adopt. */
export async function startJob(context: Context, inputs: Properties, since?: Since): Promise<Job> {
    try {
        return await postJob(context, inputs, { since });
    } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 400) throw error;
        const live = await findLiveJob(context.client, tableOf(inputs));
        if (!live) throw error;
        if (live.desiredExecutionStatus === "canceled") {
            const wish = { jobId: live.id, status: live.executionStatus, isReached: isOver, expected: "ended" };
            await awaitStatus(context, wish);
            return postJob(context, inputs);
        }
        if (inputs.adopt === true) return adopt(context, inputs, live);
        throw occupied(live);
    }
}

const isUp = (status: string) => status === "running" || status === "idle";
const isSuspended = (status: string) => status === "suspended";

/** Brings a job to the desired status and waits for it. */
export async function bringTo(context: Context, inputs: Properties, job: { id: string; executionStatus: string }) {
    const desired = inputs.desiredExecutionStatus === "suspended" ? "suspended" : "running";
    const isReached = desired === "suspended" ? isSuspended : isUp;
    let status = job.executionStatus;
    if (!isReached(status) && (desired === "suspended" || isSuspended(status))) {
        status = (await setJobStatus(context.client, job.id, desired)) ?? "";
        if (status === "") throw gone(job.id);
    }
    const expected = desired === "suspended" ? "suspended" : "running or idle";
    await awaitStatus(context, { jobId: job.id, status, isReached, expected });
}

/** Waits for a job that was just started; whatever comes of that, it exists and is kept. */
export async function settled(context: Context, inputs: Properties, job: Job): Promise<Properties> {
    try {
        await bringTo(context, inputs, job);
    } catch (error) {
        throw new HalfDone(error, factsOf(job));
    }
    return factsOf(job);
}
