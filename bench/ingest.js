// @ts-check
"use strict";
// npm run bench -- --ingest: the emulator with Druid and Kafka, beside the same job posted to Druid by hand (the floor).
// Writes INGEST.md beside this file.
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");

const ROOT = path.dirname(__dirname);
const RECORDS = 200_000;
const SAMPLES = 10;

/** @typedef {import("../emulator/start").IngestingEmulator} Emulator */

/** @type {(values: number[]) => number} */
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** @type {<T>(work: () => Promise<T>) => Promise<[ms: number, result: T]>} */
async function timed(work) {
    const start = performance.now();
    const result = await work();
    return [performance.now() - start, result];
}

/** @type {(pid: number | undefined) => number} */
function residentBytes(pid) {
    const [, kilobytes = "0"] = /^VmRSS:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kilobytes) * 1024;
}

/** @type {(id: number) => { value: unknown }} */
const order = (id) => ({
    value: { timestamp: new Date().toISOString(), order_id: `${id}`, country: "DE", amount: id + 0.126 },
});

/** @type {(emulator: Emulator, topic: string, count: number) => Promise<void>} */
async function produceMany({ produce }, topic, count) {
    for (let first = 0; first < count; first += 5_000) {
        await produce(
            topic,
            Array.from({ length: 5_000 }, (_, index) => order(first + index)),
        );
    }
}

/** @type {(url: string, body: unknown, headers?: Record<string, string>) => Promise<any>} */
async function post(url, body, headers = {}) {
    const options = { method: "POST", headers: { "content-type": "application/json", ...headers } };
    const response = await fetch(url, { ...options, body: JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${url} answers ${response.status}: ${text}`);
    return text === "" ? undefined : JSON.parse(text);
}

/** @type {(emulator: Emulator) => (route: string, body: unknown) => Promise<any>} */
const apiOf =
    ({ url, projectId, apiKey }) =>
    (route, body) =>
        post(`${url}/v1/projects/${projectId}/${route}`, body, {
            authorization: `Basic ${Buffer.from(`${apiKey}:`).toString("base64")}`,
        });

/** @type {(table: string, amount?: string, replaceRunning?: boolean) => unknown} the job of the quickstart */
const job = (table, amount = '"amount"', replaceRunning = false) => ({
    type: "streaming",
    target: { type: "table", tableName: table },
    createTableIfNotExists: true,
    replaceRunning,
    source: {
        type: "connection",
        connectionName: table,
        formatSettings: { format: "nd-json" },
        inputSchema: [
            { name: "timestamp", dataType: "string" },
            { name: "order_id", dataType: "string" },
            { name: "country", dataType: "string" },
            { name: "amount", dataType: "double" },
        ],
    },
    mappings: [
        { columnName: "__time", expression: 'TIME_PARSE("timestamp")' },
        { columnName: "order_id", expression: '"order_id"' },
        { columnName: "country", expression: '"country"' },
        { columnName: "amount", expression: amount },
    ],
    readFromPoint: "earliest",
});

/** @type {(emulator: Emulator, topic: string) => Promise<void>} */
async function connect(emulator, topic) {
    const { username, password } = emulator.kafka;
    await emulator.createTopic(topic);
    await apiOf(emulator)("connections", {
        type: "kafka",
        name: topic,
        bootstrapServers: emulator.kafkaBootstrapServers,
        topicName: topic,
        secrets: { type: "sasl_scram", mechanism: "SCRAM-SHA-512", username, password },
    });
}

/** The rows of a table by Druid itself, so that both contenders are asked in the same way. */
/** @type {(emulator: Emulator, table: string, count: number) => Promise<number>} */
async function untilRows({ druidUrl }, table, count) {
    for (;;) {
        const query = `SELECT COUNT(*) AS "n" FROM "${table}"`;
        const rows = await post(`${druidUrl}/druid/v2/sql`, { query }).catch(() => []);
        if (Number(rows[0]?.n) >= count) return Number(rows[0]?.n);
        await sleep(10);
    }
}

/** The spec that the emulator has posted for a table, for another one. */
/** @type {(emulator: Emulator, table: string, other: string) => Promise<unknown>} */
async function specByHand({ druidUrl }, table, other) {
    const response = await fetch(`${druidUrl}/druid/indexer/v1/supervisor/${table}`);
    const text = JSON.stringify(await response.json());
    const spec = JSON.parse(text.replaceAll(`"${table}"`, `"${other}"`));
    delete spec.context;
    return spec;
}

/** Rows a second of records that wait in the topic, from the first row on: the start has figures of its own. */
/** @type {(emulator: Emulator, table: string, start: () => Promise<unknown>) => Promise<number>} */
async function rate(emulator, table, start) {
    await start();
    const before = await untilRows(emulator, table, 1);
    const [ms] = await timed(() => untilRows(emulator, table, RECORDS));
    return (RECORDS - before) / (ms / 1_000);
}

/** The longest time without a new row in the table around a change of the mapping. */
/** @type {(emulator: Emulator, table: string) => Promise<number>} */
async function swapGap(emulator, table) {
    let isDone = false;
    const producer = (async () => {
        for (let id = 0; !isDone; id += 1) {
            await emulator.produce(table, [order(id)]);
            await sleep(10);
        }
    })();
    await sleep(1_000);
    let longest = 0;
    let last = performance.now();
    let count = 0;
    const watch = (async () => {
        while (!isDone) {
            const [{ n = 0 } = {}] = await emulator.query(`SELECT COUNT(*) AS "n" FROM "${table}"`);
            if (Number(n) > count) {
                longest = Math.max(longest, performance.now() - last);
                [count, last] = [Number(n), performance.now()];
            }
            await sleep(5);
        }
    })();
    await sleep(1_000);
    longest = 0;
    await apiOf(emulator)("jobs", job(table, 'ROUND("amount", 2)', true));
    await sleep(4_000);
    isDone = true;
    await Promise.all([producer, watch]);
    return longest;
}

/** @type {(startEmulator: typeof import("../emulator/start").startEmulator) => Promise<number>} */
async function coldStart(startEmulator) {
    const cache = fs.mkdtempSync(path.join(os.tmpdir(), "ingest-cache-"));
    const before = process.env.XDG_CACHE_HOME;
    process.env.XDG_CACHE_HOME = cache;
    try {
        const [ms, emulator] = await timed(() => startEmulator({ ingest: true }));
        await emulator.close();
        return ms;
    } finally {
        if (before === undefined) delete process.env.XDG_CACHE_HOME;
        else process.env.XDG_CACHE_HOME = before;
        fs.rmSync(cache, { recursive: true, force: true });
    }
}

async function main() {
    const { startEmulator } = require(path.join(ROOT, "emulator/dist/start.js"));
    const log = (/** @type {string} */ line) => console.error(line);
    const coldMs = await coldStart(startEmulator);
    const [warmMs, emulator] = await timed(() => /** @type {Promise<Emulator>} */ (startEmulator({ ingest: true })));
    const api = apiOf(emulator);
    try {
        const fresh = [emulator.pids.druid, emulator.pids.kafka].map(residentBytes);
        log("first rows…");
        /** @type {number[]} */
        const firstRows = [];
        for (let sample = 0; sample < 3; sample += 1) {
            const table = `first-${sample}`;
            await connect(emulator, table);
            await emulator.produce(table, [order(1)]);
            const [ms] = await timed(async () => {
                await api("jobs", job(table));
                await untilRows(emulator, table, 1);
            });
            firstRows.push(ms);
        }
        log("produce to queryable…");
        /** @type {number[]} */
        const latencies = [];
        for (let sample = 0; sample < SAMPLES; sample += 1) {
            const [ms] = await timed(async () => {
                await emulator.produce("first-0", [order(sample)]);
                await untilRows(emulator, "first-0", sample + 2);
            });
            latencies.push(ms);
        }
        log("rate…");
        /** @type {{ emulator: number[], floor: number[] }} */
        const rates = { emulator: [], floor: [] };
        // The first of each warms Druid up, and they take turns at who goes first: Druid grows faster all the while.
        for (let sample = 0; sample < 5; sample += 1) {
            const [mine, floor] = [`rate-${sample}`, `floor-${sample}`];
            await connect(emulator, mine);
            await emulator.createTopic(floor);
            await produceMany(emulator, mine, RECORDS);
            await produceMany(emulator, floor, RECORDS);
            const byEmulator = () => rate(emulator, mine, () => api("jobs", job(mine)));
            const byHand = async () => {
                const spec = await specByHand(emulator, "first-0", floor);
                return rate(emulator, floor, () => post(`${emulator.druidUrl}/druid/indexer/v1/supervisor`, spec));
            };
            const isTurned = sample % 2 === 1;
            const first = await (isTurned ? byHand() : byEmulator());
            const second = await (isTurned ? byEmulator() : byHand());
            if (sample === 0) continue;
            rates.emulator.push(isTurned ? second : first);
            rates.floor.push(isTurned ? first : second);
        }
        log("swap…");
        await connect(emulator, "swap");
        await emulator.produce("swap", [order(0)]);
        await api("jobs", job("swap"));
        await untilRows(emulator, "swap", 1);
        const gapMs = await swapGap(emulator, "swap");
        const used = [emulator.pids.druid, emulator.pids.kafka].map(residentBytes);
        const seconds = (/** @type {number} */ ms) => `${(ms / 1_000).toFixed(1)} s`;
        const milliseconds = (/** @type {number} */ ms) => `${Math.round(ms)} ms`;
        const megabytes = (/** @type {number[]} */ bytes) => bytes.map((one) => Math.round(one / 1e6)).join(" + ");
        const perSecond = (/** @type {number} */ rows) => `${Math.round(rows).toLocaleString("en")} rows/s`;
        const ratio = median(rates.emulator) / median(rates.floor);
        const rows = [
            ["start to ready, with an empty cache (190 MB of jars)", seconds(coldMs), ""],
            ["start to ready, warm", seconds(warmMs), "20 s"],
            ["memory when ready (Druid + Kafka)", `${megabytes(fresh)} MB`, ""],
            ["memory at the end (Druid + Kafka)", `${megabytes(used)} MB`, "1,500 MB"],
            ["POST to first row, first job", milliseconds(firstRows[0] ?? NaN), ""],
            ["POST to first row, later jobs", milliseconds(median(firstRows.slice(1))), "1,000 ms"],
            [`produce to queryable, median of ${SAMPLES}`, milliseconds(median(latencies)), "200 ms"],
            [
                `${RECORDS.toLocaleString("en")} records, by the emulator, median of 4`,
                perSecond(median(rates.emulator)),
                "",
            ],
            ["the same job posted to Druid by hand (floor)", perSecond(median(rates.floor)), ""],
            ["emulator / floor", ratio.toFixed(2), "0.95"],
            ["longest time without a new row in a swap", milliseconds(gapMs), "1,000 ms"],
        ];
        const [cpu] = os.cpus();
        const text = `# Ingestion

Measured by \`npm run bench -- --ingest\` on ${os.cpus().length} × ${cpu?.model ?? "?"}, Node.js ${process.version}, load ${os.loadavg()[0]?.toFixed(1)} at the end.

| Figure | Measured | Target |
| --- | --- | --- |
${rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}
`;
        fs.writeFileSync(path.join(__dirname, "INGEST.md"), text);
        console.log(text);
    } finally {
        await emulator.close();
    }
}

module.exports = { ingestBenchmark: main };
