import { setTimeout as sleep } from "node:timers/promises";
import { Topics } from "../../emulator/local/records";
import { QueryError, waitForRows as waitForRowsOf, type Row, type WaitOptions } from "../../emulator/local/rows";
import type { Env } from "./command";
import type { DataAddress } from "./data-host";
import { basic, send, type EmulatorUnderTest } from "./emulator";
import { envOf } from "./project";
import { withStack, type Stack } from "./pulumi";

/** The emulator with Druid and Kafka that all files share. Each test has topics and tables of its own. */
export const host = JSON.parse(process.env.DATA_HOST ?? "{}") as DataAddress;

const { url, projectId, apiKey } = host;

/** In the shape of an emulator within this process. */
export const emulator: EmulatorUnderTest = {
    ...{ url, projectId, projectIds: [projectId], apiKey, apiKeys: [apiKey], notice: undefined },
    close: () => Promise.resolve(),
    api: (method, route, body, headers) =>
        send(`${url}/v1/projects/${projectId}${route}`, method, body, { authorization: basic(apiKey), ...headers }),
    control: async <Result>(method: string, route: string, body?: unknown) =>
        (await send(`${url}/_emulator/${route}`, method, body)).json as Result,
};

async function hostControl(route: string): Promise<void> {
    const response = await fetch(`${host.control}/${route}`, { method: "POST" });
    if (!response.ok) throw new Error(await response.text());
}

/** Stops the emulator, and Druid and Kafka with it. */
export const stopAll = (signal: "SIGTERM" | "SIGKILL") => hostControl(`stop?signal=${signal}`);
export const startAll = () => hostControl("start");

// A test that has failed may have left it stopped.
beforeAll(startAll);

/** How a program's connection signs in. */
export const secrets = {
    type: "sasl_scram",
    mechanism: "SCRAM-SHA-512",
    username: host.username,
    password: host.password,
};

export const topics = new Topics(host.kafkaBootstrapServers);
afterAll(() => topics.close());

/** The rows that a SQL statement finds, by the API. */
export async function query(sql: string): Promise<Row[]> {
    const { status, text } = await emulator.api("POST", "/query/sql", { query: sql });
    if (status !== 200) throw new QueryError(status, text);
    return JSON.parse(text) as Row[];
}

export const waitForRows = (sql: string, condition: number | ((rows: Row[]) => boolean), options?: WaitOptions) =>
    waitForRowsOf(query, sql, condition, options);

export interface Order {
    timestamp: string;
    order_id: string;
    country: string;
    amount: number;
}

const COUNTRIES = ["DE", "FR", "JP", "US"];

/** The order with that number; the same every time, but for its base time. */
export const orderOf = (id: number, baseMs: number): Order => ({
    timestamp: new Date(baseMs + id).toISOString(),
    order_id: `order-${id}`,
    country: COUNTRIES[id % COUNTRIES.length] ?? "",
    amount: id + 0.126,
});

/** A job that stores orders as they are, but for what differs. */
export const ordersJob = (more: Record<string, unknown> = {}) => ({
    createTableIfNotExists: true,
    source: {
        formatSettings: { format: "nd-json" },
        inputSchema: [
            { name: "timestamp", dataType: "string" },
            { name: "order_id", dataType: "string" },
            { name: "country", dataType: "string" },
            { name: "amount", dataType: "double" },
        ],
    },
    mappings: ordersMappings(),
    readFromPoint: "earliest",
    ...more,
});

export const ordersMappings = (amount = '"amount"') => [
    { columnName: "__time", expression: 'TIME_PARSE("timestamp")' },
    { columnName: "order_id", expression: '"order_id"' },
    { columnName: "country", expression: '"country"' },
    { columnName: "amount", expression: amount },
];

/** A connection to `args.topic` and a job into `args.table`; `args.connection` and `args.job` hold what differs, with the
 * job's `timeouts`. */
export const program = `
const connection = new polaris.KafkaConnection(args.table, {
    bootstrapServers: ${JSON.stringify(host.kafkaBootstrapServers)},
    topicName: args.topic ?? args.table,
    secrets: ${JSON.stringify(secrets)},
    ...args.connection,
});
const { source, timeouts, ...job } = { ...${JSON.stringify(ordersJob())}, ...args.job };
const declared = {
    ...job,
    target: { tableName: args.table },
    source: { ...source, connectionName: connection.name },
};
new polaris.StreamingJob(args.table, declared, { customTimeouts: timeouts });
`;

/** Waits until the table has so many rows, and expects each order once: none is lost or doubled. */
export async function expectOrders(table: string, count: number, from = `"${table}"`): Promise<void> {
    const isDone = ([row]: Row[]) => Number(row?.n) >= count;
    await waitForRows(`SELECT COUNT(*) AS "n" FROM ${from}`, isDone, { timeoutMs: 60_000 });
    const each = `SELECT "order_id", COUNT(*) AS "times" FROM ${from} GROUP BY 1`;
    const counts = await query(`SELECT COUNT(*) AS "orders", SUM("times") AS "rows" FROM (${each})`);
    expect(counts).toEqual([{ orders: count, rows: count }]);
}

/** Runs a stack with `program`, and a producer that sends to the topic of that name all the while. */
export async function withOrders<T>(
    args: { table: string } & Record<string, unknown>,
    use: (stack: Stack, producer: SteadyProducer) => Promise<T>,
    env: Env = {},
): Promise<T> {
    await topics.create(args.table, 2);
    return withStack({ program, args, env: { ...envOf(emulator), ...env } }, async (stack) => {
        const producer = new SteadyProducer(args.table);
        const end = async () => {
            await producer.finish();
            await stack.run(["destroy", "--stack", "dev", "--yes", "--skip-preview", "--non-interactive"]);
        };
        const result = await use(stack, producer).catch(async (error: unknown) => {
            // What went wrong first is the reason of what goes wrong here.
            await end().catch(() => undefined);
            throw error;
        });
        await end();
        return result;
    });
}

/** Waits until a table has rows of the last orders that were sent until now. */
export async function untilIngested(table: string, producer: SteadyProducer): Promise<void> {
    const { sent } = producer;
    await waitForRows(`SELECT COUNT(*) AS "n" FROM "${table}"`, ([row]) => Number(row?.n) >= sent);
}

const BATCH_MS = 20;

/** A producer that sends orders all the while, as shops do, until it is to finish. */
export class SteadyProducer {
    /** How many the broker has. */
    sent = 0;
    /** How many there are in the end: more than this if the test takes longer. */
    total = 10_000;
    readonly baseMs = Date.now();
    readonly #done: Promise<void>;
    #isHurrying = false;
    #pause: Promise<void> | undefined;
    #sending: Promise<void> | undefined;

    constructor(
        readonly topic: string,
        readonly perSecond = 250,
    ) {
        this.#done = this.#run();
        this.#done.catch(() => undefined);
    }

    async untilSent(count: number): Promise<void> {
        while (this.sent < count) {
            await Promise.race([sleep(BATCH_MS), this.#done.then(() => sleep(BATCH_MS))]);
        }
    }

    /** Sends nothing while this is done, such as a restart of the broker. */
    async pauseDuring(work: () => Promise<void>): Promise<void> {
        await this.#pause;
        let resume: () => void = () => undefined;
        this.#pause = new Promise((resolve) => (resume = resolve));
        await this.#sending;
        try {
            await work();
        } finally {
            this.#pause = undefined;
            resume();
        }
    }

    /** Sends what is left of `total` as fast as the broker takes it. */
    async finish(): Promise<void> {
        this.#isHurrying = true;
        await this.#done;
        this.total = this.sent;
    }

    async #run(): Promise<void> {
        while (!this.#isHurrying || this.sent < this.total) {
            await this.#pause;
            const planned = Math.ceil(((Date.now() - this.baseMs) / 1_000) * this.perSecond);
            const due = this.#isHurrying ? Math.min(this.total, this.sent + 1_000) : Math.min(planned, this.sent + 100);
            const ids = Array.from({ length: due - this.sent }, (_, index) => this.sent + index + 1);
            if (ids.length > 0) {
                const records = ids.map((id) => ({ key: `${id}`, value: orderOf(id, this.baseMs) }));
                this.#sending = topics.produce(this.topic, records);
                await this.#sending;
                this.sent = due;
            }
            await sleep(BATCH_MS);
        }
    }
}
