import { checkpointKey } from "./checkpoint";
import { topicOf } from "./connection";
import type { Job } from "./job";
import type { Project } from "./project";

/** A running job reads its simulated topic at this rate. */
const ROWS_PER_SECOND = 100;

/** Where a simulated topic ends, for a job that starts at `latest`. */
const LATEST = 1_000_000;

const startOf = (job: Job) => (job.spec.readFromPoint === "earliest" ? 0 : LATEST);

const checkpointOf = ({ checkpoints }: Project, tableName: string, topic: string | null) =>
    topic === null ? undefined : checkpoints.get(checkpointKey(tableName, topic));

/** Adds rows to a job, its checkpoint and its table. */
export function addRows(project: Project, job: Job, rows: number): void {
    job.rowsProcessed += rows;
    const checkpoint = checkpointOf(project, job.tableName, job.topic);
    if (checkpoint !== undefined) {
        checkpoint.position += rows;
    }
    const table = project.tables.get(job.tableName);
    if (table !== undefined) {
        table.totalRows += rows;
    }
}

/** Adds what a job has read until now to the job, its checkpoint and its table. */
export function countRows(project: Project, job: Job, nowMs: number): void {
    if (job.countedToMs === null) {
        return;
    }
    const rows = Math.max(0, Math.floor(((nowMs - job.countedToMs) * ROWS_PER_SECOND) / 1000));
    job.countedToMs += (rows * 1000) / ROWS_PER_SECOND;
    addRows(project, job, rows);
}

/** Lets a job read, with its connection as it is now. */
export function startReading(project: Project, job: Job, atMs: number): void {
    const connection = project.connections.get(job.connectionNames[0] ?? "");
    if (connection !== undefined) {
        job.topic = topicOf(connection);
        job.connectionRevision = connection.revision;
    }
    if (job.topic !== null && checkpointOf(project, job.tableName, job.topic) === undefined) {
        const checkpoint = { tableName: job.tableName, topic: job.topic, position: startOf(job), resets: 0 };
        project.checkpoints.set(checkpointKey(job.tableName, job.topic), checkpoint);
        job.startedFrom ??= job.spec.readFromPoint === "earliest" ? "earliest" : "latest";
    }
    job.startedFrom ??= "checkpoint";
    // Producers push the rows of such a connection; all others deliver them by themselves.
    job.countedToMs = connection?.type === "push_streaming" ? null : atMs;
}

export function stopReading(project: Project, job: Job, atMs: number): void {
    countRows(project, job, atMs);
    job.countedToMs = null;
}

/** The topic that a job reads, or that it will read once it starts: a swapped job can be suspended before it ever reads. */
function topicToRead({ connections }: Project, job: Job): string | null {
    const connection = connections.get(job.connectionNames[0] ?? "");
    const isWaiting = job.executionStatus === "suspended" || job.executionStatus === "pending";
    return isWaiting && connection !== undefined ? topicOf(connection) : job.topic;
}

/** Moves the checkpoint of the job's topic, if there is one, to its `readFromPoint`. */
export function resetCheckpoint(project: Project, job: Job, nowMs: number): void {
    countRows(project, job, nowMs);
    const checkpoint = checkpointOf(project, job.tableName, topicToRead(project, job));
    if (checkpoint !== undefined) {
        checkpoint.position = startOf(job);
        checkpoint.resets += 1;
    }
}

export function forgetCheckpoints(project: Project, tableName: string): void {
    for (const [key, checkpoint] of project.checkpoints) {
        if (checkpoint.tableName === tableName) {
            project.checkpoints.delete(key);
        }
    }
}
