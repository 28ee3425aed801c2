// @ts-check
"use strict";
// Runs a command and measures the whole tree of its processes, by what Linux tells in /proc.
const { spawn } = require("node:child_process");
const fs = require("node:fs");

/**
 * @typedef {object} Measurement
 * @property {number} seconds from the start to the end
 * @property {number} cpuSeconds of the command and all that it started and waited for
 * @property {number} peakBytes the most memory (resident, shared pages counted in each process) at any moment
 */

const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;
const SAMPLE_MS = 50;
const LIMIT_MS = 15 * 60_000;

/** The fields of /proc/PID/stat after the name, which may hold spaces. @type {(pid: string) => string[]} */
function statOf(pid) {
    try {
        return fs
            .readFileSync(`/proc/${pid}/stat`, "utf8")
            .replace(/^.*\) /s, "")
            .split(" ");
    } catch {
        return []; // it ended meanwhile
    }
}

/** CPU time of this process's children that have ended, and of theirs. */
function endedChildrenCpu() {
    const [user = 0, system = 0] = statOf("self").slice(13, 15).map(Number);
    return (user + system) / TICKS_PER_SECOND;
}

/** @type {(session: number | undefined) => number} */
function residentBytes(session) {
    let bytes = 0;
    for (const pid of fs.readdirSync("/proc")) {
        if (!/^\d+$/.test(pid)) continue;
        const fields = statOf(pid);
        if (fields[3] === String(session)) bytes += Number(fields[21]) * PAGE_BYTES;
    }
    return bytes;
}

/**
 * Runs a command in a session of its own, by which its processes are told from others.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<Measurement>}
 */
function measured(command, args, options) {
    const cpuBefore = endedChildrenCpu();
    const begun = process.hrtime.bigint();
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"], detached: true });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (/** @type {string} */ text) => (output += text));
    }
    let peakBytes = 0;
    const sampling = setInterval(() => (peakBytes = Math.max(peakBytes, residentBytes(child.pid))), SAMPLE_MS);
    const limit = setTimeout(() => child.pid && process.kill(-child.pid, "SIGKILL"), LIMIT_MS);
    return new Promise((resolve, reject) => {
        child.on("error", reject);
        child.on("close", (code) => {
            clearInterval(sampling);
            clearTimeout(limit);
            const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
            if (code !== 0) {
                reject(new Error(`${command} ${args.join(" ")} ended with ${code}:\n${output.slice(-4_000)}`));
                return;
            }
            resolve({ seconds, cpuSeconds: endedChildrenCpu() - cpuBefore, peakBytes });
        });
    });
}

module.exports = { measured };
