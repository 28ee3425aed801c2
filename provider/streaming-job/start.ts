import { setTimeout as sleep } from "node:timers/promises";
import { getConnection } from "../api/connections";
import { ApiError, foreign } from "../api/errors";
import { createJob, findLiveJob, getJob, setJobStatus } from "../api/jobs";
import type { Job, JobSummary } from "../api/jobs";
import { createExactlyOnce } from "../engine/exactly-once";
import type { Attempts } from "../engine/exactly-once";
import { Failure, HalfDone } from "../engine/errors";
import type { Properties } from "../values/json";
import type { Context } from "../engine/resource";
import { adviceFor, isOfKey, isOfUserAndTime } from "../identity/identity";
import { desiredStatus, differences, factsOf, fulfils, specOf, tableOf } from "./mapping";
import { reportEarlyTrouble } from "./health";
import { connectionNameOf, topicRead } from "../kafka-connection/topics";
import { awaitStatus, gone, isOver } from "./wait";

/** Who feeds the table, for a user who has to decide. */
export const described = (job: JobSummary) =>
    `the streaming job ${job.id}, made by ${foreign(job.createdBy?.username ?? "another user")} on ${job.createdTimestamp}, which reads the connection ${JSON.stringify(foreign(job.source?.connectionName ?? "?"))}`;

const occupied = ({ client }: Context, job: JobSummary) =>
    new Failure(`the table is fed by ${described(job)}`, adviceFor(client, job.createdBy?.username, "table"));

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

const post = (context: Context, inputs: Properties, { replacing, earlier }: Posting): Promise<Job> =>
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

/**
 * Whether a job that does what is declared is swapped all the same. Where its connection is taken over as well, the
 * state of another stack may hold both, and end this job when it gives it up: of the new job, it knows nothing.
 */
function isSharedWithStack({ declaration }: Context, inputs: Properties, live: JobSummary): boolean {
    const name = connectionNameOf(inputs);
    const connection = typeof name === "string" ? declaration("KafkaConnection", name) : undefined;
    const isTakenOver = connection?.inputs.adopt === true && Object.keys(connection.olds).length === 0;
    return isTakenOver && isOfKey(live.createdBy?.username);
}

/** Takes over a job: as it is if it does what is declared, else by hot-swap. */
async function adopt(context: Context, inputs: Properties, live: JobSummary): Promise<Job> {
    const job = await getJob(context.client, live.id);
    const differing = job ? differences(job, inputs) : [];
    if (inputs.adopt === "unchanged" && differing.length > 0) {
        throw new Failure(
            `${described(live)}, differs in ${differing.join(", ")}`,
            'declare it as it is, or set adopt: true, which swaps it ("unchanged" does not)',
        );
    }
    const isSame = job && fulfils(job, inputs);
    const isKept = isSame && (inputs.adopt === "unchanged" || !isSharedWithStack(context, inputs, live));
    if (!isKept) {
        context.say(`adopts ${described(live)}`);
        return postJob(context, inputs, { replacing: live.id });
    }
    context.say(
        `adopts ${described(live)}, as it is: if another stack has it, remove it there by \`pulumi state delete\``,
    );
    return job;
}

/** Takes over the own job again, where the engine replaces its entry: nothing of another user's, seen or unseen. */
async function takeOverOwn(context: Context, inputs: Properties, live: JobSummary, olds: Properties): Promise<Job> {
    const job = await getJob(context.client, live.id);
    if (!job || differences(job, olds).length > 0) {
        throw new Failure(
            `the table is fed by ${described(live)}, which is not as the state has it`,
            "run `pulumi refresh` to see the differences, then `pulumi up` again",
        );
    }
    return fulfils(job, inputs) ? job : postJob(context, inputs, { replacing: live.id });
}

/**
 * Starts the first job on the table; refuses one that is fed already, unless that job is to be taken over. It looks
 * first: nobody documents that a POST is refused where the job on the table is suspended.
 */
export async function startJob(context: Context, inputs: Properties, earlier?: Attempts): Promise<Job> {
    const live = earlier ? undefined : await findLiveJob(context.client, tableOf(inputs));
    if (live) return takeOver(context, inputs, live);
    try {
        return await postJob(context, inputs, { earlier });
    } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 400) throw error;
        const other = await findLiveJob(context.client, tableOf(inputs));
        if (!other) throw error;
        return takeOver(context, inputs, other);
    }
}

/** How long a job waits for a connection of its program that it names by a text: nothing orders the two. */
const connectionWaitMs = 15_000;

/** The connection that the program is about to create, if the job reads it. */
function pendingConnection({ declaration }: Context, inputs: Properties): string | undefined {
    const name = connectionNameOf(inputs);
    const connection = typeof name === "string" ? declaration("KafkaConnection", name) : undefined;
    return connection && connection.olds.name !== name ? (name as string) : undefined;
}

/** Whether the connection is there before long. */
async function appears({ client }: Context, name: string): Promise<boolean> {
    const begun = Date.now();
    while (!(await getConnection(client, name))) {
        if (Date.now() - begun > connectionWaitMs) return false;
        await sleep(250);
    }
    return true;
}

/** POSTs a job, once and no more, also where its connection is created at the same time. */
export async function postJob(context: Context, inputs: Properties, posting: Posting): Promise<Job> {
    try {
        return await post(context, inputs, posting);
    } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 400) throw error;
        const name = pendingConnection(context, inputs);
        const live = name === undefined ? undefined : await findLiveJob(context.client, tableOf(inputs));
        if (name === undefined || live?.id !== posting.replacing) throw error;
        if (await appears(context, name)) return post(context, inputs, posting);
        throw new Failure(
            `its connection ${JSON.stringify(name)} does not exist yet`,
            "take connectionName from `connection.name`, which orders the two resources, and run `pulumi up` again",
        );
    }
}

async function takeOver(context: Context, inputs: Properties, live: JobSummary): Promise<Job> {
    if (live.desiredExecutionStatus === "canceled") {
        const wish = { jobId: live.id, status: live.executionStatus, isReached: isOver, expected: "ended" };
        await awaitStatus(context, wish);
        return startJob(context, inputs);
    }
    if (context.replacedInputs) return takeOverOwn(context, inputs, live, context.replacedInputs);
    if (inputs.adopt) return adopt(context, inputs, live);
    throw occupied(context, live);
}

const isUp = (status: string) => status === "running" || status === "idle";
const isSuspended = (status: string) => status === "suspended";

/** Brings a job to the desired status and waits for it. */
export async function bringTo(context: Context, inputs: Properties, job: { id: string; executionStatus: string }) {
    const desired = desiredStatus(inputs);
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
    const isRunning = desiredStatus(inputs) === "running";
    const facts = { ...factsOf(job), ...(isRunning && topicRead(inputs, context.declaration)) };
    try {
        await bringTo(context, inputs, job);
        if (isRunning) await reportEarlyTrouble(context, inputs, job.id);
    } catch (error) {
        throw new HalfDone(error, facts);
    }
    return facts;
}
