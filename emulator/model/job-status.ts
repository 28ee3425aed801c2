import { formatMicros } from "../clock";
import { badRequest } from "../errors";
import type { DesiredStatus } from "../schemas/jobs";
import type { Project } from "../store";
import type { User } from "../users";
import { forgetCheckpoints, startReading, stopReading } from "./checkpoints";
import { isTerminal, type ExecutionStatus, type Health, type Job, type Transition } from "./job";

const isStreaming = (job: Job) => job.type === "streaming";

function dropTable(project: Project, job: Job): void {
    project.tables.delete(job.tableName);
    forgetCheckpoints(project, job.tableName);
}

/** Puts a job into a status, with all that follows from it. */
export function enter(project: Project, job: Job, status: ExecutionStatus, atMs: number, health?: Health): void {
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
    if (status === "running") {
        job.startedTimestamp ??= timestamp;
    }
    if (status === "completed") {
        job.completedTimestamp = timestamp;
        if (job.type === "drop_table") {
            dropTable(project, job);
        }
    }
    const {
        health: { status: healthStatus, code, message },
    } = job;
    job.logs.push({ timestamp, healthStatus, code, message: message ?? `The job is ${status}.` });
}

/** Plans status changes in place of those that were ahead. */
export function plan(project: Project, job: Job, transitions: Transition[]): void {
    job.transitions = transitions;
    if (transitions.length > 0) {
        project.unsettled.add(job);
    } else {
        project.unsettled.delete(job);
    }
}

/** Brings about, in their order, all status changes that are due. */
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
        enter(project, first, due.status, due.atMs, due.health);
    }
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

/** A request for another status: refused, nothing to do, or brought about after the transition time. */
export function requestStatus(
    project: Project,
    job: Job,
    desired: DesiredStatus,
    by: { user: User; timestamp: string; nowMs: number; transitionMs: number },
): void {
    const isSettled = job.executionStatus === desired && job.transitions.length === 0;
    if (isSettled && (job.desiredExecutionStatus === desired || isTerminal(job.executionStatus))) {
        return;
    }
    verifyChange(job, desired);
    if (job.desiredExecutionStatus === desired && (desired === "canceled" || job.transitions.length > 0)) {
        return;
    }
    job.desiredExecutionStatus = desired;
    job.lastModifiedBy = by.user;
    job.lastUpdatedTimestamp = by.timestamp;
    const isThere = job.executionStatus === desired || (desired === "running" && job.executionStatus === "idle");
    plan(project, job, isThere ? [] : [{ atMs: by.nowMs + by.transitionMs, status: desired }]);
    settle(project, by.nowMs);
}
