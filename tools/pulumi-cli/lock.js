// @ts-check
"use strict";
// One build at a time. The holder touches its lock file while it lives, so that a killed one is noticed anywhere,
// across containers and users as well, where a process number would say nothing.
const fs = require("node:fs");
const path = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");

const HEARTBEAT_MS = 2_000;
const STALE_MS = 15_000;

/** @type {(file: string) => boolean} */
function take(file) {
    try {
        fs.writeFileSync(file, `${process.pid}\n`, { flag: "wx" });
        return true;
    } catch (error) {
        if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
        return false;
    }
}

/** @type {(file: string) => boolean} */
function isStale(file) {
    const stat = fs.statSync(file, { throwIfNoEntry: false });
    return stat !== undefined && Date.now() - stat.mtimeMs > STALE_MS;
}

/**
 * Does `work` while holding the lock `file`; waits for another holder that is alive.
 * @template T
 * @param {string} file
 * @param {(line: string) => void} log
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function withLock(file, log, work) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    for (let told = false; !take(file); told = true) {
        if (isStale(file)) {
            fs.rmSync(file, { force: true });
            continue;
        }
        if (!told) log("Another process is building the Pulumi CLI; waiting for it…");
        await sleep(500);
    }
    const heartbeat = setInterval(() => {
        const now = new Date();
        fs.utimes(file, now, now, () => undefined);
    }, HEARTBEAT_MS);
    try {
        return await work();
    } finally {
        clearInterval(heartbeat);
        fs.rmSync(file, { force: true });
    }
}

module.exports = { STALE_MS, withLock };
