// @ts-check
"use strict";
// Builds the Pulumi CLI from its Go module, once per version, into the user's cache folder. The folders `newest` and
// `oldest` beside this file name the versions: those between which the package is tested.
const { spawn, spawnSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { withLock } = require("./lock.js");
const { goProgress } = require("./progress.js");

const MODULE = "github.com/pulumi/pulumi";
const PLUGINS = path.join(__dirname, "bin");

/** @typedef {"newest" | "oldest"} Pin */
/** @typedef {{ env: NodeJS.ProcessEnv, log: (line: string) => void }} Surroundings */

/** @type {(pin: Pin) => string} */
const moduleFolder = (pin) => path.join(__dirname, pin);
/** @type {(pin: Pin) => string} */
const goMod = (pin) => fs.readFileSync(path.join(moduleFolder(pin), "go.mod"), "utf8");

/** @type {(pin: Pin, pattern: RegExp) => string} */
function fromGoMod(pin, pattern) {
    const found = pattern.exec(goMod(pin))?.[1];
    if (!found) throw new Error(`tools/pulumi-cli/${pin}/go.mod has no ${pattern.source}`);
    return found;
}

/** @type {(pin: Pin) => string} */
const pinnedVersion = (pin) => fromGoMod(pin, /github\.com\/pulumi\/pulumi\/pkg\/v3 v(\S+)/);
/** @type {(pin: Pin) => string} */
const wantedGo = (pin) => fromGoMod(pin, /^go (\S+)$/m);

/**
 * A folder for exactly this build: its name changes with the pinned modules, the plugins and the platform.
 * @type {(env: NodeJS.ProcessEnv, pin: Pin) => string}
 */
function cacheFolder(env, pin) {
    const hash = createHash("sha256").update(`${process.platform} ${process.arch}\n${goMod(pin)}`);
    for (const plugin of fs.readdirSync(PLUGINS).sort()) hash.update(fs.readFileSync(path.join(PLUGINS, plugin)));
    const root = env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache");
    return path.join(root, "pulumi-imply-polaris", `pulumi-${pinnedVersion(pin)}-${hash.digest("hex").slice(0, 8)}`);
}

/** @type {(version: string, wanted: string) => boolean} */
function isOlder(version, wanted) {
    const [left, right] = [version, wanted].map((text) =>
        text.split(".").map((part) => Number.parseInt(part, 10) || 0),
    );
    const at = [0, 1, 2].find((index) => (left?.[index] ?? 0) !== (right?.[index] ?? 0)) ?? 0;
    return (left?.[at] ?? 0) < (right?.[at] ?? 0);
}

/**
 * Why Go cannot build the CLI here, if it cannot. Asked inside the module, so that a Go which may fetch a newer
 * toolchain (1.21 and later, by default) does so now.
 * @type {(env: NodeJS.ProcessEnv, pin: Pin) => string | undefined}
 */
function goProblem(env, pin) {
    const stdio = /** @type {const} */ (["ignore", "pipe", "pipe"]);
    const options = /** @type {const} */ ({ cwd: moduleFolder(pin), env, encoding: "utf8" });
    const result = spawnSync("go", ["version"], { ...options, stdio: [...stdio] });
    if (result.error) return "there is no Go";
    if (result.status !== 0) return `go says "${result.stderr.trim().split("\n").pop() ?? ""}"`;
    const version = /go(\d+\.\d+(\.\d+)?)/.exec(result.stdout)?.[1] ?? "0";
    return isOlder(version, wantedGo(pin)) ? `Go ${version} is too old` : undefined;
}

/** @type {(pin: Pin, dir: string, surroundings: Surroundings) => Promise<void>} */
async function compile(pin, dir, { env, log }) {
    const target = `${MODULE}/pkg/v3/cmd/pulumi`;
    const flags = ["-v", "-ldflags", `-s -w -X ${MODULE}/sdk/v3/go/common/version.Version=v${pinnedVersion(pin)}`];
    const options = { cwd: moduleFolder(pin), env };
    const progress = goProgress(log);
    await go(["list", "-deps", target], options, (line) => progress.listed(line));
    await go(["build", ...flags, "-o", path.join(dir, "pulumi"), target], options, (line) => progress.compiled(line));
    progress.done();
}

/** @type {(args: string[], options: { cwd: string, env: NodeJS.ProcessEnv }, onLine: (line: string) => void) => Promise<void>} */
function go(args, options, onLine) {
    return new Promise((resolve, reject) => {
        const child = spawn("go", args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
        const stop = () => child.kill();
        process.once("exit", stop);
        let tail = "";
        for (const stream of [child.stdout, child.stderr]) {
            let rest = "";
            stream.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
                const lines = (rest + text).split("\n");
                rest = lines.pop() ?? "";
                for (const line of lines) onLine(line);
                if (stream === child.stderr) tail = (tail + text).slice(-2_000);
            });
        }
        child.on("error", reject);
        child.on("close", (code) => {
            process.off("exit", stop);
            if (code === 0) resolve();
            else reject(new Error(`Building the Pulumi CLI failed: go ${args[0]} ended with ${code}.\n${tail.trim()}`));
        });
    });
}

/**
 * The CLI of this version in the cache, built first where it is not there yet. A build goes into a temporary folder and is renamed
 * when it is complete, so that a killed one leaves nothing that looks finished.
 * @param {Pin} pin
 * @param {Surroundings} surroundings
 * @returns {Promise<import("./find.js").PulumiCli>}
 */
async function cachedCli(pin, { env, log }) {
    const version = pinnedVersion(pin);
    const dir = cacheFolder(env, pin);
    if (fs.existsSync(dir)) return { dir, version, origin: "cache" };
    const goEnv = { ...env, CGO_ENABLED: "0", GOWORK: "off" };
    const problem = goProblem(goEnv, pin);
    if (problem) {
        const fix = `the Pulumi CLI (3.x, ${version} or later: https://www.pulumi.com/docs/install/) or Go ${wantedGo(pin)} or later`;
        throw new Error(`No usable pulumi command was found, and it cannot be built, as ${problem}: install ${fix}.`);
    }
    return withLock(`${dir}.lock`, log, async () => {
        if (fs.existsSync(dir)) return { dir, version, origin: "cache" };
        for (const name of fs.readdirSync(path.dirname(dir))) {
            if (name.startsWith(`${path.basename(dir)}.tmp-`)) {
                fs.rmSync(path.join(path.dirname(dir), name), { recursive: true, force: true });
            }
        }
        const temporary = fs.mkdtempSync(`${dir}.tmp-`);
        try {
            log(`Building the Pulumi CLI ${version} from its Go module (once, about two minutes)…`);
            await compile(pin, temporary, { env: goEnv, log });
            for (const plugin of fs.readdirSync(PLUGINS)) {
                fs.copyFileSync(path.join(PLUGINS, plugin), path.join(temporary, plugin));
                fs.chmodSync(path.join(temporary, plugin), 0o755);
            }
            fs.chmodSync(temporary, 0o755);
            fs.renameSync(temporary, dir);
        } finally {
            fs.rmSync(temporary, { recursive: true, force: true });
        }
        return { dir, version, origin: "built" };
    });
}

module.exports = { cacheFolder, cachedCli, isOlder, pinnedVersion, wantedGo };
