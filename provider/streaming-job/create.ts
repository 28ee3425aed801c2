import { ApiError } from "../api/errors";
import { createJob, findLiveJob, getJob } from "../api/jobs";
import type { Job, JobSummary } from "../api/jobs";
import type { Attempts } from "../api/retry";
import { assertAdopts } from "../engine/adoption";
import { Failure } from "../engine/errors";
import { adviceForExisting } from "../engine/existing-object";
import { intervalText } from "../engine/unconfirmed";
import { canBeFrom } from "../identity/identity";
import { isEnding, planAdoption } from "./adopt";
import { topicFacts } from "./connection";
import { descriptionOf, desiredStatus, differences, factsOf, hasSpec, originOf, specBody, tableOf } from "./mapping";
import type { JobContext } from "./mapping";
import { awaitPending, pendingObjects } from "./pending";
import type { StreamingJobInputs } from "./schema";
import { watchStart } from "./settle-time";
import { awaitStatus, bringToDesired, isOver } from "./status";

function tableInUse({ client }: JobContext, job: JobSummary): Failure {
    const { cure, details } = adviceForExisting(job.createdBy?.username, client.user, "table");
    return new Failure("PolarisTableInUse", `the table is fed by the streaming job ${job.id}`, cure, [
        client.quote(`it is a job ${originOf(job)}`),
        ...details,
    ]);
}

/** The live job if this resource's own unconfirmed attempts started it. */
async function ownOf(
    { client, log }: JobContext,
    inputs: StreamingJobInputs,
    attempts: Attempts,
    live: JobSummary,
): Promise<Job | undefined> {
    const origin = { user: live.createdBy?.username, time: live.createdTimestamp };
    if (!canBeFrom(attempts, origin, client.user)) return undefined;
    const job = await getJob(client, live.id);
    if (!job || !hasSpec(job, inputs)) return undefined;
    if (client.user === undefined) {
        log(client.quote(`assumes that its unanswered attempt started ${descriptionOf(job)}`));
    }
    return job;
}

/** The live job on the table, other than `known`, if this resource's own unconfirmed attempts started it. */
export async function findUnconfirmed(
    context: JobContext,
    inputs: StreamingJobInputs,
    attempts: Attempts,
    known: string | undefined,
): Promise<Job | undefined> {
    const live = await findLiveJob(context.client, tableOf(inputs));
    return live && live.id !== known ? ownOf(context, inputs, attempts, live) : undefined;
}

interface Posting {
    /** The live job from which the new one takes over the table, and from no other that comes in between. */
    readonly replacing?: string;
    /** Unconfirmed attempts of an earlier operation. */
    readonly earlier?: Attempts;
}

const post = (context: JobContext, inputs: StreamingJobInputs, { replacing, earlier }: Posting): Promise<Job> => {
    const { client, saveState } = context;
    const body = { ...specBody(inputs), replaceRunning: replacing !== undefined };
    return createJob(client, body, {
        earlier,
        onUnconfirmed: (attempts) => saveState({ unconfirmed: intervalText(attempts) }),
        async beforeRetry(attempts) {
            const live = await findLiveJob(client, tableOf(inputs));
            if (!live || live.id === replacing) return undefined;
            const ownJob = await ownOf(context, inputs, attempts, live);
            if (ownJob || replacing === undefined) return ownJob;
            throw new Failure(
                "PolarisJobChanged",
                `the table is fed by the streaming job ${live.id} since the swap began`,
                "run `pulumi refresh` to see the differences, then `pulumi up` again to put them back",
                [client.quote(`it is a job ${originOf(live)}`)],
            );
        },
    });
};

/** POSTs a job, never twice, also where its connection or its table is created at the same time. */
export async function postJob(context: JobContext, inputs: StreamingJobInputs, posting: Posting): Promise<Job> {
    try {
        return await post(context, inputs, posting);
    } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 400) throw error;
        const pending = await pendingObjects(context, inputs);
        const live = pending.length === 0 ? undefined : await findLiveJob(context.client, tableOf(inputs));
        if (pending.length === 0 || live?.id !== posting.replacing) throw error;
        await awaitPending(pending);
        return post(context, inputs, posting);
    }
}

/** Takes over a job: as it is if it does what is declared, otherwise by a swap. */
async function adopt(context: JobContext, inputs: StreamingJobInputs, live: JobSummary): Promise<Job> {
    const { client, log } = context;
    const look = { live, job: await getJob(client, live.id), quote: client.quote };
    const { sentence, job } = assertAdopts(planAdoption(look, inputs, context));
    log(sentence);
    return job ?? postJob(context, inputs, { replacing: live.id });
}

/** Takes over the own job again, where the engine replaces its entry: only if it is as the state has it. */
async function adoptOwn(
    context: JobContext,
    inputs: StreamingJobInputs,
    live: JobSummary,
    olds: StreamingJobInputs,
): Promise<Job> {
    const job = await getJob(context.client, live.id);
    if (!job || differences(job, olds).length > 0) {
        throw new Failure(
            "PolarisJobChanged",
            `the table is fed by the streaming job ${live.id}, which is not as the state has it`,
            "run `pulumi refresh` to see the differences, then `pulumi up` again",
            [context.client.quote(`it is a job ${originOf(live)}`)],
        );
    }
    return hasSpec(job, inputs) ? job : postJob(context, inputs, { replacing: live.id });
}

async function takeOver(context: JobContext, inputs: StreamingJobInputs, live: JobSummary): Promise<Job> {
    if (isEnding(live)) {
        const end = { jobId: live.id, status: live.executionStatus, isReached: isOver, expected: "ended" };
        await awaitStatus(context, end);
        return startOrAdopt(context, inputs);
    }
    if (context.replacedInputs) return adoptOwn(context, inputs, live, context.replacedInputs);
    if (inputs.adopt) return adopt(context, inputs, live);
    throw tableInUse(context, live);
}

/**
 * Starts the first job on the table, or takes over the one that feeds it where that is asked for. It looks first: it is
 * not documented that a POST is refused while the job on the table is suspended.
 */
export async function startOrAdopt(context: JobContext, inputs: StreamingJobInputs, earlier?: Attempts): Promise<Job> {
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

/** Records a job that was just started, and waits for its desired status. */
export async function settle(context: JobContext, inputs: StreamingJobInputs, job: Job): Promise<void> {
    const isRunning = desiredStatus(inputs) === "running";
    context.saveState({ ...factsOf(job), ...(isRunning && topicFacts(inputs, context.declared)) });
    await bringToDesired(context, inputs, job);
    if (isRunning) await watchStart(context, inputs, job.id, "new");
}
