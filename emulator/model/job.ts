import type { EXECUTION_STATUSES, METRICS } from "../schemas/job-status";
import type { CreateJob, DesiredStatus } from "../schemas/jobs";
import type { User } from "../users";

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

/** A status change at a given time. */
export interface Transition {
    atMs: number;
    status: ExecutionStatus;
    health?: Health | null | undefined;
    metrics?: Metrics | undefined;
}

/** Totals that a test has set; they replace the counted ones. */
export type Metrics = Partial<Record<(typeof METRICS)[number], number | null>>;

/** What one of Druid's tasks has read. */
export interface TaskTotals {
    processed: number;
    processedBytes: number;
    processedWithError: number;
    thrownAway: number;
    unparseable: number;
}

export interface Job {
    id: string;
    type: CreateJob["type"];
    /** The create request with the defaults filled in. */
    spec: Record<string, unknown>;
    tableName: string;
    /** All connections that it needs, also that of a schema registry; the first is the source. */
    connectionNames: string[];
    /** The topic it reads (streaming only), as of its last start. */
    topic: string | null;
    /** The revision of its source connection as of its last start: a PATCH does not reach a running job. */
    connectionRevision: number | null;
    /** Where its first start began to read. */
    startedFrom: "checkpoint" | "earliest" | "latest" | null;
    desiredExecutionStatus: DesiredStatus;
    executionStatus: ExecutionStatus;
    transitions: Transition[];
    health: Health | null;
    logs: LogEntry[];
    metrics?: Metrics;
    /** What each of Druid's tasks has read, by its id. */
    tasks?: Record<string, TaskTotals>;
    rowsProcessed: number;
    /** The time until which `rowsProcessed` is counted; `null` while it reads nothing. */
    countedToMs: number | null;
    createdBy: User;
    createdTimestamp: string;
    lastModifiedBy: User;
    lastUpdatedTimestamp: string;
    startedTimestamp: string | null;
    completedTimestamp: string | null;
}

const SPEC_MEMBERS = [
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

/** A job in the answers to create, get and the old form of the status change. */
export const jobResponse = (job: Job) => ({
    ...common(job),
    ...Object.fromEntries(SPEC_MEMBERS.filter((key) => key in job.spec).map((key) => [key, job.spec[key]])),
    spec: job.spec,
});

/** A job in a list, which has only the type and name of its source. */
export function jobSummary(job: Job) {
    const source = job.spec.source as Record<string, unknown> | undefined;
    const { type, connectionName, tableName, data } = source ?? {};
    return { ...common(job), ...(source === undefined ? {} : { source: { type, connectionName, tableName, data } }) };
}

export const isSuspended = ({ executionStatus }: Job) => executionStatus === "suspended";

export const isTerminal = (status: ExecutionStatus) =>
    status === "completed" || status === "canceled" || status === "failed";
