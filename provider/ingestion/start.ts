import { ApiError, foreign } from "../client/errors";
import { createJob, findLiveJob, getJob, setJobStatus } from "../client/jobs";
import type { Job, JobSummary } from "../client/jobs";
import { createExactlyOnce } from "../lifecycle/exactly-once";
import type { Attempts } from "../lifecycle/exactly-once";
import { Failure, HalfDone } from "../lifecycle/failures";
import type { Properties } from "../lifecycle/json";
import type { Context } from "../lifecycle/kind";
import { isOfUserAndTime } from "../lifecycle/ownership";
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

/** The live job if this resource's own unproven attempts made it. */
async function ownOf({ client, say }: Context, inputs: Properties, attempts: Attempts, live: JobSummary) {
    const { createdBy, createdTimestamp } = live;
    if (!isOfUserAndTime(client, attempts, { by: createdBy?.username, at: createdTimestamp })) return undefined;
    const job = await getJob(client, live.id);
    if (!job || !fulfils(job, inputs)) return undefined;
    // Whose key this is, the API tells with its answer to a write.
    if (client.self === undefined) say(`takes ${described(job)}, for what its unanswered attempt started`);
    return job;
}

/** The live job on the table, other than `known`, if this resource's own unproven attempts made it. */
export async function findOwn(context: Context, inputs: Properties, attempts: Attempts, known?: string) {
    const live = await findLiveJob(context.client, tableOf(inputs));
    return live && live.id !== known ? ownOf(context, inputs, attempts, live) : undefined;
}

interface Posting {
    /** The live job that this one takes the table over from, and from no other that comes between. */
    readonly replacing?: string;
    readonly earlier?: Attempts;
}

/** POSTs a job, once and no more. */
export const postJob = (context: Context, inputs: Properties, { replacing, earlier }: Posting): Promise<Job> =>
    createExactlyOnce({
        post: () => createJob(context.client, { ...specOf(inputs), replaceRunning: replacing !== undefined }),
        findOwn: async (attempts) => {
            const live = await findLiveJob(context.client, tableOf(inputs));
            if (!live || live.id === replacing) return undefined;
            const own = await ownOf(context, inputs, attempts, live);
            if (own || replacing === undefined) return own;
            throw new Failure(
                `the table is fed by ${described(live)}, since the swap was begun`,
                "run `pulumi refresh` to see the differences, then `pulumi up` again to put them back",
            );
        },
        serverTime: (time) => context.client.serverTime(time),
        earlier,
    });

/** Takes over the job that somebody else made: as it is if it does what is declared, else by hot-swap. */
async function adopt(context: Context, inputs: Properties, live: JobSummary): Promise<Job> {
    context.say(`adopts ${described(live)}`);
    const job = await getJob(context.client, live.id);
    return job && fulfils(job, inputs) ? job : postJob(context, inputs, { replacing: live.id });
}

/** Starts the first job on the table; refuses one that is fed already, unless told to adopt. */
export async function startJob(context: Context, inputs: Properties, earlier?: Attempts): Promise<Job> {
    try {
        return await postJob(context, inputs, { earlier });
    } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 400) throw error;
        const live = await findLiveJob(context.client, tableOf(inputs));
        if (!live) throw error;
        if (live.desiredExecutionStatus === "canceled") {
            const wish = { jobId: live.id, status: live.executionStatus, isReached: isOver, expected: "ended" };
            await awaitStatus(context, wish);
            return startJob(context, inputs);
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
