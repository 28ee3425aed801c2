// @ts-check
"use strict";
// What has to be there before anything can run from a clone: the dependencies, and a build that is up to date.
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

/** @typedef {(line: string) => void} Log */
/** @typedef {{ packages?: Record<string, { version?: string, optional?: boolean, peer?: boolean }> }} Lock */

/** @type {Log} */
const toStderr = (line) => void process.stderr.write(`${line}\n`);

/** @type {(file: string) => Lock | undefined} */
const readLock = (file) => (fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : undefined);

/**
 * Whether what npm says it has installed is what the lock file asks for. Compared by content: file times say nothing
 * after a checkout or a restored cache. Optional packages may be absent (they are made for other platforms).
 * @type {(lock: Lock | undefined, installed: Lock | undefined) => boolean}
 */
function matchesLock(lock, installed) {
    if (!lock?.packages || !installed?.packages) return false;
    const has = installed.packages;
    return Object.entries(lock.packages).every(([folder, wanted]) => {
        if (folder === "") return true;
        const got = has[folder];
        return got ? got.version === wanted.version : wanted.optional === true;
    });
}

/** @type {(command: string, args: string[], root: string) => void} */
function quietly(command, args, root) {
    const result = spawnSync(command, args, { cwd: root, encoding: "utf8", shell: process.platform === "win32" });
    if (result.error) throw new Error(`${command} does not run: ${result.error.message}`);
    if (result.status !== 0) {
        throw new Error(`${command} ${args.join(" ")} failed:\n${result.stdout}${result.stderr}`.trimEnd());
    }
}

/** @type {(root: string, log?: Log) => void} */
function ensureDependencies(root, log = toStderr) {
    const lock = readLock(path.join(root, "package-lock.json"));
    const installed = () => readLock(path.join(root, "node_modules", ".package-lock.json"));
    if (matchesLock(lock, installed())) return;
    log("Installing the dependencies (npm ci)…");
    quietly("npm", ["ci", "--include=dev", "--include=optional", "--no-audit", "--no-fund", "--loglevel=error"], root);
}

/** What each build is made of, and the file that it writes last. */
const builds = {
    emulator: { sources: "emulator", last: "emulator/dist/THIRD_PARTY_LICENSES" },
    provider: { sources: "provider", last: "dist/THIRD_PARTY_LICENSES" },
};
const settings = [
    "tsconfig.json",
    "tsconfig.build.json",
    "emulator/tsconfig.build.json",
    "tools/build.js",
    "tools/bundle.js",
];

/**
 * The time of the newest change: of a file, or of a folder, in which one was added or removed.
 * @type {(place: string) => number}
 */
function newest(place) {
    const status = fs.statSync(place, { throwIfNoEntry: false });
    if (!status) return 0;
    if (!status.isDirectory()) return status.mtimeMs;
    const entries = fs.readdirSync(place).filter((entry) => entry !== "dist" && entry !== "node_modules");
    return Math.max(status.mtimeMs, ...entries.map((entry) => newest(path.join(place, entry))));
}

/** @type {(root: string) => string[]} the packages that changed since they were built */
function staleBuilds(root) {
    const time = Math.max(...settings.map((name) => newest(path.join(root, name))));
    return Object.entries(builds).flatMap(([name, { sources, last }]) =>
        newest(path.join(root, last)) < Math.max(time, newest(path.join(root, sources))) ? [name] : [],
    );
}

/** @type {(root: string, log?: Log) => void} */
function ensureBuild(root, log = toStderr) {
    const stale = staleBuilds(root);
    if (stale.length === 0) return;
    log(`Building the ${stale.join(" and the ")}…`);
    quietly(process.execPath, [path.join(root, "tools", "build.js"), ...stale], root);
}

module.exports = { ensureBuild, ensureDependencies, matchesLock, staleBuilds };
