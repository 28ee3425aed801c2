import type { Job, LogEntry } from "../model/job";
import type { Cluster, ParseError, TaskSummary } from "./cluster";
import { verdictOf, type Verdict } from "./observe";

const LOG_LIMIT = 200;

/** Looks at what Druid does for the job of a table. */
export class Watch {
    /** The job of each task: Druid says it only for one task at a time. */
    readonly #jobOfTask = new Map<string, string | undefined>();
    readonly #logged = new Set<string>();
    #hasRead = false;
    #rows = -1;
    #quietSinceMs = 0;

    constructor(
        readonly cluster: Cluster,
        readonly tableName: string,
    ) {}

    /** Druid has got the specification of a job. */
    begin(job: Job, hasRead: boolean): void {
        this.#hasRead = hasRead && job.startedTimestamp !== null;
        this.#rows = -1;
    }

    async #tasksOf(job: Job): Promise<TaskSummary[]> {
        const tasks = await this.cluster.tasks(this.tableName);
        const unknown = tasks.filter(({ id }) => !this.#jobOfTask.has(id));
        await Promise.all(unknown.map(async ({ id }) => this.#jobOfTask.set(id, await this.cluster.jobOfTask(id))));
        return tasks.filter(({ id }) => this.#jobOfTask.get(id) === job.id);
    }

    /** Adds up what the job's tasks have read. */
    async count(job: Job, tasks?: TaskSummary[]): Promise<boolean> {
        const own = new Set((tasks ?? (await this.#tasksOf(job))).map(({ id }) => id));
        const stats = Object.entries(await this.cluster.stats(this.tableName)).filter(([id]) => own.has(id));
        job.tasks = { ...job.tasks, ...Object.fromEntries(stats) };
        job.rowsProcessed = Object.values(job.tasks).reduce((sum, { processed }) => sum + processed, 0);
        return stats.length > 0;
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
                const none = { processed: 0, processedBytes: 0, processedWithError: 0, thrownAway: 0, unparseable: 0 };
                job.tasks = { ...job.tasks, [id]: statusCode === "FAILED" || totals === undefined ? none : totals };
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

    async look(job: Job, nowMs: number): Promise<Verdict & { logs: LogEntry[] }> {
        const tasks = await this.#tasksOf(job);
        const supervisor = await this.cluster.status(this.tableName);
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
        return { ...verdict, logs: this.#logEntries(errors, job) };
    }
}
