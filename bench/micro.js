// @ts-check
"use strict";
// What this package costs in one process: loading, calls, memory. Each figure is taken in fresh processes.
const { execFile } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { promisify } = require("node:util");
const { Emulator } = require("./emulator.js");
const { profileOfRefresh } = require("./profile.js");
const { median } = require("./statistics.js");

const run = promisify(execFile);
const ROOT = path.dirname(__dirname);
const FRESH_PROCESSES = 15;
const PROFILED_PAIRS = 100;

/** Runs a script of micro/ and gives what it prints. @type {(script: string, args?: string[], env?: NodeJS.ProcessEnv) => Promise<any>} */
async function figuresOf(script, args = [], env = process.env) {
    const file = path.join(__dirname, "micro", script);
    const { stdout } = await run(process.execPath, ["--expose-gc", file, ...args], { cwd: ROOT, env });
    return JSON.parse(stdout);
}

/**
 * @typedef {{ milliseconds: number, heapBytes: number, modules: number }} Load
 * @typedef {{ name: string, milliseconds: number }} Call medians of one call
 * @typedef {{ operations: number, heapBytes: number }} Heap after so many operations
 */

/** @type {(wanted: string, before?: string[]) => Promise<Load>} */
async function loadOf(wanted, before = []) {
    /** @type {Load[]} */
    const loads = [];
    for (let fresh = 0; fresh < FRESH_PROCESSES; fresh += 1)
        loads.push(await figuresOf("load.js", [wanted, ...before]));
    const middle = (/** @type {keyof Load} */ figure) => median(loads.map((load) => load[figure]));
    return { milliseconds: middle("milliseconds"), heapBytes: middle("heapBytes"), modules: middle("modules") };
}

/** @returns {Promise<Heap[]>} */
async function heapOverOperations() {
    const emulator = await Emulator.start({ latencyMs: 0, transitionMs: 0 });
    try {
        return await figuresOf("memory.js", [], { ...process.env, ...emulator.env });
    } finally {
        emulator.stop();
    }
}

async function microBenchmarks() {
    /** @type {Record<string, Load>} */
    const handlerLoads = {};
    for (const file of fs.readdirSync(path.join(__dirname, "../provider/handlers"))) {
        const name = path.basename(file, ".ts");
        // As the engine's Node runtime loads it.
        handlerLoads[`the handler ${name}`] = await loadOf(`pulumi-imply-polaris/handlers/${name}`, ["@pulumi/pulumi"]);
    }
    return {
        loads: {
            "the package, in a program that has loaded Pulumi's SDK": await loadOf("pulumi-imply-polaris", [
                "@pulumi/pulumi",
            ]),
            ...handlerLoads,
        },
        calls: /** @type {Call[]} */ (await figuresOf("calls.mjs")),
        heap: await heapOverOperations(),
        refresh: await profileOfRefresh(PROFILED_PAIRS),
    };
}

module.exports = { microBenchmarks };
