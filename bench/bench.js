// @ts-check
"use strict";
// npm run bench: this package beside the engine's floor and a naive provider, in turn within one run. Writes
// RESULTS.md, results.svg and results.json (the same figures, for other readers) beside this file.
//   npm run bench -- --repeats 1      less time, less exact
//   npm run bench -- --pairs 10       a quick look, printed and not written
//   npm run bench -- --ingest                    the emulator with Druid and Kafka instead; see ingest.js
const fs = require("node:fs");
const path = require("node:path");
const { parseArgs } = require("node:util");
const { findPulumi, withCli } = require("../tools/pulumi-cli/find.js");
const { drawChart } = require("./chart.js");
const { Emulator } = require("./emulator.js");
const { microBenchmarks } = require("./micro.js");
const { nameOf } = require("./program-name.js");
const { report } = require("./report.js");
const { ingestBenchmark } = require("./ingest.js");
const { live } = require("./stack.js");
const { medianFigures } = require("./statistics.js");

const CONTENDERS = ["floor", "naive", "package"];
const TIMINGS = [
    { latencyMs: 0, transitionMs: 0 },
    { latencyMs: 50, transitionMs: 300 },
];

/**
 * @typedef {import("./stack.js").Program} Program
 * @typedef {object} Round one program at one timing of the API
 * @property {Program} program
 * @property {{ latencyMs: number, transitionMs: number }} timing
 * @property {Record<string, Record<string, import("./stack.js").Figures>>} figures by contender and command
 */

/** @type {(program: Program, timing: Round["timing"], repeats: number, env: NodeJS.ProcessEnv, contenders?: string[]) => Promise<Round>} */
async function round(program, timing, repeats, env, contenders = CONTENDERS) {
    /** @type {Record<string, Record<string, import("./stack.js").Figures>[]>} */
    const lives = Object.fromEntries(contenders.map((contender) => [contender, []]));
    for (let repeat = 0; repeat < repeats; repeat += 1) {
        for (const contender of contenders) {
            const emulator = await Emulator.start(timing);
            try {
                const figures = await live(contender, program, emulator, env);
                lives[contender]?.push(figures);
                const seconds = Object.entries(figures).map(([name, one]) => `${name} ${one.seconds.toFixed(1)} s`);
                console.error(
                    `${nameOf(program)}, latency ${timing.latencyMs} ms, ${repeat + 1} of ${repeats}, ${contender}: ${seconds.join(", ")}`,
                );
            } finally {
                emulator.stop();
            }
        }
    }
    const figures = Object.fromEntries(Object.entries(lives).map(([name, all]) => [name, medianFigures(all)]));
    return { program, timing, figures };
}

async function main() {
    if (process.platform !== "linux") throw new Error("The benchmark reads /proc: run it on Linux.");
    const { values } = parseArgs({
        options: { pairs: { type: "string" }, repeats: { type: "string" }, ingest: { type: "boolean" } },
    });
    if (values.ingest === true) return ingestBenchmark();
    const env = withCli(await findPulumi(), process.env);
    const repeats = Number(values.repeats ?? 3);
    const sizes = (values.pairs ?? "10,100").split(",").map(Number);
    /** @type {Round[]} */
    const rounds = [];
    const ofPairs = (/** @type {number} */ pairs) => ({ pairs, tables: false });
    for (const pairs of sizes)
        for (const timing of TIMINGS) rounds.push(await round(ofPairs(pairs), timing, repeats, env));
    const isWhole = values.pairs === undefined;
    if (isWhole) {
        const [quiet = { latencyMs: 0, transitionMs: 0 }] = TIMINGS;
        // The naive provider has no tables, and 300 pairs of it would take longer than all else together.
        rounds.push(await round({ pairs: 50, tables: true }, quiet, repeats, env, ["floor", "package"]));
        rounds.push(await round(ofPairs(300), quiet, 1, env, ["floor", "package"]));
    }
    const micro = await microBenchmarks();
    const text = report(rounds, micro, repeats);
    if (!isWhole) {
        console.log(text);
        return;
    }
    const write = (/** @type {string} */ name, /** @type {string} */ content) =>
        fs.writeFileSync(path.join(__dirname, name), content);
    write("results.json", JSON.stringify({ repeats, rounds, micro }));
    write("RESULTS.md", text);
    write("results.svg", drawChart(rounds));
    console.log("bench/RESULTS.md, results.svg and results.json are written.");
}

module.exports = { round };

if (require.main === module) {
    main().catch((error) => {
        console.error(error instanceof Error ? error.message : error);
        process.exitCode = 1;
    });
}
