import { liveJobs } from "../api/job-list";
import { findLiveJob, getJob, isTerminal } from "../api/jobs";
import type { Job } from "../api/jobs";
import type { Found } from "../engine/resource";
import { attemptsIn } from "../engine/unconfirmed";
import { findUnconfirmed } from "./create";
import { actualOf, factsOf } from "./mapping";
import type { JobContext, JobFacts, JobState } from "./mapping";
import { reportEnd, reportGone, reportUnhealthy } from "./refresh-report";
import { isHealthy } from "./trouble";

/** Whether an operation that has given up waiting for the start or the health of this job has still to be continued. */
const isAwaited = ({ executionStatus, health }: Job, state: JobState | undefined) =>
    executionStatus === "pending" || (state?.waitForHealthy !== undefined && health?.status === "error");

const factsOfRead = (job: Job, state: JobState | undefined, foundByRefresh?: string): Found<JobFacts> => ({
    actual: actualOf(job, state),
    facts: {
        ...factsOf(job),
        ...(job.id === state?.jobId && {
            topicName: state.topicName,
            topicNameIsPattern: state.topicNameIsPattern,
            bootstrapServers: state.bootstrapServers,
            connectionFingerprint: state.connectionFingerprint,
            registryFingerprints: state.registryFingerprints,
            foundByRefresh: state.foundByRefresh,
        }),
        ...(isAwaited(job, state) && { unfinished: state?.unfinished }),
        ...(foundByRefresh !== undefined && { foundByRefresh }),
    },
    secretsKnown: true,
});

/**
 * The job that a state records. The spec of a job never changes, so the one that the state has goes with a job of a list.
 * Only after an operation that did not finish can the state have other arguments than its job.
 */
async function getOwnJob({ client }: JobContext, state: JobState, jobId: string): Promise<Job | undefined> {
    const isSettled = state.unfinished === undefined && state.unconfirmed === undefined;
    const listed = isSettled ? await liveJobs.find(client, jobId) : undefined;
    if (!listed?.health || !isHealthy(listed.health)) return getJob(client, jobId);
    return { ...listed, spec: { ...state, type: "streaming" } };
}

interface Live {
    readonly job: Job;
    readonly foundByRefresh?: string;
}

async function findJob(context: JobContext, table: string, state: JobState | undefined): Promise<Live | undefined> {
    const { client } = context;
    const recorded = state?.jobId === undefined ? undefined : await getOwnJob(context, state, state.jobId);
    const isLive = recorded && !isTerminal(recorded.executionStatus) && recorded.desiredExecutionStatus !== "canceled";
    if (isLive) return { job: recorded };
    const attempts = state && attemptsIn(state);
    if (attempts) {
        const job = await findUnconfirmed(context, state, attempts, state.jobId);
        return job && { job };
    }
    const live = await findLiveJob(client, table);
    const other = live && live.desiredExecutionStatus !== "canceled" ? await getJob(client, live.id) : undefined;
    if (recorded) await reportEnd(context, recorded, other);
    else if (state?.jobId !== undefined) reportGone(context, state.jobId, other);
    return other && { job: other, foundByRefresh: other.id };
}

/** The job that feeds the table, as a refresh records it; undefined where there is none. */
export async function readJob(
    context: JobContext,
    table: string,
    state: JobState | undefined,
): Promise<Found<JobFacts> | undefined> {
    const live = await findJob(context, table, state);
    if (!live) return undefined;
    await reportUnhealthy(context, live.job);
    return factsOfRead(live.job, state, live.foundByRefresh);
}
