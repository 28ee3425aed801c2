/** The operations of Druid that the emulator uses, with the answers as far as it reads them. */
import { z } from "zod";
import { DruidClient, DruidError } from "./client";
import type { DruidSettings } from "./settings";
import type { Listeners } from "./listeners";
import { JOB_IN_CONTEXT } from "./supervisor-spec";

const INDEXER = "/druid/indexer/v1";
const COORDINATOR = "/druid/coordinator/v1";

/** Major versions with which the tests have passed, and those that have the same operations. */
const TESTED = 33;
const OLDEST = 31;

/** The supervisors of the emulator have one group of tasks. */
const TASK_GROUP = 0;

const offsets = z.record(z.string(), z.number());

export const supervisorStatus = z.object({
    payload: z.object({
        state: z.string(),
        detailedState: z.string().optional(),
        suspended: z.boolean().default(false),
        partitions: z.number().optional(),
        activeTasks: z.array(z.object({ id: z.string(), startingOffsets: offsets.nullish() })).default([]),
        aggregateLag: z.number().nullish(),
        latestOffsets: offsets.nullish(),
        minimumLag: offsets.nullish(),
        recentErrors: z
            .array(
                z.object({
                    timestamp: z.string(),
                    message: z.string().nullish(),
                    streamException: z.boolean().nullish(),
                }),
            )
            .default([]),
    }),
});

const supervisor = z.object({
    suspended: z.boolean().default(false),
    context: z.record(z.string(), z.unknown()).nullish(),
    spec: z.object({
        ioConfig: z.object({ topic: z.string().nullish(), topicPattern: z.string().nullish() }),
    }),
});

export const taskSummary = z.object({
    id: z.string(),
    createdTime: z.string(),
    statusCode: z.string(),
    runnerStatusCode: z.string().nullish(),
    errorMsg: z.string().nullish(),
});

const task = z.object({
    payload: z.object({
        context: z.record(z.string(), z.unknown()).nullish(),
        ioConfig: z
            .object({
                startSequenceNumbers: z.object({ partitionSequenceNumberMap: offsets }).optional(),
            })
            .optional(),
    }),
});

const totals = z.object({
    processed: z.number(),
    processedBytes: z.number().default(0),
    processedWithError: z.number(),
    thrownAway: z.number(),
    unparseable: z.number(),
});

const stats = z.record(
    z.string(),
    z.record(z.string(), z.object({ totals: z.object({ buildSegments: totals }) }).partial()),
);

export const parseError = z.object({
    timeOfExceptionMillis: z.number().optional(),
    errorType: z.string().nullish(),
    input: z.string().nullish(),
    details: z.array(z.string()).nullish(),
});

const report = z.object({
    ingestionStatsAndErrors: z.object({
        payload: z.object({
            errorMsg: z.string().nullish(),
            unparseableEvents: z.object({ buildSegments: z.array(parseError).nullish() }).nullish(),
            rowStats: z.object({ buildSegments: totals }).partial().nullish(),
        }),
    }),
});

const workers = z.array(z.object({ worker: z.object({ capacity: z.number() }), currCapacityUsed: z.number() }));

export type SupervisorStatus = z.output<typeof supervisorStatus>["payload"];
export type TaskSummary = z.output<typeof taskSummary>;
export type ParseError = z.output<typeof parseError>;
export type Totals = z.output<typeof totals>;

export interface Supervisor {
    jobId: string | undefined;
    isSuspended: boolean;
    topic: { name: string; isPattern: boolean };
}

const jobIn = (context: Record<string, unknown> | null | undefined) => {
    const id = context?.[JOB_IN_CONTEXT];
    return typeof id === "string" ? id : undefined;
};

export class Cluster {
    /** Names of the extensions that it has loaded. */
    extensions: ReadonlySet<string> = new Set();

    constructor(
        readonly druid: DruidClient,
        readonly listeners: Listeners | undefined,
    ) {}

    /** Connects to a Druid and checks that it can do what is needed. */
    static async connect(settings: DruidSettings): Promise<{ cluster: Cluster; notice: string | undefined }> {
        const cluster = new Cluster(new DruidClient(settings), settings.listeners);
        const notice = await cluster.#verify();
        return { cluster, notice };
    }

    async #verify(): Promise<string | undefined> {
        const { url } = this.druid;
        const modules = z.array(z.object({ artifact: z.string().nullish() }));
        const status = await this.#ask("/status", z.object({ version: z.string(), modules }));
        this.extensions = new Set(status.modules.flatMap(({ artifact }) => artifact ?? []));
        const major = Number.parseInt(status.version, 10);
        if (major < OLDEST) {
            throw new Error(
                `Apache Druid ${status.version} at ${url} is too old: version ${OLDEST} is needed, tested is ${TESTED}.`,
            );
        }
        await this.#ask(`${INDEXER}/supervisor`, z.array(z.string()));
        if (!this.extensions.has("druid-kafka-indexing-service")) {
            throw new Error(`Apache Druid at ${url} has not loaded druid-kafka-indexing-service.`);
        }
        return major === TESTED
            ? undefined
            : `Apache Druid ${status.version} is not tested; tested is version ${TESTED}.`;
    }

    /** A request at the start, when the URL may be of anything. */
    #ask<Output>(path: string, schema: z.ZodType<Output>): Promise<Output> {
        const { url } = this.druid;
        return this.druid.get(path, schema).catch((error: unknown) => {
            if (error instanceof DruidError && (error.status === 401 || error.status === 403)) {
                throw new Error(
                    `Apache Druid at ${url} refuses the sign-in with status ${error.status}; set DRUID_AUTH to ` +
                        "'basic USER:PASSWORD' or 'bearer TOKEN'.",
                );
            }
            const hint = "give the URL of a router with druid.router.managementProxy.enabled=true";
            throw error instanceof DruidError || error instanceof z.ZodError
                ? new Error(`${url} is not a router of Apache Druid: ${hint}.`)
                : error;
        });
    }

    #supervisorPath = (table: string) => `${INDEXER}/supervisor/${encodeURIComponent(table)}`;

    async supervisor(table: string): Promise<Supervisor | undefined> {
        const found = await this.druid.find(this.#supervisorPath(table), supervisor);
        if (found === undefined) {
            return undefined;
        }
        const { topic, topicPattern } = found.spec.ioConfig;
        return {
            jobId: jobIn(found.context),
            isSuspended: found.suspended,
            topic: { name: topic ?? topicPattern ?? "", isPattern: typeof topicPattern === "string" },
        };
    }

    startSupervisor = (spec: unknown) => this.druid.post(`${INDEXER}/supervisor`, spec);

    async suspend(table: string): Promise<void> {
        await this.druid.postIfExists(`${this.#supervisorPath(table)}/suspend`).catch((error: unknown) => {
            if (!(error instanceof DruidError && /already suspended/.test(error.message))) {
                throw error;
            }
        });
    }

    reset = (table: string) => this.druid.postIfExists(`${this.#supervisorPath(table)}/reset`);

    terminate = (table: string) => this.druid.postIfExists(`${this.#supervisorPath(table)}/terminate`);

    /** Its tasks publish what they have read, and new ones read on, with the partitions that have come meanwhile. */
    renewTasks = (table: string) =>
        this.druid.postIfExists(`${this.#supervisorPath(table)}/taskGroups/handoff`, { taskGroupIds: [TASK_GROUP] });

    setOffsets(table: string, stream: string, map: Record<string, number>): Promise<unknown> {
        return this.druid.post(`${this.#supervisorPath(table)}/resetOffsets`, {
            type: "kafka",
            partitions: { type: "end", stream, partitionOffsetMap: map },
        });
    }

    async status(table: string): Promise<SupervisorStatus | undefined> {
        return (await this.druid.find(`${this.#supervisorPath(table)}/status`, supervisorStatus))?.payload;
    }

    /** Totals of the tasks that read now, by their ids. */
    async stats(table: string): Promise<Record<string, Totals>> {
        const groups = (await this.druid.find(`${this.#supervisorPath(table)}/stats`, stats)) ?? {};
        const tasks = Object.values(groups).flatMap((group) => Object.entries(group));
        return Object.fromEntries(
            tasks.flatMap(([id, { totals: sum }]) => (sum === undefined ? [] : [[id, sum.buildSegments]])),
        );
    }

    async parseErrors(table: string): Promise<ParseError[]> {
        const path = `${this.#supervisorPath(table)}/parseErrors`;
        return (await this.druid.find(path, z.array(parseError)).catch(() => undefined)) ?? [];
    }

    /** Tasks of a table, the newest first. */
    async tasks(table: string): Promise<TaskSummary[]> {
        const path = `${INDEXER}/tasks?datasource=${encodeURIComponent(table)}&max=20`;
        const tasks = await this.druid.get(path, z.array(taskSummary));
        return tasks.sort((a, b) => (a.createdTime < b.createdTime ? 1 : -1));
    }

    async jobOfTask(id: string): Promise<string | undefined> {
        return jobIn((await this.druid.find(`${INDEXER}/task/${encodeURIComponent(id)}`, task))?.payload.context);
    }

    /** What a task says about itself at its end; `undefined` if it wrote no report. */
    async report(id: string) {
        const path = `${INDEXER}/task/${encodeURIComponent(id)}/reports`;
        return (await this.druid.find(path, report).catch(() => undefined))?.ingestionStatsAndErrors.payload;
    }

    async freeSlots(): Promise<number> {
        const all = await this.druid.get(`${INDEXER}/workers`, workers);
        return all.reduce((sum, { worker, currCapacityUsed }) => sum + worker.capacity - currCapacityUsed, 0);
    }

    /** Whether Druid has segments of a table. */
    async hasData(table: string): Promise<boolean> {
        const path = `${COORDINATOR}/datasources/${encodeURIComponent(table)}`;
        const reply = await this.druid.send("GET", path);
        return reply.status === 200 && reply.text !== "";
    }

    dropSegments = (table: string) => this.druid.delete(`${COORDINATOR}/datasources/${encodeURIComponent(table)}`);

    markSegments(table: string, use: "markUsed" | "markUnused", interval: string): Promise<void> {
        return this.druid.postIfExists(`${COORDINATOR}/datasources/${encodeURIComponent(table)}/${use}`, { interval });
    }

    /** Deletes what is marked as unused for good. */
    async kill(table: string, interval = "1000/3000"): Promise<void> {
        await this.druid.post(`${INDEXER}/task`, { type: "kill", dataSource: table, interval });
    }

    /** How many rows queries find, also those that are not published yet. */
    async countRows(table: string, interval?: string): Promise<number> {
        const rows = z.array(z.object({ n: z.number() }));
        const condition = interval === undefined ? "" : ` WHERE TIME_IN_INTERVAL("__time", '${interval}')`;
        const query = `SELECT COUNT(*) AS "n" FROM "${table.replaceAll('"', '""')}"${condition}`;
        const answer = await this.druid.post("/druid/v2/sql", { query }).catch(() => []);
        return rows.parse(answer)[0]?.n ?? 0;
    }
}
