import { setTimeout as sleep } from "node:timers/promises";
import { getJob, getJobLogs, isTerminal, lastMessages } from "../api/jobs";
import type { Job } from "../api/jobs";
import { Failure } from "../engine/errors";
import { durationMs } from "../values/duration";
import { reportEarlyTrouble } from "./health";
import type { JobContext } from "./mapping";
import type { StreamingJobInputs } from "./schema";
import { endedFailure, goneFailure, unlessUnanswered } from "./status";
import { cureOf, reasonOf, sinceOf } from "./trouble";

const firstPollMs = 350;
const longestPollMs = 5_000;

async function unhealthyFailure({ client }: JobContext, { id, health }: Job): Promise<Failure> {
    const log = (await unlessUnanswered(getJobLogs(client, id))) ?? [];
    return new Failure(
        "PolarisJobUnhealthy",
        `the job ${id} has health error${sinceOf(log, health ?? {})} (${reasonOf(health ?? {}, client.quote)})`,
        `${cureOf(health ?? {})}; then run \`pulumi up\` again, which waits for its health again`,
        lastMessages(log, client.quote),
    );
}

/** Whether a job was started just now, or was there before, stopped, and continues. */
type Start = "new" | "continued";

/**
 * Waits for the settle time, and fails when the health of the job shows an error. A job that continues can show the
 * error of before for a while: it has the settle time to clear that, and then has to stay without for as long.
 */
async function awaitHealthy(context: JobContext, jobId: string, settleMs: number, start: Start): Promise<void> {
    let canBeOfBefore = start === "continued";
    let end = Date.now() + settleMs;
    for (let delay = firstPollMs; ; delay = Math.min(delay * 2, longestPollMs)) {
        await sleep(Math.max(0, Math.min(delay, end - Date.now())));
        const job = await getJob(context.client, jobId);
        if (!job) throw goneFailure(jobId);
        if (isTerminal(job.executionStatus)) throw await endedFailure(context, jobId, job.executionStatus);
        const hasError = job.health?.status === "error";
        const isOver = Date.now() >= end;
        if (hasError && (isOver || !canBeOfBefore)) throw await unhealthyFailure(context, job);
        if (hasError) continue;
        if (canBeOfBefore) end = Date.now() + settleMs;
        else if (isOver) return;
        canBeOfBefore = false;
    }
}

/** Looks after a job that starts: `waitForHealthy` makes an error a failure; the rest is reported. */
export async function watchStart(
    context: JobContext,
    inputs: StreamingJobInputs,
    jobId: string,
    start: Start,
): Promise<void> {
    const { waitForHealthy } = inputs;
    if (waitForHealthy !== undefined) {
        context.log(`waits ${waitForHealthy} for job ${jobId} to stay healthy`);
        await awaitHealthy(context, jobId, durationMs(waitForHealthy) ?? 0, start);
    }
    await reportEarlyTrouble(context, inputs, jobId);
}
