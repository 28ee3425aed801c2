import { topicOf } from "../model/connection";
import { isTerminal, type Health, type Job } from "../model/job";
import { enter } from "../model/job-status";
import type { Project } from "../model/project";
import { emptyStream, topicKey, type Stream, type Topic } from "../model/stream";
import type { Store } from "../store";
import { DruidError, DruidUnreachable } from "./client";
import type { Cluster } from "./cluster";
import { committedOffsets, drain, forgetOffsets, Outdated, storeOffsets } from "./offsets";
import { UnusableConnection } from "./source";
import type { Planner } from "./planner";
import { supervisorSpec, type Plan } from "./supervisor-spec";
import { mask } from "./mask";
import { Alarm } from "./wait";
import { Watch } from "./watch";
import { runDataJob } from "./data-jobs";

export interface FeedContext {
    cluster: Cluster;
    store: Store;
    planner: Planner;
    save: () => Promise<void>;
}

const STARTING_MS = 200;
const RUNNING_MS = 1000;
const QUIET_MS = 3000;
const UNKNOWN_AFTER_MS = 3000;

const topicOfPlan = ({ source: { topic, isPattern } }: Plan): Topic => ({ name: topic, isPattern });

const isSame = (a: Topic, b: Topic) => topicKey(a) === topicKey(b);

/** Brings Druid to what the records want of one table, again and again, and the records to what Druid does. */
export class Feed {
    readonly #alarm = new Alarm();
    readonly #watch: Watch;
    /** Jobs that drop or delete data, in the order of their requests. */
    readonly #dataJobs: Job[] = [];
    #loop: Promise<void> | undefined;
    #isClosed = false;
    /** What Druid has got last: a job, and whether it is suspended. */
    #given = "";
    #unreachableSinceMs: number | undefined;
    #isChanged = false;

    constructor(
        readonly context: FeedContext,
        readonly project: Project,
        readonly tableName: string,
    ) {
        this.#watch = new Watch(context.cluster, tableName, project.jobs);
    }

    /** Looks at the table at once. */
    kick(): void {
        this.#alarm.ring();
        this.#loop ??= this.#run().finally(() => {
            this.#loop = undefined;
        });
    }

    addDataJob(job: Job): void {
        this.#dataJobs.push(job);
        this.kick();
    }

    async close(): Promise<void> {
        this.#isClosed = true;
        this.#alarm.ring();
        await this.#loop;
    }

    get #stream(): Stream {
        const { streams } = this.context.store;
        const stream = streams.get(this.tableName) ?? emptyStream(this.tableName);
        streams.set(this.tableName, stream);
        return stream;
    }

    get #now(): number {
        return this.context.store.clock.now();
    }

    /** What Druid and brokers say becomes part of answers, which never contain a secret. */
    #mask = (message: string) => mask(message, this.context.store.vault ?? new Map<string, string>());

    #enter(job: Job, status: Job["executionStatus"], reported?: Health): void {
        const health =
            reported?.message === undefined ? reported : { ...reported, message: this.#mask(reported.message) };
        if (job.executionStatus !== status || (health !== undefined && health.code !== job.health?.code)) {
            enter(this.project, job, { atMs: this.#now, status, health });
            // Rows are counted by Druid, not by the clock.
            job.countedToMs = null;
            this.#isChanged = true;
        } else if (health !== undefined) {
            job.health = health;
        }
    }

    async #run(): Promise<void> {
        for (let pauseMs = 0; !this.#isClosed && pauseMs !== Infinity;) {
            pauseMs = await this.#step();
            if (pauseMs !== Infinity) {
                await this.#alarm.sleep(pauseMs);
            }
        }
    }

    /** One look; returns the time until the next one. */
    async #step(): Promise<number> {
        const job = this.project.feeding.get(this.tableName);
        try {
            const pauseMs = await this.#advance(job);
            this.#unreachableSinceMs = undefined;
            return pauseMs;
        } catch (error) {
            return this.#recover(job, error);
        } finally {
            if (this.#isChanged) {
                this.#isChanged = false;
                await this.context.save().catch(() => undefined);
            }
        }
    }

    #recover(job: Job | undefined, error: unknown): number {
        if (error instanceof Outdated) {
            return 0;
        }
        if (job !== undefined && error instanceof UnusableConnection) {
            const health = { status: "error", code: "could_not_connect_to_source", message: error.message } as const;
            this.#enter(job, "pending", health);
            return RUNNING_MS;
        }
        if (error instanceof DruidUnreachable) {
            this.#unreachableSinceMs ??= Date.now();
            if (job !== undefined && Date.now() - this.#unreachableSinceMs > UNKNOWN_AFTER_MS) {
                this.#enter(job, "unknown");
            }
            return RUNNING_MS;
        }
        if (job !== undefined && error instanceof DruidError && error.status === 400) {
            this.#enter(job, "failed", { status: "error", code: "internal_error", message: error.message });
            return 0;
        }
        process.stderr.write(`${this.tableName}: ${this.#mask((error as Error).message)}\n`);
        return RUNNING_MS;
    }

    async #advance(job: Job | undefined): Promise<number> {
        const [dataJob] = this.#dataJobs;
        if (dataJob !== undefined) {
            await this.#runDataJob(dataJob);
            this.#dataJobs.shift();
            this.#given = "";
            return 0;
        }
        switch (job?.desiredExecutionStatus) {
            case undefined:
                return this.#release();
            case "running":
                return this.#read(job);
            case "suspended":
                return this.#suspend(job);
            case "canceled":
                this.#enter(job, "canceled");
                return 0;
        }
    }

    async #runDataJob(dataJob: Job): Promise<void> {
        const { cluster, store } = this.context;
        this.#enter(dataJob, "running");
        try {
            await runDataJob({ cluster, store, project: this.project, stream: this.#stream }, dataJob);
        } catch (error) {
            if (!(error instanceof DruidError)) {
                throw error;
            }
            this.#enter(dataJob, "failed", { status: "error", code: "internal_error", message: error.message });
            return;
        }
        this.#enter(dataJob, "completed");
    }

    #isStill = (job: Job, desired: Job["desiredExecutionStatus"]) => () =>
        !this.#isClosed && this.project.feeding.get(this.tableName) === job && job.desiredExecutionStatus === desired;

    /** Lets Druid read for a job, from where the table has read its topic before. */
    async #read(job: Job): Promise<number> {
        const key = `${job.id} reads`;
        if (this.#given !== key || this.#stream.isForgetting) {
            await this.#give(job);
            this.#given = key;
        }
        const { status, health, logs, isAway } = await this.#watch.look(job, this.#now);
        if (!this.#isStill(job, "running")()) {
            return 0;
        }
        if (isAway) {
            this.#given = "";
            return STARTING_MS;
        }
        job.logs.push(...logs.map((entry) => ({ ...entry, message: this.#mask(entry.message) })));
        this.#enter(job, status, health);
        return status === "pending" ? STARTING_MS : RUNNING_MS;
    }

    async #give(job: Job): Promise<void> {
        const { cluster, planner, save } = this.context;
        const stream = this.#stream;
        const isWanted = this.#isStill(job, "running");
        const present = await cluster.supervisor(this.tableName);
        if (present?.jobId === job.id && !present.isSuspended && !stream.isForgetting) {
            // After a kill, they may still be stored although Druid has got them.
            this.#forgetStored(present.topic);
            this.#watch.begin(job, true);
            return;
        }
        const plan = await planner.plan(this.project, job);
        const topic = topicOfPlan(plan);
        if (!stream.isForgetting && stream.current !== null && !isSame(stream.current, topic)) {
            await drain(cluster, this.tableName, isWanted);
            await storeOffsets(cluster, stream, isWanted);
            await save();
        }
        if (stream.isForgetting) {
            await drain(cluster, this.tableName, isWanted);
            await forgetOffsets(cluster, this.tableName);
            Object.assign(stream, { current: null, currentOffsets: undefined, isForgetting: false });
        }
        const offsets = stream.stored[topicKey(topic)];
        // Saved before Druid has it: after a kill, at worst the table has no offsets of its topic yet.
        Object.assign(stream, { current: topic, currentOffsets: undefined });
        await save();
        if (offsets !== undefined) {
            await cluster.startSupervisor(supervisorSpec(plan, true));
            await cluster.setOffsets(this.tableName, topic.name, offsets);
        }
        await cluster.startSupervisor(supervisorSpec(plan, false));
        this.#forgetStored(topic);
        this.#watch.begin(job, false);
    }

    /** Druid itself holds the offsets of this topic now. */
    #forgetStored(topic: Topic): void {
        Reflect.deleteProperty(this.#stream.stored, topicKey(topic));
        this.#isChanged = true;
    }

    async #suspend(job: Job): Promise<number> {
        const { cluster, planner } = this.context;
        const key = `${job.id} is suspended`;
        if (this.#given !== key) {
            const present = await cluster.supervisor(this.tableName);
            if (present === undefined || (present.jobId !== job.id && this.#stream.current === null)) {
                await cluster.startSupervisor(supervisorSpec(await planner.plan(this.project, job), true));
            } else {
                await cluster.suspend(this.tableName);
            }
            this.#given = key;
        }
        await this.#watch.count(job);
        const status = await cluster.status(this.tableName);
        if (status?.suspended === true || status?.state === "SUSPENDED") {
            this.#enter(job, "suspended", { status: "ok" });
        }
        return job.executionStatus === "suspended" ? QUIET_MS : STARTING_MS;
    }

    /** Ends what reads into a table that no job feeds any more, and remembers how far it has read. */
    async #release(): Promise<number> {
        const { cluster } = this.context;
        const stream = this.#stream;
        const isWanted = () =>
            !this.#isClosed && !this.project.feeding.has(this.tableName) && this.#dataJobs.length === 0;
        this.#given = "";
        if (stream.current === null || (await cluster.supervisor(this.tableName)) === undefined) {
            return Infinity;
        }
        await drain(cluster, this.tableName, isWanted);
        stream.currentOffsets = await committedOffsets(cluster, this.tableName, isWanted);
        await cluster.terminate(this.tableName);
        this.#isChanged = true;
        return Infinity;
    }

    /** The job moves to its `readFromPoint` with the next look, or when it is resumed. */
    reset(job: Job): void {
        if (isTerminal(job.executionStatus)) {
            return;
        }
        const stream = this.#stream;
        const next = job.executionStatus === "suspended" ? this.#nextTopic(job) : undefined;
        if (next !== undefined) {
            this.#forgetStored(next);
        }
        // A job that was swapped while suspended can have another topic than the one that Druid has read.
        if (next === undefined || stream.current === null || isSame(stream.current, next)) {
            stream.isForgetting = true;
        }
        this.#given = "";
        this.kick();
    }

    /** The topic that a job reads once it is resumed. */
    #nextTopic(job: Job): Topic | undefined {
        const connection = this.project.connections.get(job.connectionNames[0] ?? "");
        return (
            connection && { name: topicOf(connection), isPattern: connection.properties.topicNameIsPattern === true }
        );
    }

    async count(job: Job): Promise<void> {
        await this.#watch.count(job);
    }
}
