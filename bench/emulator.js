// @ts-check
"use strict";
// An emulator in a process of its own, as an API is: it shares nothing with what is measured but the machine.
const { spawn } = require("node:child_process");
const path = require("node:path");
const readline = require("node:readline");

const CLI = path.resolve(__dirname, "../emulator/dist/cli.js");
const API_KEY = "pok_of-the-benchmark";

/** A path without what differs from object to object. @type {(path: string) => string} */
const routeOf = (path) =>
    path
        .replace(/^.*\/v1\/projects\/[^/]+/, "")
        .replace(/\?.*$/, "")
        .replace(/^(\/\w+)\/[^/]+/, "$1/*");

/**
 * @typedef {object} Traffic
 * @property {Record<string, number>} requests by method and route
 * @property {number} mostInFlight
 */

class Emulator {
    /** @type {Record<string, string>} the variables that point a provider at it */
    env = {};

    /** @param {import("node:child_process").ChildProcess} child */
    constructor(child) {
        this.child = child;
    }

    /** @type {(timing: { latencyMs: number, transitionMs: number }) => Promise<Emulator>} */
    static async start({ latencyMs, transitionMs }) {
        const flags = ["--api-key", API_KEY, "--latency", String(latencyMs), "--transition", String(transitionMs)];
        const child = spawn(process.execPath, [CLI, ...flags], { stdio: ["ignore", "pipe", "inherit"] });
        const emulator = new Emulator(child);
        for await (const line of readline.createInterface({ input: child.stdout })) {
            const [, name, value = ""] = /^export (POLARIS_\w+)=(.*)$/.exec(line) ?? [];
            if (name) emulator.env[name] = name === "POLARIS_API_KEY" ? API_KEY : value;
            if (name === "POLARIS_API_KEY") return emulator;
        }
        throw new Error("The emulator did not start.");
    }

    /** What was asked since the last call. @returns {Promise<Traffic>} */
    async traffic() {
        const address = `${this.env.POLARIS_BASE_URL}/_emulator/requests`;
        const report = /** @type {any} */ (await (await fetch(address)).json());
        await fetch(address, { method: "DELETE" });
        /** @type {Record<string, number>} */
        const requests = {};
        for (const { method, path: asked } of report.requests) {
            const name = `${method} ${routeOf(asked)}`;
            requests[name] = (requests[name] ?? 0) + 1;
        }
        return { requests, mostInFlight: report.maxInFlight };
    }

    stop() {
        this.child.kill("SIGTERM");
    }
}

module.exports = { Emulator };
