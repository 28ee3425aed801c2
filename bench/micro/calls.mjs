// @ts-check
// check and diff of a job with 1,000 mappings, and of one with 4, as the engine calls them; medians as JSON.
import { measure } from "mitata";
import handler from "pulumi-imply-polaris/handlers/streaming-job";
import { configuration, fromEngine, jobWith } from "./job.js";

await handler.configure(
    configuration({
        "polaris:projectId": "0f3a8a52-6c0e-4b0b-9b52-5f0b0b8f6d10",
        "polaris:baseUrl": "https://acme.us-east-1.aws.api.imply.io",
        "polaris:apiKey": "pok_of-the-benchmark",
    }),
);

/** @type {(mappings: number) => Promise<object[]>} */
async function callsWith(mappings) {
    const { __provider, ...args } = jobWith(mappings);
    const news = { ...args, __provider };
    const { inputs, failures = [] } = await handler.check({}, fromEngine(news));
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
    const declared = fromEngine({ ...inputs, __provider });
    const state = fromEngine({ ...declared, jobId: "a-job", createdTimestamp: "2026-01-01T00:00:00Z" });
    // The engine's own work of making values is no part of a call; new ones keep caches from helping.
    const check = await measure(function* () {
        yield {
            0: () => fromEngine(declared),
            1: () => fromEngine(news),
            bench: (/** @type {any} */ olds, /** @type {any} */ given) => handler.check(olds, given),
        };
    });
    const diff = await measure(function* () {
        yield {
            0: () => fromEngine(state),
            1: () => fromEngine(declared),
            bench: (/** @type {any} */ olds, /** @type {any} */ given) => handler.diff("orders", olds, given),
        };
    });
    return [
        { name: `check, ${mappings} mappings`, milliseconds: check.p50 / 1e6 },
        { name: `diff, ${mappings} mappings`, milliseconds: diff.p50 / 1e6 },
    ];
}

console.log(JSON.stringify([...(await callsWith(4)), ...(await callsWith(1000))]));
