import { z } from "zod";
import type { Client } from "./client";
import type { Quote } from "./errors";
import type { Once } from "./retry";

const user = z.looseObject({ username: z.string(), userId: z.string() });

const health = z.looseObject({
    status: z.string(),
    code: z.string().nullish(),
    message: z.string().nullish(),
});

const summary = () => ({
    id: z.string().min(1),
    type: z.string(),
    desiredExecutionStatus: z.string().nullish(),
    executionStatus: z.string(),
    createdBy: user.nullish(),
    createdTimestamp: z.string(),
    lastModifiedBy: user.nullish().catch(undefined),
    lastUpdatedTimestamp: z.string().nullish().catch(undefined),
    source: z.looseObject({ connectionName: z.string().nullish() }).nullish(),
    target: z.looseObject({ tableName: z.string().nullish() }).nullish(),
    health: health.nullish(),
});

export const jobSummary = z.lazy(() => z.looseObject(summary()));

const job = z.lazy(() => z.looseObject({ ...summary(), spec: z.looseObject({ type: z.string() }) }));

export type Health = z.output<typeof health>;

/** A job in a list: without its spec. */
export type JobSummary = z.output<typeof jobSummary>;
export type Job = z.output<typeof job>;

export type DesiredExecutionStatus = "running" | "suspended" | "canceled";

const jobPath = (id: string) => `/jobs/${encodeURIComponent(id)}`;

/** The statuses in which a streaming job occupies its table. */
export const liveStatuses = ["pending", "running", "idle", "suspended", "unknown"] as const;

export const isTerminal = (status: string) => ["completed", "canceled", "failed"].includes(status);

/** POST `/jobs`. No key makes it idempotent, so before it is repeated, the caller looks for what it has started. */
export async function createJob(client: Client, spec: object, once: Once<Job>): Promise<Job> {
    const answer = await client.request("POST", "/jobs", { repeat: once, body: spec }, job);
    client.learnUser(answer.createdBy?.username);
    return answer;
}

/** GET `/jobs/{id}`; undefined where there is none. */
export const getJob = (client: Client, id: string) => client.find("GET", jobPath(id), { repeat: "always" }, job);

/** The health of a job now; undefined where there is no such job. */
export async function getJobHealth(client: Client, id: string): Promise<Partial<z.output<typeof health>> | undefined> {
    const found = await client.find("GET", jobPath(id), { repeat: "never" }, job);
    return found && (found.health ?? {});
}

const total = z.number().nullish();
const metrics = z.lazy(() =>
    z.looseObject({
        totals: z
            .looseObject({ numRowsProcessed: total, numRowsSkippedByFilter: total, numRowsSkippedByError: total })
            .nullish(),
    }),
);

/** GET `/jobs/{id}/metrics`: rows since the job was created; undefined where there is no such job. */
export async function getJobMetrics(client: Client, id: string, repeat: "always" | "never" = "never") {
    const found = await client.find("GET", `${jobPath(id)}/metrics`, { repeat }, metrics);
    if (!found) return undefined;
    const { numRowsProcessed, numRowsSkippedByFilter, numRowsSkippedByError } = found.totals ?? {};
    return {
        processed: numRowsProcessed ?? 0,
        skippedByFilter: numRowsSkippedByFilter ?? 0,
        skippedByError: numRowsSkippedByError ?? 0,
    };
}

const jobs = z.looseObject({ values: z.array(jobSummary) });

async function listLive(client: Client, filter: Record<string, string | number>): Promise<JobSummary[]> {
    const query = { type: "streaming", ...filter, executionStatus: liveStatuses };
    return (await client.request("GET", "/jobs", { repeat: "always", query }, jobs)).values;
}

/** The streaming jobs that are live: up to the thousand that one answer holds. */
export const listLiveJobs = (client: Client) => listLive(client, { paginationLimit: 1000 });

/** The streaming job that feeds the table now: at most one, as Imply Polaris allows no second beside one that ends. */
export async function findLiveJob(client: Client, tableName: string): Promise<JobSummary | undefined> {
    const live = (await listLive(client, { targetTableName: tableName })).filter(
        (value) => value.target?.tableName === tableName && !isTerminal(value.executionStatus),
    );
    return live.find((value) => value.desiredExecutionStatus !== "canceled") ?? live[0];
}

/** The streaming job that was started last on the table, also one that has ended. */
export async function findLastJob(client: Client, tableName: string): Promise<JobSummary | undefined> {
    const query = { type: "streaming", targetTableName: tableName, sortColumn: "created_date_time", sortOrder: "DESC" };
    const { values } = await client.request("GET", "/jobs", { repeat: "always", query }, jobs);
    return values.find((value) => value.target?.tableName === tableName);
}

/** The jobs that drop the table, or have dropped one of its name, the last one first. */
export async function listDropJobs(client: Client, tableName: string): Promise<JobSummary[]> {
    const query = {
        type: "drop_table",
        targetTableName: tableName,
        sortColumn: "created_date_time",
        sortOrder: "DESC",
    };
    const { values } = await client.request("GET", "/jobs", { repeat: "always", query }, jobs);
    return values.filter((value) => value.target?.tableName === tableName);
}

/** The streaming jobs that read the connection now, whatever their tables. */
export async function findLiveJobsOn(client: Client, connectionName: string): Promise<JobSummary[]> {
    const live = await listLive(client, { connectionName });
    return live.filter((value) => value.source?.connectionName === connectionName);
}

const executionStatus = z.looseObject({ executionStatus: z.string() });

/** GET `/jobs/{id}/status`; undefined where there is no such job. */
export async function getJobStatus(client: Client, id: string): Promise<string | undefined> {
    const answer = await client.find("GET", `${jobPath(id)}/status`, { repeat: "always" }, executionStatus);
    return answer?.executionStatus;
}

/** POST `/jobs/{id}/status`: sets the desired status and returns the present one; undefined where there is no such job. */
export async function setJobStatus(
    client: Client,
    id: string,
    desiredExecutionStatus: DesiredExecutionStatus,
): Promise<string | undefined> {
    const options = { repeat: "always", body: { desiredExecutionStatus } } as const;
    return (await client.find("POST", `${jobPath(id)}/status`, options, executionStatus))?.executionStatus;
}

/**
 * POST `/jobs/{id}/reset`: back to `readFromPoint`; undefined where there is no such job. Twice is not the same as once:
 * rows may have been read in between.
 */
export const resetJob = (client: Client, id: string) =>
    client.findCommand("POST", `${jobPath(id)}/reset`, { repeat: "if-not-done" });

const logEntry = z.looseObject({
    timestamp: z.string().nullish(),
    healthStatus: z.string().nullish().catch(undefined),
    message: z.string().nullish(),
});
const logs = z.lazy(() => z.looseObject({ logs: z.array(logEntry).nullish() }));

export type LogEntry = z.output<typeof logEntry>;

/** GET `/jobs/{id}/logs`, oldest first. */
export async function getJobLogs(client: Client, id: string): Promise<LogEntry[]> {
    const answer = await client.find("GET", `${jobPath(id)}/logs`, { repeat: "always" }, logs);
    return [...(answer?.logs ?? [])].sort((a, b) => (a.timestamp ?? "").localeCompare(b.timestamp ?? ""));
}

const shownLogLines = 5;

/** The messages at the end of a job's log. */
export const lastMessages = (log: readonly LogEntry[], quote: Quote): string[] =>
    log
        .flatMap(({ message }) => message ?? [])
        .slice(-shownLogLines)
        .map(quote);
