import { z } from "zod";
import type { Client } from "./client";
import { ifFound, inProject } from "./missing";

const user = z.looseObject({ username: z.string(), userId: z.string() });

const summary = z.looseObject({
    id: z.string().min(1),
    type: z.string(),
    desiredExecutionStatus: z.string().nullish(),
    executionStatus: z.string(),
    createdBy: user.nullish(),
    createdTimestamp: z.string(),
    source: z.looseObject({ connectionName: z.string().nullish() }).nullish(),
    target: z.looseObject({ tableName: z.string().nullish() }).nullish(),
});

const health = z.looseObject({
    status: z.string(),
    code: z.string().nullish(),
    message: z.string().nullish(),
});

const job = summary.extend({
    health: health.nullish(),
    spec: z.looseObject({ type: z.string() }),
});

/** A job in a list: without its spec. */
export type JobSummary = z.output<typeof summary>;
export type Job = z.output<typeof job>;

export type DesiredExecutionStatus = "running" | "suspended" | "canceled";

const at = (id: string) => `/jobs/${encodeURIComponent(id)}`;

/** The statuses in which a streaming job occupies its table. */
export const liveStatuses = ["pending", "running", "idle", "suspended", "unknown"] as const;

export const isTerminal = (status: string) => ["completed", "canceled", "failed"].includes(status);

/** POST `/jobs`. There is no key that makes it idempotent: after an answer that proves nothing, the caller looks. */
export async function createJob(client: Client, spec: object): Promise<Job> {
    const made = await inProject(client, client.request("POST", "/jobs", { repeat: "if-not-done", body: spec }, job));
    client.self = made.createdBy?.username ?? client.self;
    return made;
}

/** GET `/jobs/{id}`; undefined where there is none. */
export const getJob = (client: Client, id: string) =>
    ifFound(client, client.request("GET", at(id), { repeat: "always" }, job));

/** The health of a job now; undefined where there is none. */
export async function getJobHealth(client: Client, id: string): Promise<Partial<z.output<typeof health>> | undefined> {
    const found = await ifFound(client, client.request("GET", at(id), { repeat: "never" }, job));
    return found && (found.health ?? {});
}

const total = z.number().nullish();
const metrics = z.looseObject({
    totals: z
        .looseObject({ numRowsProcessed: total, numRowsSkippedByFilter: total, numRowsSkippedByError: total })
        .nullish(),
});

/** GET `/jobs/{id}/metrics`: rows since the job was created; undefined where there is no such job. */
export async function getJobMetrics(client: Client, id: string) {
    const found = await ifFound(client, client.request("GET", `${at(id)}/metrics`, { repeat: "never" }, metrics));
    if (!found) return undefined;
    const { numRowsProcessed, numRowsSkippedByFilter, numRowsSkippedByError } = found.totals ?? {};
    return {
        processed: numRowsProcessed ?? 0,
        skippedByFilter: numRowsSkippedByFilter ?? 0,
        skippedByError: numRowsSkippedByError ?? 0,
    };
}

const jobs = z.looseObject({ values: z.array(summary) });

async function listLive(client: Client, wanted: Record<string, string>): Promise<JobSummary[]> {
    const query = { type: "streaming", ...wanted, executionStatus: liveStatuses };
    return (await inProject(client, client.request("GET", "/jobs", { repeat: "always", query }, jobs))).values;
}

/** The streaming job that feeds the table now: at most one, as Imply Polaris allows no second beside one that ends. */
export async function findLiveJob(client: Client, tableName: string): Promise<JobSummary | undefined> {
    const live = (await listLive(client, { targetTableName: tableName })).filter(
        (value) => value.target?.tableName === tableName && !isTerminal(value.executionStatus),
    );
    return live.find((value) => value.desiredExecutionStatus !== "canceled") ?? live[0];
}

/** The streaming jobs that read the connection now, whatever their tables. */
export async function findLiveJobsOn(client: Client, connectionName: string): Promise<JobSummary[]> {
    return (await listLive(client, { connectionName })).filter(
        (value) => value.source?.connectionName === connectionName,
    );
}

const executionStatus = z.looseObject({ executionStatus: z.string() });

/** GET `/jobs/{id}/status`; undefined where there is no such job. */
export async function getJobStatus(client: Client, id: string): Promise<string | undefined> {
    const request = client.request("GET", `${at(id)}/status`, { repeat: "always" }, executionStatus);
    return (await ifFound(client, request))?.executionStatus;
}

/** POST `/jobs/{id}/status`: the wish; the status that it answers is what is so far. Undefined where there is none. */
export async function setJobStatus(
    client: Client,
    id: string,
    desiredExecutionStatus: DesiredExecutionStatus,
): Promise<string | undefined> {
    const body = { desiredExecutionStatus };
    const request = client.request("POST", `${at(id)}/status`, { repeat: "always", body }, executionStatus);
    return (await ifFound(client, request))?.executionStatus;
}

/**
 * POST `/jobs/{id}/reset`: back to `readFromPoint`; false where there is no such job. Twice is not the same as once: rows
 * may have been read between.
 */
export async function resetJob(client: Client, id: string): Promise<boolean> {
    const command = client.command("POST", `${at(id)}/reset`, { repeat: "if-not-done" });
    const isReset = command.then(() => true);
    return (await ifFound(client, isReset)) ?? false;
}

const logs = z.looseObject({
    logs: z.array(z.looseObject({ timestamp: z.string().nullish(), message: z.string().nullish() })).nullish(),
});

/** GET `/jobs/{id}/logs`, oldest first. */
export async function getJobLogs(client: Client, id: string): Promise<string[]> {
    const answer = await ifFound(client, client.request("GET", `${at(id)}/logs`, { repeat: "always" }, logs));
    const entries = [...(answer?.logs ?? [])].sort((a, b) => (a.timestamp ?? "").localeCompare(b.timestamp ?? ""));
    return entries.flatMap((entry) => entry.message ?? []);
}
