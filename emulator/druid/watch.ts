import type { Job, LogEntry } from "../model/job";
import type { Cluster, ParseError, SupervisorStatus, TaskSummary, Totals } from "./cluster";
import { verdictOf, type Verdict } from "./observe";

const LOG_LIMIT = 200;

export interface Look extends Verdict {
    logs: LogEntry[];
    /** Another user of Druid has suspended or terminated the supervisor. */
    isAway: boolean;
}

const NOTHING: Totals = { processed: 0, processedBytes: 0, processedWithError: 0, thrownAway: 0, unparseable: 0 };

const difference = (a: Totals, b: Totals): Totals => ({
    processed: a.processed - b.processed,
    processedBytes: a.processedBytes - b.processedBytes,
    processedWithError: a.processedWithError - b.processedWithError,
    thrownAway: a.thrownAway - b.thrownAway,
    unparseable: a.unparseable - b.unparseable,
});

/** Looks at what Druid does for the job of a table. */
export class Watch {
    /** The job of each task: Druid says it only for one task at a time. */
    readonly #jobOfTask = new Map<string, string | undefined>();
    /** Tasks of a replaced job that read on for the present one: Druid starts none for the same specification. */
    readonly #adopted = new Set<string>();
    /** Tasks of before, which publish what they have read. */
    readonly #ending = new Set<string>();
    readonly #logged = new Set<string>();
    /** For how many partitions Druid was asked to start new tasks. */
    #renewedFor = 0;
    #hasRead = false;
    #rows = -1;
    #quietSinceMs = 0;

    constructor(
        readonly cluster: Cluster,
        readonly tableName: string,
        readonly jobs: ReadonlyMap<string, Job>,
    ) {}

    /** Druid has got the specification of a job. */
    begin(job: Job, hasRead: boolean): void {
        this.#hasRead = hasRead && job.startedTimestamp !== null;
        this.#rows = -1;
        this.#renewedFor = 0;
        this.#adopted.clear();
        this.#ending.clear();
        if (!hasRead) {
            [...this.#jobOfTask.keys()].forEach((id) => this.#ending.add(id));
        }
    }

    async #jobOf({ id, statusCode }: TaskSummary): Promise<string | undefined> {
        if (this.#jobOfTask.has(id)) {
            return this.#jobOfTask.get(id);
        }
        const jobId = await this.cluster.jobOfTask(id);
        // Druid lists a new task a moment before it shows it.
        if (jobId !== undefined || statusCode !== "RUNNING") {
            this.#jobOfTask.set(id, jobId);
        }
        return jobId;
    }

    async #tasksOf(job: Job): Promise<TaskSummary[]> {
        const tasks = await this.cluster.tasks(this.tableName);
        const jobs = await Promise.all(tasks.map((task) => this.#jobOf(task)));
        return tasks.filter(({ id }, index) => jobs[index] === job.id || this.#adopted.has(id));
    }

    /** What a task has read for this job: an adopted one has read for another before. */
    #withoutEarlier(job: Job, id: string, totals: Totals): Totals {
        const owner = this.#jobOfTask.get(id);
        const earlier = owner === undefined || owner === job.id ? undefined : this.jobs.get(owner)?.tasks?.[id];
        return earlier === undefined ? totals : difference(totals, earlier);
    }

    /** Adds up what the job's tasks have read; resolves to whether one of them reads now. */
    async count(job: Job, tasks?: TaskSummary[]): Promise<boolean> {
        const taskIds = new Set((tasks ?? (await this.#tasksOf(job))).map(({ id }) => id));
        const stats = Object.entries(await this.cluster.stats(this.tableName)).filter(([id]) => taskIds.has(id));
        const counted = stats.map(([id, totals]) => [id, this.#withoutEarlier(job, id, totals)] as const);
        job.tasks = { ...job.tasks, ...Object.fromEntries(counted) };
        job.rowsProcessed = Object.values(job.tasks).reduce((sum, { processed }) => sum + processed, 0);
        return stats.some(([id]) => !this.#ending.has(id) || this.#adopted.has(id));
    }

    /** What a task has read is final when it has ended. */
    async #countEnded(job: Job, tasks: TaskSummary[]): Promise<ParseError[]> {
        const ended = tasks.filter(({ id, statusCode }) => statusCode !== "RUNNING" && !this.#logged.has(id));
        const errors: ParseError[] = [];
        for (const { id, statusCode } of ended) {
            const report = await this.cluster.report(id);
            this.#logged.add(id);
            const totals = report?.rowStats?.buildSegments;
            // The rows of a failed task are read again by the next one.
            if (statusCode === "FAILED" || totals !== undefined) {
                const isLost = statusCode === "FAILED" || totals === undefined;
                job.tasks = { ...job.tasks, [id]: isLost ? NOTHING : this.#withoutEarlier(job, id, totals) };
            }
            errors.push(...(report?.unparseableEvents?.buildSegments ?? []));
        }
        return errors;
    }

    #logEntries(errors: ParseError[], job: Job): LogEntry[] {
        return errors.flatMap(({ timeOfExceptionMillis, input, details }) => {
            const message = `${details?.join("; ") ?? "The record cannot be parsed"} (record: ${input ?? "unknown"})`;
            if (this.#logged.has(message) || job.logs.length > LOG_LIMIT) {
                return [];
            }
            this.#logged.add(message);
            const timestamp = new Date(timeOfExceptionMillis ?? Date.now()).toISOString();
            return [{ timestamp, healthStatus: "warn", code: "cannot_parse_source", message }];
        });
    }

    #quietMs(rows: number, nowMs: number): number {
        if (rows !== this.#rows) {
            this.#rows = rows;
            this.#quietSinceMs = nowMs;
        }
        return nowMs - this.#quietSinceMs;
    }

    /** Tasks read the partitions that were there at their start, and Druid itself renews them only after two minutes. */
    async #readNewPartitions({ partitions = 0, activeTasks }: SupervisorStatus): Promise<void> {
        const read = Object.keys(activeTasks[0]?.startingOffsets ?? {}).length;
        if (read > 0 && partitions > read && partitions > this.#renewedFor) {
            this.#renewedFor = partitions;
            await this.cluster.renewTasks(this.tableName);
        }
    }

    async look(job: Job, nowMs: number): Promise<Look> {
        const supervisor = await this.cluster.status(this.tableName);
        if (supervisor !== undefined) {
            supervisor.activeTasks.forEach(({ id }) => this.#adopted.add(id));
            await this.#readNewPartitions(supervisor);
        }
        const tasks = await this.#tasksOf(job);
        const errors = await this.#countEnded(job, tasks);
        const isReading = await this.count(job, tasks);
        this.#hasRead ||= isReading;
        const sums = Object.values(job.tasks ?? {});
        const unparseable = sums.reduce((sum, totals) => sum + totals.unparseable, 0);
        const rows = sums.reduce((sum, { processed, thrownAway }) => sum + processed + thrownAway, unparseable);
        if (unparseable > 0) {
            errors.push(...(await this.cluster.parseErrors(this.tableName)));
        }
        const isWaiting = tasks.some(
            ({ statusCode, runnerStatusCode }) => statusCode === "RUNNING" && runnerStatusCode !== "RUNNING",
        );
        const verdict = verdictOf({
            supervisor,
            tasks,
            isReading,
            hasRead: this.#hasRead,
            freeSlots: isWaiting ? await this.cluster.freeSlots() : undefined,
            unparseable,
            quietMs: this.#quietMs(rows, nowMs),
            nowMs: Date.now(),
        });
        const isAway = supervisor === undefined || supervisor.suspended;
        return { ...verdict, logs: this.#logEntries(errors, job), isAway };
    }
}
