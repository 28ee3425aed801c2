import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, RequestError } from "../api/errors";
import { getJob, getJobLogs, getJobStatus, isTerminal, lastMessages, setJobStatus } from "../api/jobs";
import { getProjectState } from "../api/projects";
import { Failure } from "../engine/errors";
import { desiredStatus, isSuspended } from "./mapping";
import type { JobContext, JobStatus } from "./mapping";
import type { StreamingJobInputs } from "./schema";
import { isHealthy, reasonOf } from "./trouble";

const firstPollMs = 350;
const longestPollMs = 10_000;
/** A status that passes sooner is not printed: many jobs that start at once print one line each. */
const quietMs = 2_000;

/** Stands for the status of a job that the API does not have any more. */
const missing = "gone";

/** The expectation of a destroy. */
const ENDED = "ended";

/** Nothing of the job runs any more. */
export const isOver = (status: string) => isTerminal(status) || status === missing;

interface Expectation {
    readonly jobId: string;
    /** The status of the last answer. */
    readonly status: string;
    readonly isReached: (status: string) => boolean;
    /** The expected status, in words. */
    readonly expected: string;
}

/** Polls a job until it has the expected status, which it returns; prints others that last. */
export async function awaitStatus(
    context: JobContext,
    { jobId, status: first, isReached, expected }: Expectation,
): Promise<string> {
    const begin = Date.now();
    let status = first;
    let since = begin;
    for (let delay = firstPollMs; ; delay = Math.min(delay * 2, longestPollMs)) {
        if (isReached(status)) return status;
        if (status === missing) throw goneFailure(jobId);
        if (isTerminal(status)) throw await endedFailure(context, jobId, status);
        const leftMs = context.limitMs - (Date.now() - begin);
        if (leftMs <= 0) throw await timeoutFailure(context, jobId, status, expected);
        if (Date.now() - since >= quietMs) {
            // A process that only destroys does not know the secrets that the API's words may hold.
            const { health } = expected === ENDED ? { health: "" } : await troubleOf(context, jobId);
            context.log(`job ${jobId} is ${context.client.quote(status)}${health}`);
        }
        await sleep(Math.min(delay, leftMs));
        const next = (await getJobStatus(context.client, jobId)) ?? missing;
        if (next !== status) [status, since] = [next, Date.now()];
    }
}

const isUp = (status: string) => status === "running" || status === "idle";
const isSuspendedStatus = (status: string) => status === "suspended";

/** Brings a job to the desired status and waits for it. */
export async function bringToDesired(context: JobContext, inputs: StreamingJobInputs, job: JobStatus): Promise<void> {
    const { id } = job;
    const desired = desiredStatus(inputs);
    const isReached = desired === "suspended" ? isSuspendedStatus : isUp;
    let status: string | undefined = job.executionStatus;
    // A job that has the status may still have been asked for the other one.
    if (desired === "suspended" ? !isReached(status) || job.desiredExecutionStatus === "running" : isSuspended(job)) {
        status = await setJobStatus(context.client, id, desired);
        if (status === undefined) throw goneFailure(id);
        // From here on the job changes: the next update continues if this one fails.
        context.saveState({});
    }
    const expected = desired === "suspended" ? "suspended" : "running or idle";
    const reached = await awaitStatus(context, { jobId: id, status, isReached, expected });
    context.log(`job ${id} is ${context.client.quote(reached)}`);
}

/** Suspends a running job and waits for it. */
export async function suspendRunning(context: JobContext, jobId: string): Promise<void> {
    const status = await orEnded(context, jobId, () => setJobStatus(context.client, jobId, "suspended"));
    if (status === undefined) throw goneFailure(jobId);
    // From here on the job may not run: the next update resumes it if this one fails.
    context.saveState({});
    await awaitStatus(context, { jobId, status, isReached: isSuspendedStatus, expected: "suspended" });
}

export const goneFailure = (jobId: string) =>
    new Failure(
        "PolarisJobGone",
        `the job ${jobId} does not exist any more`,
        "run `pulumi refresh`, then `pulumi up` again to start another",
    );

/** The status of a job that has ended, which a 400 to a call about it does not tell. */
export async function terminalStatus(
    { client }: JobContext,
    jobId: string,
    error: unknown,
): Promise<string | undefined> {
    if (!(error instanceof ApiError) || error.status !== 400) return undefined;
    const status = await getJobStatus(client, jobId);
    return status !== undefined && isTerminal(status) ? status : undefined;
}

/** Makes a call about a live job; fails with the reason if the job has ended meanwhile. */
export async function orEnded<T>(context: JobContext, jobId: string, call: () => Promise<T>): Promise<T> {
    try {
        return await call();
    } catch (error) {
        const status = await terminalStatus(context, jobId, error);
        if (status === undefined) throw error;
        if (await isPaused(context)) throw pausedFailure(jobId, status);
        const cure = "run `pulumi refresh`, then `pulumi up` again to start another";
        throw new Failure("PolarisJobEnded", `the job ${jobId} is ${status}`, cure);
    }
}

/** The answer to a question about details, which are not worth a failure; undefined if there is none. */
export async function unlessUnanswered<T>(answer: Promise<T>): Promise<T | undefined> {
    try {
        return await answer;
    } catch (error) {
        if (error instanceof RequestError) return undefined;
        throw error;
    }
}

/** What the API says about a job in trouble: its health in words, and the last lines of its log. */
async function troubleOf({ client }: JobContext, jobId: string): Promise<{ health: string; details: string[] }> {
    const job = await unlessUnanswered(getJob(client, jobId));
    const health = job?.health ?? { status: "ok" };
    const log = (await unlessUnanswered(getJobLogs(client, jobId))) ?? [];
    const isKnown = !isHealthy(health) || Boolean(health.code) || Boolean(health.message);
    return {
        health: isKnown ? ` (health ${client.quote(health.status)}: ${reasonOf(health, client.quote)})` : "",
        details: lastMessages(log, client.quote),
    };
}

/** A paused project ends its jobs, and keeps their offsets. */
export const isPaused = async ({ client }: JobContext): Promise<boolean> =>
    (await getProjectState(client)) === "paused";

export const resumeAdvice =
    "resume the project in Imply Polaris, then run `pulumi up --refresh`, which starts another job at its offsets";

const pausedFailure = (jobId: string, status: string) =>
    new Failure("PolarisProjectPaused", `the job ${jobId} is ${status}, as the project is paused`, resumeAdvice);

export async function endedFailure(context: JobContext, jobId: string, status: string): Promise<Failure> {
    if (await isPaused(context)) return pausedFailure(jobId, status);
    const { health, details } = await troubleOf(context, jobId);
    if (status === "failed") {
        const cure = "correct the cause and run `pulumi up` again, which starts another job";
        return new Failure("PolarisJobFailed", `the job ${jobId} failed${health}`, cure, details);
    }
    const happened = `the job ${jobId} was ${status} by another user${health}`;
    return new Failure("PolarisJobEnded", happened, "run `pulumi refresh`, then `pulumi up` again", details);
}

async function timeoutFailure(context: JobContext, jobId: string, status: string, expected: string): Promise<Failure> {
    const isEnd = expected === ENDED;
    const { health, details } = isEnd ? { health: "", details: [] } : await troubleOf(context, jobId);
    return new Failure(
        "PolarisJobTimeout",
        `the job ${jobId} is ${context.client.quote(status)} and not ${expected} after ${context.limitMs / 1000} s${health}`,
        `run ${isEnd ? "it" : "`pulumi up`"} again, which continues to wait, or raise customTimeouts`,
        details,
    );
}
