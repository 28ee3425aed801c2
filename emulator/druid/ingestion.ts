import { badRequest } from "../errors";
import type { Connection } from "../model/connection";
import type { Ingestion, QueryResult } from "../model/ingestion";
import { isTerminal, type Job, type Metrics } from "../model/job";
import { enter } from "../model/job-status";
import { PAUSED, type Project } from "../model/project";
import type { Table } from "../model/table";
import type { CreateJob } from "../schemas/jobs";
import type { QueryBody } from "../schemas/query";
import type { Store } from "../store";
import type { Cluster } from "./cluster";
import { testConnection } from "./connection-test";
import { removeRows } from "./data-jobs";
import { Feed } from "./feed";
import { drain, forgetOffsets } from "./offsets";
import { Planner } from "./planner";
import { query } from "./query";

const FILES = "is not possible here: Apache Druid behind this emulator reads Apache Kafka only.";

/** Apache Druid reads the rows: a supervisor for each table that a job feeds. */
export class DruidIngestion implements Ingestion {
    readonly #feeds = new Map<string, Feed>();
    readonly #planner: Planner;

    constructor(
        readonly cluster: Cluster,
        readonly store: Store,
        readonly save: () => Promise<void>,
        /** Whether the records survive the end of this process. */
        readonly isPersistent: boolean,
    ) {
        this.#planner = new Planner(cluster, store);
    }

    /** Continues with the jobs of an earlier run. */
    resume(): void {
        for (const project of this.store.projects.values()) {
            const tables = new Set([...project.feeding.keys(), ...project.tables.keys()]);
            tables.forEach((tableName) => this.#feedOf(project, tableName).kick());
            const unfinished = [...project.jobs.values()].filter(
                ({ type, executionStatus }) => type !== "streaming" && !isTerminal(executionStatus),
            );
            unfinished.forEach((job) => this.#feedOf(project, job.tableName).addDataJob(job));
        }
    }

    #feedOf(project: Project, tableName: string): Feed {
        const { cluster, store, save } = this;
        const feed =
            this.#feeds.get(tableName) ??
            new Feed({ cluster, store, planner: this.#planner, save }, project, tableName);
        this.#feeds.set(tableName, feed);
        return feed;
    }

    async verifyJob(project: Project, body: CreateJob, table: Table): Promise<void> {
        if (body.type === "batch" || body.type === "sql") {
            throw badRequest("JobTypeNotSupported", `type: a job of type '${body.type}' ${FILES}`, "type");
        }
        await this.#verifyTable(project, table.name);
        if (body.type === "streaming") {
            await this.#planner.verify(body, table);
            await this.#dial(project, body.source.connectionName);
        }
    }

    async #dial(project: Project, connectionName: string): Promise<void> {
        const connection = project.connections.get(connectionName);
        if (project.rules.jobCreateDials && connection !== undefined) {
            await this.testConnection(project, connection, "source.connectionName");
        }
    }

    /** Druid has one namespace of tables, and may hold some that are not the emulator's. */
    async #verifyTable(project: Project, tableName: string): Promise<void> {
        const refuse = (why: string) => badRequest("TableInUse", `target.tableName: ${why}`, "target.tableName");
        const others = [...this.store.projects.values()].filter(({ id }) => id !== project.id);
        if (others.some(({ tables }) => tables.has(tableName))) {
            throw refuse(`another project has a table '${tableName}', and the projects share one Apache Druid.`);
        }
        const { cluster, store } = this;
        const supervisor = await cluster.supervisor(tableName);
        const isForeign = supervisor !== undefined && supervisor.jobId === undefined;
        if (isForeign || (!store.streams.has(tableName) && (await cluster.hasData(tableName)))) {
            throw refuse(
                `Apache Druid has a table '${tableName}' that this emulator has not created; choose another name.`,
            );
        }
    }

    start(project: Project, job: Job, nowMs: number): void {
        if (project.state === "paused") {
            enter(project, job, { atMs: nowMs, status: "failed", health: PAUSED });
            return;
        }
        const feed = this.#feedOf(project, job.tableName);
        if (job.type === "streaming") {
            feed.kick();
        } else {
            feed.addDataJob(job);
        }
    }

    changeStatus(project: Project, job: Job): void {
        this.#feedOf(project, job.tableName).kick();
    }

    stop(project: Project, job: Job): void {
        this.#feedOf(project, job.tableName).kick();
    }

    reset(project: Project, job: Job): void {
        this.#feedOf(project, job.tableName).reset(job);
    }

    testConnection(project: Project, connection: Connection, target = "name"): Promise<void> {
        const vault = this.store.vault ?? new Map<string, string>();
        const signIn = () => this.#planner.source(project, connection);
        return testConnection(this.cluster.druid, connection, signIn, { target, vault });
    }

    async metrics(project: Project, job: Job): Promise<Metrics> {
        if (job.type === "streaming" && !isTerminal(job.executionStatus)) {
            await this.#feedOf(project, job.tableName)
                .count(job)
                .catch(() => undefined);
        }
        const sums = Object.values(job.tasks ?? {});
        const sum = (member: "processed" | "processedBytes" | "processedWithError" | "thrownAway" | "unparseable") =>
            sums.reduce((total, totals) => total + totals[member], 0);
        return {
            numBytesProcessed: sum("processedBytes"),
            numRowsProcessed: sum("processed"),
            numRowsProcessedWithWarning: sum("processedWithError"),
            numRowsSkippedByError: sum("unparseable"),
            numRowsSkippedByFilter: sum("thrownAway"),
        };
    }

    async countRows(_project: Project, table: Table): Promise<void> {
        table.totalRows = await this.cluster.countRows(table.name).catch(() => table.totalRows);
    }

    query(_project: Project, body: QueryBody): Promise<QueryResult> {
        return query(this.cluster.druid, body);
    }

    /** Removes all tables that the emulator has created, with their supervisors and offsets. */
    async clear(): Promise<void> {
        const { cluster, store } = this;
        const tables = [...store.streams.keys()];
        await this.#closeFeeds();
        const remove = async (tableName: string) => {
            await drain(cluster, tableName, () => true);
            await forgetOffsets(cluster, tableName);
            await removeRows(cluster, tableName, false);
        };
        await Promise.all(tables.map(remove));
    }

    async #closeFeeds(): Promise<void> {
        await Promise.all([...this.#feeds.values()].map((feed) => feed.close()));
        this.#feeds.clear();
    }

    /** Without a data file, nobody would know the supervisors any more. */
    async close(): Promise<void> {
        await this.#closeFeeds();
        if (!this.isPersistent) {
            const tables = [...this.store.streams.keys()];
            await Promise.all(tables.map((tableName) => this.cluster.terminate(tableName).catch(() => undefined)));
        }
    }
}
