import { formatMicros } from "../clock";
import { badRequest } from "../errors";
import type { DesiredStatus } from "../schemas/jobs";
import type { User } from "../users";
import { forgetCheckpoints, startReading, stopReading } from "./checkpoints";
import { isTerminal, type Health, type Job, type Transition } from "./job";
import type { Project } from "./project";

const isStreaming = (job: Job) => job.type === "streaming";

function dropTable(project: Project, job: Job): void {
    project.tables.delete(job.tableName);
    if (project.rules.checkpointAfterDrop === "removed") {
        forgetCheckpoints(project, job.tableName);
    }
}

/** Puts a job into a status, with all consequences. */
export function enter(project: Project, job: Job, { status, atMs, health, metrics }: Transition): void {
    const timestamp = formatMicros(Math.floor(atMs * 1000));
    if (isStreaming(job)) {
        if (status === "running" && job.executionStatus !== "running") {
            startReading(project, job, atMs);
        } else if (status !== "running") {
            stopReading(project, job, atMs);
        }
        if (!isTerminal(status)) {
            project.feeding.set(job.tableName, job);
        } else if (project.feeding.get(job.tableName) === job) {
            project.feeding.delete(job.tableName);
        }
    }
    job.executionStatus = status;
    job.lastUpdatedTimestamp = timestamp > job.lastUpdatedTimestamp ? timestamp : job.lastUpdatedTimestamp;
    if (health !== undefined) {
        job.health = health;
    }
    if (metrics !== undefined) {
        job.metrics = { ...job.metrics, ...metrics };
    }
    if (status === "running") {
        job.startedTimestamp ??= timestamp;
    }
    if (status === "completed") {
        job.completedTimestamp = timestamp;
        if (job.type === "drop_table") {
            dropTable(project, job);
        }
    }
    const table = project.tables.get(job.tableName);
    if (job.type === "drop_table" && isTerminal(status) && table !== undefined) {
        table.availability = "available";
    }
    job.logs.push({
        timestamp,
        healthStatus: job.health?.status,
        code: job.health?.code,
        message: job.health?.message ?? `The job is ${status}.`,
    });
}

/** Plans status changes; they replace those that were planned before. */
export function plan(project: Project, job: Job, transitions: Transition[]): void {
    job.transitions = transitions;
    if (transitions.length > 0) {
        project.unsettled.add(job);
    } else {
        project.unsettled.delete(job);
    }
}

const NO_CONNECTION: Health = {
    status: "error",
    code: "could_not_connect_to_source",
    message: "The connection of the job does not exist.",
};

const lacksConnection = ({ connections }: Project, job: Job) =>
    isStreaming(job) && job.connectionNames.some((name) => !connections.has(name));

/** Applies all status changes that are due, in their order. */
export function settle(project: Project, nowMs: number): void {
    for (;;) {
        let first: Job | undefined;
        let firstAtMs = nowMs;
        for (const job of project.unsettled) {
            const atMs = job.transitions[0]?.atMs ?? Infinity;
            if (atMs < firstAtMs || (first === undefined && atMs <= nowMs)) {
                first = job;
                firstAtMs = atMs;
            }
        }
        const due = first?.transitions[0];
        if (first === undefined || due === undefined) {
            return;
        }
        plan(project, first, first.transitions.slice(1));
        if (due.status === "running" && lacksConnection(project, first)) {
            plan(project, first, []);
            enter(project, first, { ...due, status: "failed", health: NO_CONNECTION });
        } else {
            enter(project, first, due);
        }
    }
}

/** The status changes that lead to a status after the transition time. */
export function transitionsTo(
    { rules }: Project,
    job: Job,
    { nowMs, transitionMs }: { nowMs: number; transitionMs: number },
    last: Omit<Transition, "atMs">,
): Transition[] {
    const passesUnknown = rules.unknownDuringTransition && isStreaming(job);
    return [
        ...(passesUnknown ? [{ atMs: nowMs, status: "unknown" as const }] : []),
        { atMs: nowMs + transitionMs, ...last },
    ];
}

const refuse = (message: string) => badRequest("InvalidStatus", message, "desiredExecutionStatus");

function verifyChange(job: Job, desired: DesiredStatus): void {
    if (job.type === "drop_table" || job.type === "delete_data" || job.type === "restore_data") {
        throw refuse(`A job of type '${job.type}' cannot be updated.`);
    }
    if (isTerminal(job.executionStatus)) {
        throw refuse(`Job '${job.id}' is ${job.executionStatus} and cannot become ${desired}.`);
    }
    if (desired === "suspended" && !isStreaming(job)) {
        throw refuse("Only a streaming job can be suspended.");
    }
    if (job.desiredExecutionStatus === "canceled" && desired !== "canceled") {
        throw refuse(`Job '${job.id}' is being canceled.`);
    }
}

/** Handles a request for another status: refuses it, or does nothing, or records the wish; `true` if the job has to change. */
export function requestStatus(
    project: Project,
    job: Job,
    desired: DesiredStatus,
    by: { user: User; timestamp: string },
): boolean {
    const isSettled = job.executionStatus === desired && job.transitions.length === 0;
    if (isSettled && (job.desiredExecutionStatus === desired || isTerminal(job.executionStatus))) {
        return false;
    }
    if (project.rules.terminalStatusPost === "lenient" && isTerminal(job.executionStatus)) {
        return false;
    }
    verifyChange(job, desired);
    if (job.desiredExecutionStatus === desired && (desired === "canceled" || job.transitions.length > 0)) {
        return false;
    }
    job.desiredExecutionStatus = desired;
    job.lastModifiedBy = by.user;
    job.lastUpdatedTimestamp = by.timestamp;
    return true;
}
