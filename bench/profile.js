// @ts-check
"use strict";
// Where the time of a refresh goes in the provider process, by a CPU profile of Node's own.
const { execFile } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { promisify } = require("node:util");
const { Emulator } = require("./emulator.js");

const run = promisify(execFile);
const ROOT = path.dirname(__dirname);
const SCRIPT = path.join(__dirname, "micro/reads.js");

/**
 * @typedef {{ functionName: string, url: string }} Frame
 * @typedef {{ nodes: { id: number, callFrame: Frame, children?: number[] }[], samples: number[], timeDeltas: number[] }} Profile
 */

/** Whose work a frame is, by itself. @type {(frame: Frame) => string} */
function workOf({ functionName, url }) {
    if (functionName === "(idle)") return "waiting for answers";
    if (functionName === "(garbage collector)") return "garbage collection";
    if (/\/node_modules\/zod\//.test(url)) return "zod: answers and comparison";
    if (/\/node_modules\//.test(url)) return "axios and what it needs";
    if (/\/dist\/provider\//.test(url)) return "this package";
    return "Node.js: HTTP, timers, start-up";
}

/** @type {(profile: Profile) => Record<string, number>} milliseconds */
function summed({ nodes, samples, timeDeltas }) {
    const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
    const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
    const isLoading = (/** @type {number | undefined} */ id) => {
        for (let at = id; at !== undefined; at = parents.get(at)) {
            const frame = frames.get(at);
            if (frame?.functionName === "require" && frame.url.startsWith("node:internal/modules")) return true;
        }
        return false;
    };
    /** @type {Record<string, number>} */
    const milliseconds = {};
    samples.forEach((id, index) => {
        const frame = frames.get(id);
        if (!frame) return;
        const work = isLoading(id) ? "loading modules" : workOf(frame);
        milliseconds[work] = (milliseconds[work] ?? 0) + (timeDeltas[index] ?? 0) / 1000;
    });
    return milliseconds;
}

/** @type {(pairs: number) => Promise<Record<string, number>>} milliseconds by work */
async function profileOfRefresh(pairs) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "polaris-profile-"));
    const emulator = await Emulator.start({ latencyMs: 0, transitionMs: 0 });
    try {
        const args = [path.join(folder, "states.json"), String(pairs)];
        const options = { cwd: ROOT, env: { ...process.env, ...emulator.env } };
        await run(process.execPath, [SCRIPT, "make", ...args], options);
        const profiling = ["--cpu-prof", "--cpu-prof-dir", folder, "--cpu-prof-interval", "200"];
        await run(process.execPath, [...profiling, SCRIPT, "read", ...args], options);
        const file = fs.readdirSync(folder).find((name) => name.endsWith(".cpuprofile")) ?? "";
        return summed(JSON.parse(fs.readFileSync(path.join(folder, file), "utf8")));
    } finally {
        emulator.stop();
        fs.rmSync(folder, { recursive: true, force: true });
    }
}

module.exports = { profileOfRefresh };
