import { RequestError } from "../api/errors";
import { resetJob, setJobStatus } from "../api/jobs";
import { Failure, HalfDone } from "../engine/errors";
import type { Properties } from "../values/json";
import type { Context } from "../engine/resource";
import { bringTo } from "./start";
import { reportEarlyTrouble } from "./health";
import { awaitStatus, gone, orEnded } from "./wait";

/** Suspends and resumes the job, so that it reads its connection anew. */
export async function restart(context: Context, inputs: Properties, jobId: string): Promise<void> {
    const status = await orEnded(context, jobId, () => setJobStatus(context.client, jobId, "suspended"));
    if (status === undefined) throw gone(jobId);
    try {
        const isReached = (reached: string) => reached === "suspended";
        await awaitStatus(context, { jobId, status, isReached, expected: "suspended" });
        await bringTo(context, inputs, { id: jobId, executionStatus: "suspended" });
        await reportEarlyTrouble(context, inputs, jobId);
    } catch (error) {
        // Kept as an unfinished update: the next one resumes it.
        throw new HalfDone(error, {});
    }
}

/** Resets the offsets, once: an attempt of which nothing is known is not made again. */
export async function reset(context: Context, jobId: string, facts: Properties): Promise<void> {
    try {
        if (!(await orEnded(context, jobId, () => resetJob(context.client, jobId)))) throw gone(jobId);
    } catch (error) {
        if (!(error instanceof RequestError) || !error.mayHaveHappened) throw error;
        const failure = new Failure(
            `nobody knows whether the offsets of the job ${jobId} were reset, as Imply Polaris ${error.message}`,
            "look at the job, and change resetTrigger again if they were not",
        );
        throw new HalfDone(failure, facts);
    }
    context.say(`job ${jobId} was reset to its readFromPoint`);
}
