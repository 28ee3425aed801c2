import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, foreign, RequestError } from "../api/errors";
import { getJob, getJobLogs, getJobStatus, isTerminal } from "../api/jobs";
import { getProjectState } from "../api/projects";
import { Failure } from "../engine/errors";
import type { Context } from "../engine/resource";

const firstPollMs = 350;
const longestPollMs = 10_000;
const logLines = 5;

/** Stands for the status of a job that the API does not have any more. */
const missing = "gone";

/** Nothing of the job runs any more. */
export const isOver = (status: string) => isTerminal(status) || status === missing;

interface Wish {
    readonly jobId: string;
    /** The status as the last answer told it. */
    readonly status: string;
    readonly isReached: (status: string) => boolean;
    /** What is waited for, in words. */
    readonly expected: string;
}

/** Polls a job until it is as wished; tells of each change of its status. */
export async function awaitStatus(
    context: Context,
    { jobId, status: first, isReached, expected }: Wish,
): Promise<void> {
    const begun = Date.now();
    let status = first;
    let told: string | undefined;
    for (let delay = firstPollMs; ; delay = Math.min(delay * 2, longestPollMs)) {
        if (status !== told) context.say(`job ${jobId} is ${status}`);
        told = status;
        if (isReached(status)) return;
        if (status === missing) throw gone(jobId);
        if (isTerminal(status)) throw await ended(context, jobId, status);
        const left = context.limitMs - (Date.now() - begun);
        if (left <= 0) throw await late(context, jobId, status, expected);
        await sleep(Math.min(delay, left));
        status = (await getJobStatus(context.client, jobId)) ?? missing;
    }
}

export const gone = (jobId: string) =>
    new Failure(`the job ${jobId} is gone`, "run `pulumi refresh`, then `pulumi up` again to start another");

/** The status of a job that has ended, where a 400 to a call about it says less. */
export async function terminalStatus({ client }: Context, jobId: string, error: unknown): Promise<string | undefined> {
    if (!(error instanceof ApiError) || error.status !== 400) return undefined;
    const status = await getJobStatus(client, jobId);
    return status !== undefined && isTerminal(status) ? status : undefined;
}

/** Makes a call about a live job; if it has ended meanwhile, says so. */
export async function orEnded<T>(context: Context, jobId: string, call: () => Promise<T>): Promise<T> {
    try {
        return await call();
    } catch (error) {
        const status = await terminalStatus(context, jobId, error);
        if (status === undefined) throw error;
        if (await isPaused(context)) throw pausedFailure(jobId, status);
        const next = "run `pulumi refresh`, then `pulumi up` again to start another";
        throw new Failure(`the job ${jobId} is ${status}`, next);
    }
}

/** Details are worth asking for, and not worth losing what they are details of. */
export async function unlessUnanswered<T>(answer: Promise<T>): Promise<T | undefined> {
    try {
        return await answer;
    } catch (error) {
        if (error instanceof RequestError) return undefined;
        throw error;
    }
}

/** What the API knows of a job that does not do what it should, in words. */
async function trouble(context: Context, jobId: string): Promise<{ cause: string; lines: string[] }> {
    const job = await unlessUnanswered(getJob(context.client, jobId));
    const { status = "ok", code, message } = job?.health ?? {};
    const parts = [code, message].flatMap((part) => (part ? [foreign(part)] : []));
    const cause = status === "ok" && parts.length === 0 ? "" : ` (health ${status}: ${parts.join(": ") || "no code"})`;
    const logs = (await unlessUnanswered(getJobLogs(context.client, jobId))) ?? [];
    const lines = logs.slice(-logLines).map(foreign);
    return { cause, lines };
}

/** A paused project ends its jobs, and keeps their offsets. */
export const isPaused = async ({ client }: Context): Promise<boolean> => (await getProjectState(client)) === "paused";

const resumeAdvice =
    "resume the project in Imply Polaris, then run `pulumi up --refresh`, which starts another job at its offsets";

const pausedFailure = (jobId: string, status: string) =>
    new Failure(`the job ${jobId} is ${status}, as the project is paused`, resumeAdvice);

export const pausedText = `the project is paused; ${resumeAdvice}`;

async function ended(context: Context, jobId: string, status: string): Promise<Failure> {
    if (await isPaused(context)) return pausedFailure(jobId, status);
    const { cause, lines } = await trouble(context, jobId);
    return status === "failed"
        ? new Failure(
              `the job ${jobId} failed${cause}`,
              "correct the cause and run `pulumi up` again, which starts another job",
              lines,
          )
        : new Failure(
              `the job ${jobId} was ${status} by another user${cause}`,
              "run `pulumi refresh`, then `pulumi up` again",
              lines,
          );
}

async function late(context: Context, jobId: string, status: string, expected: string): Promise<Failure> {
    // A process that only destroys does not know the secrets that they may hold.
    const isEnd = expected === "ended";
    const { cause, lines } = isEnd ? { cause: "", lines: [] } : await trouble(context, jobId);
    return new Failure(
        `the job ${jobId} is ${status} and not ${expected} after ${context.limitMs / 1000} s${cause}`,
        `run ${isEnd ? "it" : "`pulumi up`"} again, which goes on waiting, or raise customTimeouts`,
        lines,
    );
}
