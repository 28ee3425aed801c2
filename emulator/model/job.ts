import type { CreateJob, DesiredStatus } from "../schemas/jobs";
import type { User } from "../users";

export const EXECUTION_STATUSES = [
    "pending",
    "running",
    "completed",
    "idle",
    "canceled",
    "failed",
    "suspended",
    "unknown",
] as const;

export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number];

export interface LogEntry {
    timestamp: string;
    healthStatus: string | undefined;
    code?: string | undefined;
    message: string;
}

export interface Health {
    status: "ok" | "warn" | "error";
    code?: string | undefined;
    message?: string | undefined;
}

/** A status change that time alone brings about. */
export interface Transition {
    atMs: number;
    status: ExecutionStatus;
    health?: Health | null | undefined;
    metrics?: Metrics | undefined;
}

export const METRICS = [
    "numBytesProcessed",
    "numRowsPersisted",
    "numRowsProcessed",
    "numRowsProcessedWithWarning",
    "numRowsSkippedByError",
    "numRowsSkippedByFilter",
] as const;

/** Totals that a test has set, in place of those that are counted. */
export type Metrics = Partial<Record<(typeof METRICS)[number], number | null>>;

export interface Job {
    id: string;
    type: CreateJob["type"];
    /** The create request with the defaults filled in. */
    spec: Record<string, unknown>;
    tableName: string;
    /** Every connection it needs, that of a schema registry included; the first is the source. */
    connectionNames: string[];
    /** The topic it reads (streaming only), as of its last start. */
    topic: string | null;
    /** The revision of its source connection as of its last start: a PATCH does not reach a running job. */
    connectionRevision: number | null;
    /** Whether its first start continued from a checkpoint, or was fresh, and then from where. */
    startedFrom: "checkpoint" | "earliest" | "latest" | null;
    desiredExecutionStatus: DesiredStatus;
    executionStatus: ExecutionStatus;
    transitions: Transition[];
    health: Health | null;
    logs: LogEntry[];
    metrics?: Metrics;
    rowsProcessed: number;
    /** Up to when `rowsProcessed` is counted; `null` while it reads nothing. */
    countedToMs: number | null;
    createdBy: User;
    createdTimestamp: string;
    lastModifiedBy: User;
    lastUpdatedTimestamp: string;
    startedTimestamp: string | null;
    completedTimestamp: string | null;
}

const COPIED = [
    "source",
    "mappings",
    "dimensionExclusions",
    "useSchemaDiscovery",
    "filterExpression",
    "lateMessageRejectionPeriod",
    "earlyMessageRejectionPeriod",
    "readFromPoint",
    "maxParseExceptions",
    "ingestionMode",
    "query",
    "context",
    "parameters",
    "deleteAll",
    "versions",
    "interval",
];

const common = (job: Job) => ({
    id: job.id,
    type: job.type,
    desiredExecutionStatus: job.desiredExecutionStatus,
    executionStatus: job.executionStatus,
    health: job.health,
    target: job.spec.target ?? { type: "table", tableName: job.tableName },
    createdBy: job.createdBy,
    createdTimestamp: job.createdTimestamp,
    lastModifiedBy: job.lastModifiedBy,
    lastUpdatedTimestamp: job.lastUpdatedTimestamp,
    ...(job.startedTimestamp === null ? {} : { startedTimestamp: job.startedTimestamp }),
    ...(job.completedTimestamp === null ? {} : { completedTimestamp: job.completedTimestamp }),
});

/** A job as create, get and the old form of the status change answer it. */
export const jobResponse = (job: Job) => ({
    ...common(job),
    ...Object.fromEntries(COPIED.filter((key) => key in job.spec).map((key) => [key, job.spec[key]])),
    spec: job.spec,
});

/** A job as the list answers it: its source by type and name alone. */
export function jobSummary(job: Job) {
    const source = job.spec.source as Record<string, unknown> | undefined;
    const { type, connectionName, tableName, data } = source ?? {};
    return { ...common(job), ...(source === undefined ? {} : { source: { type, connectionName, tableName, data } }) };
}

export const isSuspended = ({ executionStatus }: Job) => executionStatus === "suspended";

export const isTerminal = (status: ExecutionStatus) =>
    status === "completed" || status === "canceled" || status === "failed";
