// @ts-check
"use strict";
// Finds a `pulumi` command with everything that a Node.js program needs, or builds one.
//   node tools/pulumi-cli/find.js             prints the folder to put in front of PATH
//   node tools/pulumi-cli/find.js oldest      the same of the oldest version that the package supports
const { execFile } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { promisify } = require("node:util");
const { cachedCli, pinnedVersion } = require("./build.js");

const run = promisify(execFile);
const PLUGINS = ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];

/** @typedef {{ dir: string, version: string, origin: "path" | "cache" | "built" }} PulumiCli */

/** @type {(command: string, dirs: string[]) => string | undefined} */
function locate(command, dirs) {
    const names = process.platform === "win32" ? [`${command}.exe`, `${command}.cmd`] : [command];
    return dirs
        .flatMap((dir) => names.map((name) => path.join(dir, name)))
        .find((file) => {
            try {
                fs.accessSync(file, fs.constants.X_OK);
                return fs.statSync(file).isFile();
            } catch {
                return false;
            }
        });
}

/** @type {(version: string) => number[]} */
const numbers = (version) => (/(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1) ?? []).map(Number);

/**
 * Whether a CLI of this version can stand in for the pinned one: the same major version, and not older.
 * @type {(version: string, pinned: string) => boolean}
 */
function isUsable(version, pinned) {
    const [major = 0, minor = 0, patch = 0] = numbers(version);
    const [wantedMajor = 0, wantedMinor = 0, wantedPatch = 0] = numbers(pinned);
    return major === wantedMajor && (minor > wantedMinor || (minor === wantedMinor && patch >= wantedPatch));
}

/**
 * The CLI on PATH, or the reason why the one that is there will not do.
 * @type {(env: NodeJS.ProcessEnv, pinned: string) => Promise<PulumiCli | { unfit?: string }>}
 */
async function onPath(env, pinned) {
    const dirs = (env.PATH ?? "").split(path.delimiter).filter(Boolean);
    const file = locate("pulumi", dirs);
    if (!file) return {};
    const skipUpdateCheck = { PULUMI_SKIP_UPDATE_CHECK: "true" };
    const version = await run(file, ["version"], { env: { ...env, ...skipUpdateCheck }, timeout: 30_000 }).then(
        ({ stdout }) => stdout.trim().replace(/^v/, ""),
        () => "",
    );
    if (!version) return { unfit: `${file} does not run` };
    if (!isUsable(version, pinned)) return { unfit: `${file} is ${version}; wanted is 3.x from ${pinned} on` };
    const dir = path.dirname(file);
    const beside = path.dirname(fs.realpathSync(file));
    const missing = PLUGINS.find((plugin) => !locate(plugin, [dir, beside, ...dirs]));
    if (missing) return { unfit: `${file} comes without ${missing}` };
    return { dir, version, origin: "path" };
}

/** @typedef {{ env?: NodeJS.ProcessEnv, log?: (line: string) => void }} Surroundings */

/** @type {(line: string) => void} */
const toStderr = (line) => void process.stderr.write(`${line}\n`);

/**
 * Finds the Pulumi CLI on PATH or in the cache, else builds it. Progress goes to `log`, line by line.
 * @param {Surroundings} [surroundings]
 * @returns {Promise<PulumiCli>}
 */
async function findPulumi({ env = process.env, log = toStderr } = {}) {
    const pinned = pinnedVersion("newest");
    const found = await onPath(env, pinned);
    if ("dir" in found) return found;
    if (found.unfit) log(`Not using the pulumi on PATH: ${found.unfit}.`);
    return cachedCli("newest", { env, log });
}

/**
 * The oldest Pulumi CLI that the package supports, from the cache or built. One on PATH is hardly ever that old.
 * @param {Surroundings} [surroundings]
 * @returns {Promise<PulumiCli>}
 */
async function findOldestPulumi({ env = process.env, log = toStderr } = {}) {
    return cachedCli("oldest", { env, log });
}

/**
 * The environment in which `pulumi` is this CLI.
 * @type {(cli: PulumiCli, env: NodeJS.ProcessEnv) => NodeJS.ProcessEnv}
 */
function withCli(cli, env) {
    return cli.origin === "path" ? env : { ...env, PATH: [cli.dir, env.PATH].filter(Boolean).join(path.delimiter) };
}

module.exports = { findOldestPulumi, findPulumi, isUsable, withCli };

if (require.main === module) {
    const find = process.argv[2] === "oldest" ? findOldestPulumi : findPulumi;
    find().then(
        ({ dir }) => console.log(dir),
        (error) => {
            console.error(error instanceof Error ? error.message : error);
            process.exitCode = 1;
        },
    );
}
