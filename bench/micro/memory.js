// @ts-check
"use strict";
// node --expose-gc memory.js: the heap of one provider process over 10,000 operations on an emulator, as JSON.
const connection = require("pulumi-imply-polaris/handlers/kafka-connection");
const job = require("pulumi-imply-polaris/handlers/streaming-job");
const { configuration, fromEngine, jobWith } = require("./job.js");

const OPERATIONS = 10_000;
const SAMPLES = 5;

const { POLARIS_BASE_URL, POLARIS_PROJECT_ID, POLARIS_API_KEY } = process.env;
// What handlers tell the user is no figure.
const { log } = console;
console.log = () => undefined;

/** The life of a resource, seven operations long. @type {(handler: any, args: any, edit: object) => Promise<number>} */
async function live(handler, args, edit) {
    const { inputs, failures = [] } = await handler.check({}, fromEngine(args));
    if (failures.length > 0) throw new Error(failures[0].reason);
    const declared = fromEngine({ ...inputs, __provider: args.__provider });
    const { id, outs } = await handler.create(declared);
    const state = fromEngine({ ...outs, __provider: args.__provider });
    await handler.read(id, state);
    const edited = await handler.check(declared, fromEngine({ ...args, ...edit }));
    const news = fromEngine({ ...edited.inputs, __provider: args.__provider });
    await handler.diff(id, state, news);
    const updated = await handler.update(id, state, news);
    await handler.delete(id, fromEngine({ ...updated.outs, __provider: args.__provider }));
    return 7;
}

function heapBytes() {
    for (let time = 0; time < 3; time += 1) global.gc?.();
    return process.memoryUsage().heapUsed;
}

/** @param {number} at */
const pair = async (at) => {
    const name = `orders-${at}`;
    const secrets = { type: "sasl_plain", username: "polaris", password: `a-password-${at % 10}` };
    const kafka = { name, bootstrapServers: "b-1:9092,b-2:9092", topicName: name, secrets, __provider: "connection" };
    const done = await live(connection, kafka, { description: `Edited ${at}` });
    const streaming = { ...jobWith(20), target: { tableName: name } };
    return (
        done +
        (await live(
            job,
            { ...streaming, source: { ...streaming.source, connectionName: "source" } },
            {
                filterExpression: `"field_1" <> '${at}'`,
            },
        ))
    );
};

async function main() {
    for (const handler of [connection, job]) {
        await handler.configure(
            configuration({
                "polaris:projectId": POLARIS_PROJECT_ID,
                "polaris:baseUrl": POLARIS_BASE_URL,
                "polaris:apiKey": POLARIS_API_KEY,
            }),
        );
    }
    const source = { name: "source", bootstrapServers: "b-1:9092", topicName: "orders", __provider: "connection" };
    const secrets = { type: "sasl_plain", username: "polaris", password: "a-password" };
    const { inputs } = await connection.check({}, { ...source, secrets });
    await connection.create({ ...inputs, __provider: "connection" });

    const samples = [];
    let operations = 0;
    for (let at = 0; operations < OPERATIONS; at += 1) {
        operations += await pair(at);
        if (operations >= (OPERATIONS / SAMPLES) * (samples.length + 1))
            samples.push({ operations, heapBytes: heapBytes() });
    }
    log(JSON.stringify(samples));
}

main().then(
    () => process.exit(0),
    (error) => {
        console.error(error);
        process.exit(1);
    },
);
