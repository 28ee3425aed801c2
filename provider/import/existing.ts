import type { Client } from "../api/client";
import { listConnections } from "../api/connections";
import type { Connection } from "../api/connections";
import { getJob, isTerminal } from "../api/jobs";
import type { Job, JobSummary } from "../api/jobs";
import { listJobs, listTables } from "../api/project-lists";
import { getTable } from "../api/tables";
import type { Table } from "../api/tables";

/** What a project of Imply Polaris has. */
export interface ExistingProject {
    readonly connections: readonly Connection[];
    /** The live streaming jobs that were asked for, with their specifications. */
    readonly jobs: readonly Job[];
    /** All jobs, of any type and status. */
    readonly summaries: readonly JobSummary[];
    /** The tables that were asked for, with their columns. */
    readonly tables: readonly Table[];
    /** The names of all tables; undefined where the API key may not see them. */
    readonly tableNames: readonly string[] | undefined;
    readonly requests: number;
}

export const isLiveStream = ({ type, executionStatus, desiredExecutionStatus }: JobSummary) =>
    type === "streaming" && !isTerminal(executionStatus) && desiredExecutionStatus !== "canceled";

/** What of a project is read in detail. */
export interface Wanted {
    readonly job: (tableName: string) => boolean;
    readonly table: (name: string) => boolean;
}

/**
 * Reads a project: one request each for connections and tables, one for a thousand jobs, and one for each live streaming
 * job and each table that is wanted.
 */
export async function readProject(
    client: Client,
    wanted: Wanted,
    progress: (text: string) => void,
): Promise<ExistingProject> {
    let requests = 2;
    progress("reads connections, tables and jobs");
    const [connections, tableNames, summaries] = await Promise.all([
        listConnections(client),
        listTables(client),
        listJobs(client, () => (requests += 1)),
    ]);
    const jobIds = summaries
        .filter((job) => isLiveStream(job) && wanted.job(job.target?.tableName ?? ""))
        .map(({ id }) => id);
    const names = (tableNames ?? []).filter(wanted.table);
    const total = jobIds.length + names.length;
    let count = 0;
    const counted = async <T>(answer: Promise<T>): Promise<T> => {
        const value = await answer;
        count += 1;
        progress(`reads jobs and tables: ${count} of ${total}`);
        return value;
    };
    const [jobs, tables] = await Promise.all([
        Promise.all(jobIds.map((id) => counted(getJob(client, id)))),
        Promise.all(names.map((name) => counted(getTable(client, name)))),
    ]);
    return {
        connections,
        // A job that has ended meanwhile is no live one any more.
        jobs: jobs.filter((job) => job !== undefined).filter(isLiveStream),
        summaries,
        tables: tables.filter((table) => table !== undefined),
        tableNames,
        requests: requests + total,
    };
}
