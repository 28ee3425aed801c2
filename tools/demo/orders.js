// @ts-check
"use strict";
// `npm run demo -- --ingest`: orders that are produced all the while, and the rows that they become.
const { setTimeout: sleep } = require("node:timers/promises");
const { dim, note, print } = require("./terminal.js");

const BATCH_MS = 100;
const PER_BATCH = 10;
const COUNTRIES = ["DE", "FR", "JP", "US"];

const COUNT = `SELECT COUNT(*) AS "rows", SUM("rounded") AS "rounded", SUM("times") AS "all" FROM (
    SELECT "order_id", COUNT(*) AS "times", MAX(CASE WHEN "amount" = ROUND("amount", 2) THEN 1 ELSE 0 END) AS "rounded"
    FROM "orders" GROUP BY 1)`;

/** @typedef {{ create: (topic: string, partitions?: number) => Promise<boolean>, close: () => Promise<void>,
 *   produce: (topic: string, records: { value: unknown }[]) => Promise<void> }} Topics */

class Orders {
    sent = 0;
    isStopped = false;

    /**
     * @param {Topics} topics
     * @param {(sql: string) => Promise<Record<string, number>[]>} query
     */
    constructor(topics, query) {
        this.topics = topics;
        this.query = query;
        /** @type {Promise<void>} */
        this.done = this.run();
        this.done.catch(() => undefined);
    }

    async run() {
        await this.topics.create("orders", 2);
        while (!this.isStopped) {
            const ids = Array.from({ length: PER_BATCH }, (_, index) => this.sent + index + 1);
            const timestamp = new Date().toISOString();
            const records = ids.map((id) => ({
                value: { timestamp, order_id: `${id}`, country: COUNTRIES[id % 4], amount: id + 0.126 },
            }));
            await this.topics.produce("orders", records);
            this.sent += PER_BATCH;
            await sleep(BATCH_MS);
        }
    }

    async counts() {
        const [{ rows = 0, rounded = 0, all = 0 } = {}] = await this.query(COUNT);
        return { rows: Number(rows), rounded: Number(rounded), doubled: Number(all) - Number(rows) };
    }

    /** Waits until what was sent until now is in the table, and shows it. @type {(when: string) => Promise<void>} */
    async show(when) {
        const { sent } = this;
        let counts = await this.counts();
        for (; counts.rows < sent; counts = await this.counts()) await sleep(20);
        const { rows, rounded, doubled } = counts;
        print(dim(`${when}: ${rows} rows, ${rounded} of them with a rounded amount, ${doubled} twice`));
    }

    async end() {
        this.isStopped = true;
        await this.done;
        const { sent } = this;
        await this.show("At the end");
        const { rows, doubled } = await this.counts();
        if (rows !== sent || doubled !== 0) throw new Error(`The demo expected ${sent} rows, not ${rows}.`);
        note(`${sent} orders were produced all the while, and the table has each of them once.`);
        await this.topics.close();
    }
}

module.exports = { Orders };
