import type { CreateJob } from "../schemas/jobs";
import type { QueryBody } from "../schemas/query";
import type { Connection } from "./connection";
import type { Job, Metrics } from "./job";
import type { Project } from "./project";
import type { Table } from "./table";

type Now = void | Promise<void>;

/** Rows as the caller asked for them. */
export interface QueryResult {
    contentType: string;
    text: string;
}

/**
 * What becomes of the rows. The emulator itself holds the records of the API; an ingestion simulates rows, or lets
 * Apache Druid read them, and brings the jobs to the statuses that follow.
 */
export interface Ingestion {
    /** Refuses a job that could not run, before anything is changed. */
    verifyJob?(project: Project, body: CreateJob, table: Table): Promise<void>;
    /** Starts a new job, which is `pending`. */
    start(project: Project, job: Job, nowMs: number): void;
    /** Brings a job to the desired status that it has got just now. */
    changeStatus(project: Project, job: Job, nowMs: number): void;
    /** The status of a job was changed in the records alone: by a pause of the project, or by a test. */
    stop(project: Project, job: Job): void;
    /** Moves the checkpoint of a streaming job to its `readFromPoint`. */
    reset(project: Project, job: Job, nowMs: number): Now;
    /** Connects as a job would; a refusal has the reason. */
    testConnection(project: Project, connection: Connection): Now;
    metrics(project: Project, job: Job, nowMs: number): Metrics | Promise<Metrics>;
    /** Updates the row count of a table. */
    countRows(project: Project, table: Table, nowMs: number): Now;
    query(project: Project, body: QueryBody): Promise<QueryResult>;
    /** All projects are about to be emptied. */
    clear(): Now;
    close(): Now;
}
