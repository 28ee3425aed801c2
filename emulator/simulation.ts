import { badRequest } from "./errors";
import type { Store } from "./store";
import { countRows, resetCheckpoint } from "./model/checkpoints";
import type { Ingestion } from "./model/ingestion";
import type { Job, Metrics, Transition } from "./model/job";
import { plan, settle, transitionsTo } from "./model/job-status";
import type { Outcome } from "./model/outcome";
import { PAUSED, type Project } from "./model/project";
import type { Table } from "./model/table";

function transitionsOf(outcome: Outcome, job: Job, atMs: number): Transition[] {
    const { executionStatus: status, health, metrics, afterMs } = outcome;
    switch (status) {
        case "failed": {
            const code = health?.code ?? "internal_error";
            return [
                { atMs, status, health: { status: "error", message: "The job failed.", ...health, code }, metrics },
            ];
        }
        case "pending":
            job.health = health === undefined ? job.health : health;
            return [];
        case "running":
            return afterMs === 0
                ? [{ atMs, status, health, metrics }]
                : [
                      { atMs, status },
                      { atMs: atMs + afterMs, status, health, metrics },
                  ];
    }
}

const BYTES_PER_ROW = 100;

const noRows = () =>
    badRequest(
        "QueryNotSupported",
        "This emulator keeps records only, and tables have no rows; start it with --ingest or --druid URL to query data.",
        "query",
    );

/** Jobs change their status after a fixed time, and rows are counted by the clock. */
export class Simulation implements Ingestion {
    constructor(
        readonly store: Store,
        readonly outcomes: Outcome[],
        readonly transitionMs: number,
    ) {}

    /** The outcome that a test has set for the next job on a table. */
    #takeOutcome(project: Project, job: Job): Outcome | undefined {
        const outcome = this.outcomes.find(
            ({ projectId, tableName }) => projectId === project.id && tableName === job.tableName,
        );
        if (outcome !== undefined && outcome.times !== null) {
            outcome.times -= 1;
            if (outcome.times === 0) {
                this.outcomes.splice(this.outcomes.indexOf(outcome), 1);
            }
        }
        return outcome;
    }

    start(project: Project, job: Job, nowMs: number): void {
        const { transitionMs } = this;
        const atMs = nowMs + transitionMs;
        const outcome = project.state === "paused" ? undefined : this.#takeOutcome(project, job);
        if (project.state === "paused") {
            plan(project, job, [{ atMs, status: "failed", health: PAUSED }]);
        } else if (outcome !== undefined) {
            job.logs.push(...outcome.logs.map((entry) => ({ timestamp: this.store.clock.timestamp(), ...entry })));
            plan(project, job, transitionsOf(outcome, job, atMs));
        } else if (job.type === "streaming") {
            const half = { nowMs: nowMs + transitionMs / 2, transitionMs: transitionMs / 2 };
            plan(project, job, transitionsTo(project, job, half, { status: "running" }));
        } else {
            plan(project, job, [
                { atMs: nowMs + transitionMs / 2, status: "running" },
                { atMs, status: "completed" },
            ]);
        }
        settle(project, nowMs);
    }

    changeStatus(project: Project, job: Job, nowMs: number): void {
        const { transitionMs } = this;
        const { desiredExecutionStatus: status, executionStatus } = job;
        const hasStatus = executionStatus === status || (status === "running" && executionStatus === "idle");
        plan(project, job, hasStatus ? [] : transitionsTo(project, job, { nowMs, transitionMs }, { status }));
        settle(project, nowMs);
    }

    stop(): void {
        // The records are all that there is.
    }

    reset(project: Project, job: Job, nowMs: number): void {
        resetCheckpoint(project, job, nowMs);
    }

    testConnection(): void {
        // There are no brokers.
    }

    metrics(project: Project, job: Job, nowMs: number): Metrics {
        countRows(project, job, nowMs);
        return {
            numBytesProcessed: job.rowsProcessed * BYTES_PER_ROW,
            ...(job.type === "streaming" ? {} : { numRowsPersisted: job.rowsProcessed }),
            numRowsProcessed: job.rowsProcessed,
            numRowsProcessedWithWarning: 0,
            numRowsSkippedByError: 0,
            numRowsSkippedByFilter: 0,
        };
    }

    countRows(project: Project, table: Table, nowMs: number): void {
        const job = project.feeding.get(table.name);
        if (job !== undefined) {
            countRows(project, job, nowMs);
        }
    }

    query(): Promise<never> {
        return Promise.reject(noRows());
    }

    clear(): void {
        // The store was emptied.
    }

    close(): void {
        // Nothing runs.
    }
}
