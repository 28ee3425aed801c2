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

/** @type {(dir: string, ending: string) => string[]} */
function filesIn(dir, ending) {
    if (!fs.existsSync(dir)) return [];
    return fs
        .readdirSync(dir, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(ending) && !file.endsWith(".d.ts"));
}

/**
 * Compares `dist` with the sources it is made of.
 * @param {string} root
 * @returns {{ stale: boolean, orphans: string[] }} orphans: compiled files whose source is gone
 */
function inspectBuild(root) {
    const time = (/** @type {string} */ file) => fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const settings = Math.max(...["tsconfig.json", "tsconfig.build.json"].map((name) => time(path.join(root, name))));
    const orphans = [];
    let stale = false;
    for (const part of ["provider", "emulator"]) {
        const dist = path.join(root, "dist", part);
        const outputs = new Set(filesIn(dist, ".js"));
        for (const source of filesIn(path.join(root, part), ".ts")) {
            const output = source.replace(/\.ts$/, ".js");
            const built = time(path.join(dist, output));
            stale ||= built < time(path.join(root, part, source)) || built < settings;
            outputs.delete(output);
        }
        orphans.push(...[...outputs].map((output) => path.join(dist, output)));
    }
    return { stale, orphans };
}

/** @type {(root: string, log?: Log) => void} */
function ensureBuild(root, log = toStderr) {
    const { stale, orphans } = inspectBuild(root);
    for (const orphan of orphans) {
        for (const ending of [".js", ".js.map", ".d.ts", ".d.ts.map"]) {
            fs.rmSync(orphan.replace(/\.js$/, ending), { force: true });
        }
    }
    if (!stale) return;
    log("Compiling the provider and the emulator (tsc)…");
    const tsc = path.join(root, "node_modules", "typescript", "bin", "tsc");
    quietly(process.execPath, [tsc, "-p", "tsconfig.build.json", "--noEmitOnError", "--pretty", "false"], root);
}

module.exports = { ensureBuild, ensureDependencies, inspectBuild, matchesLock };
