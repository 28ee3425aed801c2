import { findLiveJob, isTerminal, setJobStatus } from "../api/jobs";
import type { JobSummary } from "../api/jobs";
import { valueAt } from "../values/json";
import type { Properties } from "../values/json";
import type { Context } from "../engine/resource";
import { tableOf } from "./mapping";
import { described } from "./start";
import { awaitStatus, isOver, terminalStatus } from "./wait";

/** The job that a refresh found in the place of this resource's: an update may take it over, a delete not. */
export const foundFact = "foundByRefresh";

/** Whether the same user made it as this resource's job: such as an interrupted run of this program leaves. */
export function isOfMaker(live: JobSummary, state: Properties): boolean {
    const maker = live.createdBy?.username;
    return maker !== undefined && maker === valueAt(state, ["createdBy", "username"]);
}

/** Asks for the end of a job and waits for it; what it finds ended or gone already is over. */
async function end(context: Context, jobId: string): Promise<"was-over" | "ended"> {
    let status: string | undefined;
    try {
        status = await setJobStatus(context.client, jobId, "canceled");
    } catch (error) {
        status = await terminalStatus(context, jobId, error);
        if (status === undefined) throw error;
    }
    if (status === undefined || isTerminal(status)) return "was-over";
    await awaitStatus(context, { jobId, status, isReached: isOver, expected: "ended" });
    return "ended";
}

/**
 * This resource's job was over already. Which one feeds the table then is left running: another stack may have it. A
 * provider that was killed in a swap can have left it too, and with one API key for both nothing tells them apart.
 */
async function leaveOther(context: Context, state: Properties): Promise<void> {
    const { client, say, heldObject } = context;
    const live = await findLiveJob(client, tableOf(state));
    if (!live || live.id === String(state.jobId) || live.desiredExecutionStatus === "canceled") return;
    if (live.id === heldObject) return;
    say(
        isOfMaker(live, state)
            ? `job ${String(state.jobId)} is over; leaves ${described(live)}: another stack may have it; if none does, declare it with adopt: true to manage or end it`
            : `leaves ${described(live)}, as it is not this resource's`,
    );
}

/** A job that only a refresh has found is left running: another stack may have started it. */
async function leaveFound(context: Context, state: Properties): Promise<void> {
    const live = await findLiveJob(context.client, tableOf(state));
    if (!live || live.desiredExecutionStatus === "canceled") return;
    context.say(
        `leaves ${described(live)}, which this resource did not start: another stack may have it; if none does, end it in Imply Polaris`,
    );
}

/** Ends the job of an entry that leaves the state, and no other. */
export async function removeJob(context: Context, state: Properties, jobId: string | undefined): Promise<void> {
    if (jobId === undefined) return;
    if (jobId === state[foundFact]) return leaveFound(context, state);
    if ((await end(context, jobId)) === "was-over") await leaveOther(context, state);
}
