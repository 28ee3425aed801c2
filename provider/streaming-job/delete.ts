import { findLiveJob, isTerminal, setJobStatus } from "../api/jobs";
import type { JobSummary } from "../api/jobs";
import { attemptsIn } from "../engine/unconfirmed";
import { findUnconfirmed } from "./create";
import { descriptionOf, tableOf } from "./mapping";
import type { JobContext, JobState } from "./mapping";
import { awaitStatus, isOver, terminalStatus } from "./status";

/** Whether the same user created it as this resource's job, as an interrupted run of this program leaves one. */
export function isOfSameUser(live: JobSummary, { createdBy }: JobState): boolean {
    const user = live.createdBy?.username;
    return user !== undefined && user === createdBy?.username;
}

/** Ends a job and waits for its end; one that has ended or does not exist is over. */
async function end(context: JobContext, jobId: string): Promise<"ended" | "was-over"> {
    let status: string | undefined;
    try {
        status = await setJobStatus(context.client, jobId, "canceled");
    } catch (error) {
        status = await terminalStatus(context, jobId, error);
        if (status === undefined) throw error;
    }
    if (status === undefined || isTerminal(status)) return "was-over";
    const reached = await awaitStatus(context, { jobId, status, isReached: isOver, expected: "ended" });
    context.log(`job ${jobId} is ${reached}`);
    return "ended";
}

/**
 * Reports the job that feeds the table after this resource's own was over. It is left running, as another stack may have
 * it. A provider that was killed in a swap can have left it too: with one API key for both, nothing tells them apart.
 */
async function leaveOther({ client, log, heldObject }: JobContext, state: JobState): Promise<void> {
    const live = await findLiveJob(client, tableOf(state));
    if (!live || live.id === state.jobId || live.desiredExecutionStatus === "canceled") return;
    if (live.id === heldObject) return;
    log(
        client.quote(
            isOfSameUser(live, state)
                ? `job ${String(state.jobId)} is over; leaves ${descriptionOf(live)}: another stack may have it; if none does, declare it with adopt: true to manage or end it`
                : `leaves ${descriptionOf(live)}, as it is not this resource's`,
        ),
    );
}

/** A job that only a refresh has found is left running: another stack may have started it. */
async function leaveFound({ client, log }: JobContext, state: JobState): Promise<void> {
    const live = await findLiveJob(client, tableOf(state));
    if (!live || live.desiredExecutionStatus === "canceled") return;
    log(
        client.quote(
            `leaves ${descriptionOf(live)}, which this resource did not start: another stack may have it; if none does, end it in Imply Polaris`,
        ),
    );
}

/** Ends the job of an entry that leaves the state, and no other. */
export async function endOwnJob(context: JobContext, state: JobState): Promise<void> {
    const attempts = attemptsIn(state);
    const unconfirmed = attempts && (await findUnconfirmed(context, state, attempts, state.jobId));
    const jobId = unconfirmed?.id ?? state.jobId;
    if (jobId === undefined) return;
    if (jobId === state.foundByRefresh) {
        await leaveFound(context, state);
        return;
    }
    if ((await end(context, jobId)) === "was-over") await leaveOther(context, state);
}
