import { setTimeout as sleep } from "node:timers/promises";
import { Topics } from "../../emulator/local/records";
import { waitForRows as waitForRowsOf, type Row, type WaitOptions } from "../../emulator/local/rows";
import type { DataAddress } from "./data-host";
import { basic, send, type EmulatorUnderTest } from "./emulator";

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
    if (status !== 200) throw new Error(`The query failed with ${status}: ${text}`);
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

/** A connection to `args.topic` and a job into `args.table`; `args.connection` and `args.job` hold what differs. */
export const program = `
const connection = new polaris.KafkaConnection(args.table, {
    bootstrapServers: ${JSON.stringify(host.kafkaBootstrapServers)},
    topicName: args.topic ?? args.table,
    secrets: ${JSON.stringify(secrets)},
    ...args.connection,
});
const { source, ...job } = { ...${JSON.stringify(ordersJob())}, ...args.job };
new polaris.StreamingJob(args.table, {
    ...job,
    target: { tableName: args.table },
    source: { ...source, connectionName: connection.name },
});
`;

/** How many rows a table has, and how many orders: what is lost or doubled lets them differ from what was sent. */
export async function countOrders(table: string): Promise<{ rows: number; orders: number }> {
    const each = `SELECT "order_id", COUNT(*) AS "times" FROM "${table}" GROUP BY 1`;
    const [row] = await query(`SELECT COUNT(*) AS "orders", SUM("times") AS "rows" FROM (${each})`);
    return { rows: Number(row?.rows), orders: Number(row?.orders) };
}

/** Waits until the table has so many rows, and expects each order once. */
export async function expectOrders(table: string, count: number, options: WaitOptions = {}): Promise<void> {
    const isDone = ([row]: Row[]) => Number(row?.n) >= count;
    await waitForRows(`SELECT COUNT(*) AS "n" FROM "${table}"`, isDone, { timeoutMs: 60_000, ...options });
    expect(await countOrders(table)).toEqual({ rows: count, orders: count });
}

const BATCH_MS = 20;

/** A producer that sends orders all the while, as shops do, until there are `total`. */
export class SteadyProducer {
    /** How many the broker has. */
    sent = 0;
    readonly baseMs = Date.now();
    readonly #done: Promise<void>;
    #isHurrying = false;

    constructor(
        readonly topic: string,
        readonly total = 10_000,
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

    /** Sends what is left as fast as the broker takes it. */
    async finish(): Promise<void> {
        this.#isHurrying = true;
        await this.#done;
    }

    async #run(): Promise<void> {
        while (this.sent < this.total) {
            const planned = Math.ceil(((Date.now() - this.baseMs) / 1_000) * this.perSecond);
            const due = Math.min(this.total, this.#isHurrying ? this.sent + 1_000 : planned);
            const ids = Array.from({ length: due - this.sent }, (_, index) => this.sent + index + 1);
            if (ids.length > 0) {
                const records = ids.map((id) => ({ key: `${id}`, value: orderOf(id, this.baseMs) }));
                await topics.produce(this.topic, records);
                this.sent = due;
            }
            await sleep(BATCH_MS);
        }
    }
}
