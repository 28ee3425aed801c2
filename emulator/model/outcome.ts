import type { ExecutionStatus, Health, LogEntry, Metrics } from "./job";

/** The outcome of the next jobs on a table, as a test has set it. */
export interface Outcome {
    projectId: string;
    tableName: string;
    executionStatus: Extract<ExecutionStatus, "failed" | "pending" | "running">;
    health?: Health | null | undefined;
    metrics?: Metrics | undefined;
    /** How long a running job is healthy before `health` and `metrics` apply. */
    afterMs: number;
    logs: Omit<LogEntry, "timestamp">[];
    times: number | null;
}
