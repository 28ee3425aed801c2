import type { Client } from "../api/client";
import { listConnections } from "../api/connections";
import type { Connection } from "../api/connections";
import { getJob, isTerminal } from "../api/jobs";
import type { Job, JobSummary } from "../api/jobs";
import { listJobs, listTables } from "../api/project-lists";
import type { TableSummary } from "../api/project-lists";

/** What a project of Imply Polaris has. */
export interface ExistingProject {
    readonly connections: readonly Connection[];
    /** The live streaming jobs that were asked for, with their specifications. */
    readonly jobs: readonly Job[];
    /** All jobs, of any type and status. */
    readonly summaries: readonly JobSummary[];
    /** Undefined where the API key may not see tables. */
    readonly tables: readonly TableSummary[] | undefined;
    readonly requests: number;
}

export const isLiveStream = ({ type, executionStatus, desiredExecutionStatus }: JobSummary) =>
    type === "streaming" && !isTerminal(executionStatus) && desiredExecutionStatus !== "canceled";

/**
 * Reads a project: one request each for connections and tables, one for a thousand jobs, and one for each live streaming
 * job that is wanted.
 */
export async function readProject(
    client: Client,
    isWanted: (tableName: string) => boolean,
    progress: (text: string) => void,
): Promise<ExistingProject> {
    let requests = 2;
    progress("reads connections, tables and jobs");
    const [connections, tables, summaries] = await Promise.all([
        listConnections(client),
        listTables(client),
        listJobs(client, () => (requests += 1)),
    ]);
    const wanted = summaries.filter((job) => isLiveStream(job) && isWanted(job.target?.tableName ?? ""));
    let count = 0;
    const jobs = await Promise.all(
        wanted.map(async ({ id }) => {
            const job = await getJob(client, id);
            count += 1;
            progress(`reads jobs: ${count} of ${wanted.length}`);
            return job;
        }),
    );
    requests += wanted.length;
    // A job that has ended meanwhile is no live one any more.
    const live = jobs.filter((job) => job !== undefined).filter(isLiveStream);
    return { connections, jobs: live, summaries, tables, requests };
}
