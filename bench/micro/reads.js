// @ts-check
"use strict";
// node reads.js make|read FILE PAIRS: what a refresh of pairs does in the provider process. `make` makes them at the
// API and writes their states to FILE; `read` loads the handlers and reads them all, as many at once as the engine.
const fs = require("node:fs");
const os = require("node:os");
const { configuration, fromEngine, jobWith } = require("./job.js");

const [, , task, file = "", pairs = "0"] = process.argv;
const { POLARIS_BASE_URL, POLARIS_PROJECT_ID, POLARIS_API_KEY } = process.env;
console.log = () => undefined;

/** @type {(noun: string) => Promise<any>} */
async function handlerOf(noun) {
    const handler = require(`pulumi-imply-polaris/handlers/${noun}`);
    await handler.configure(
        configuration({
            "polaris:projectId": POLARIS_PROJECT_ID,
            "polaris:baseUrl": POLARIS_BASE_URL,
            "polaris:apiKey": POLARIS_API_KEY,
        }),
    );
    return handler;
}

/** @type {(noun: string, args: any) => Promise<{ noun: string, id: string, state: object }>} */
async function made(noun, args) {
    const handler = await handlerOf(noun);
    const { inputs, failures = [] } = await handler.check({}, args);
    if (failures.length > 0) throw new Error(failures[0].reason);
    const { id, outs } = await handler.create(fromEngine(inputs));
    return { noun, id, state: outs };
}

async function make() {
    const states = [];
    for (let at = 0; at < Number(pairs); at += 1) {
        const name = `orders-${at}`;
        const secrets = { type: "sasl_plain", username: "polaris", password: "a-password" };
        states.push(
            await made("kafka-connection", { name, bootstrapServers: "b-1:9092,b-2:9092", topicName: name, secrets }),
        );
        const { __provider, ...args } = jobWith(4);
        const source = { ...args.source, connectionName: name };
        states.push(await made("streaming-job", { ...args, source, target: { tableName: name } }));
    }
    fs.writeFileSync(file, JSON.stringify(states));
}

async function read() {
    /** @type {{ noun: string, id: string, state: object }[]} */
    const states = JSON.parse(fs.readFileSync(file, "utf8"));
    const reader = async () => {
        for (let one = states.pop(); one; one = states.pop()) {
            const found = await (await handlerOf(one.noun)).read(one.id, one.state);
            if (found.id === "") throw new Error(`${one.id} is gone.`);
        }
    };
    await Promise.all(Array.from({ length: 4 * os.cpus().length }, reader));
}

(task === "make" ? make() : read()).then(
    () => process.exit(0),
    (error) => {
        console.error(error);
        process.exit(1);
    },
);
