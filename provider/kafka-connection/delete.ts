import { setTimeout as sleep } from "node:timers/promises";
import { readConnection } from "../api/connection-list";
import { deleteConnection } from "../api/connections";
import { findLiveJobsOn } from "../api/jobs";
import { ApiError, foreign } from "../api/errors";
import { attemptsIn } from "../engine/exactly-once";
import { Failure, owedFact, unfinishedFact } from "../engine/errors";
import type { Properties } from "../values/json";
import type { Context } from "../engine/resource";
import { isSameTime } from "../identity/identity";
import { createdBy, isOfAttempts } from "./create";
import { isOwnWrite, lastWrite } from "./mapping";

/** How long a job that ends may still hold the connection that it read. */
const releaseMs = 30_000;

/** How long the API may take to see that no job holds it any more. */
const settleMs = 3_000;

/** Whether a write of this resource may have been done that the state does not know of. */
function isOpen(state: Properties): boolean {
    const owed = state[owedFact];
    return state[unfinishedFact] !== undefined && !(Array.isArray(owed) && owed.length === 0);
}

/**
 * A DELETE goes by name: whether what is there is still what this resource made, and this resource's alone. Another
 * stack that has taken it over shows by its write, and who deletes a connection in use stops another's ingestion.
 */
async function isOwn(context: Context, state: Properties): Promise<boolean> {
    const found = await readConnection(context.client, state.name as string);
    if (!found) return false;
    const attempts = attemptsIn(state);
    const own = attempts
        ? isOfAttempts(context, attempts, found, state)
        : isSameTime(found.submittedOnTimestamp, state.submittedOnTimestamp);
    if (!own) {
        context.say(`leaves the connection of that name, ${createdBy(found)}, as it is not this resource's`);
        return false;
    }
    if (attempts || isOpen(state) || isOwnWrite(found, state)) return true;
    const writer = foreign(found.modifiedByUser?.username ?? "another user");
    context.say(
        `leaves the connection, as ${writer} changed it on ${lastWrite(found)}, after this resource's last write: another stack may have it now; if none does, delete it in Imply Polaris`,
    );
    return false;
}

/** Deletes; waits for jobs that are ending; refuses, with its id and table, for one that goes on. */
export async function removeConnection(context: Context, state: Properties): Promise<void> {
    const { client, say } = context;
    const name = state.name as string;
    const begun = Date.now();
    for (let delay = 250; ; delay = Math.min(delay * 2, 4_000)) {
        if (!(await isOwn(context, state))) return;
        try {
            await deleteConnection(client, name);
            return;
        } catch (error) {
            if (!(error instanceof ApiError) || (error.status !== 400 && error.status !== 409)) throw error;
            const jobs = await findLiveJobsOn(client, name);
            const lasting = jobs.find((job) => job.desiredExecutionStatus !== "canceled");
            if (lasting) {
                throw new Failure(
                    `the streaming job ${lasting.id} still reads it into the table ${JSON.stringify(lasting.target?.tableName ?? "?")}`,
                    "leave the connection to that job by `pulumi state delete` for this resource, or let the job read another connection first",
                );
            }
            if (Date.now() - begun + delay > (jobs.length > 0 ? releaseMs : settleMs)) throw error;
            if (jobs.length > 0) say("waits for a job that is ending");
            await sleep(delay);
        }
    }
}
