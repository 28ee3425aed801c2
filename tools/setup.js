// @ts-check
"use strict";
// Runs the tests, the demo or the benchmark from a fresh clone: needs nothing but Node.js, and Go where there is no
// Pulumi CLI.
//   node tools/setup.js jest [jest's arguments]
//   node tools/setup.js demo [--keep]
//   node tools/setup.js bench
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { ensureBuild, ensureDependencies } = require("./prepare.js");

const ROOT = path.dirname(__dirname);

/** @type {(file: string) => { passed: number, failed: number }} */
function readCounts(file) {
    return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : { passed: 0, failed: 0 };
}

/** @type {(script: string, args: string[], env: NodeJS.ProcessEnv) => Promise<number>} */
function node(script, args, env) {
    return new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [script, ...args], { cwd: ROOT, env, stdio: "inherit" });
        // Ctrl-C reaches the child as well; it tidies up, and this process outlives it to say how it ended.
        const ignore = () => undefined;
        const forward = () => child.kill("SIGTERM");
        process.on("SIGINT", ignore).on("SIGTERM", forward);
        child.on("error", reject);
        child.on("close", (code, signal) => {
            process.off("SIGINT", ignore).off("SIGTERM", forward);
            resolve(code ?? (signal === "SIGINT" ? 130 : 1));
        });
    });
}

/** @type {(args: string[]) => Promise<number>} */
async function jest(args) {
    const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "polaris-tests-"));
    const countsFile = path.join(temporary, "counts.json");
    try {
        // After the arguments: a path right after an option that takes a list would be taken for one of the list.
        const reporters = ["default", path.join(__dirname, "jest-counts.js")].map((name) => `--reporters=${name}`);
        const script = path.join(ROOT, "node_modules", "jest", "bin", "jest.js");
        const code = await node(script, [...args, ...reporters], { ...process.env, JEST_COUNTS_FILE: countsFile });
        const { passed, failed } = readCounts(countsFile);
        if (args.length === 0) console.log("The tests with records, Kafka and Druid need Java: npm run test:data");
        console.log(`${passed} passed, ${Math.max(failed, code === 0 ? 0 : 1)} failed`);
        return code;
    } finally {
        fs.rmSync(temporary, { recursive: true, force: true });
    }
}

/** @type {Record<string, (args: string[]) => Promise<number>>} */
const tasks = {
    jest,
    demo: (args) => node(path.join(__dirname, "demo.js"), args, process.env),
    bench: (args) => node(path.join(ROOT, "bench/bench.js"), args, process.env),
};

/** @type {(argv: string[]) => Promise<number>} */
async function main([name = "", ...args]) {
    const task = tasks[name];
    if (!task) throw new Error(`Say what to run: ${Object.keys(tasks).join(", ")}.`);
    ensureDependencies(ROOT);
    ensureBuild(ROOT);
    return task(args);
}

main(process.argv.slice(2)).then(
    (code) => {
        process.exitCode = code;
    },
    (error) => {
        console.error(error instanceof Error ? error.message : error);
        if (process.argv[2] === "jest") console.log("0 passed, 1 failed");
        process.exitCode = 1;
    },
);
