// @ts-check
"use strict";
// A contender's program, with a backend of its own, on the real engine.
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { measured } = require("./measure.js");

const ROOT = path.dirname(__dirname);
const CONTENDERS = path.join(__dirname, "contenders");
const STACK = "bench";

/**
 * @typedef {object} Program
 * @property {number} pairs of a connection and a job
 * @property {boolean} tables whether it declares the table of each job as well
 */

class Stack {
    /** @param {string} contender @param {Program} program @param {NodeJS.ProcessEnv} env */
    constructor(contender, program, env) {
        this.root = fs.mkdtempSync(path.join(os.tmpdir(), "polaris-bench-"));
        this.dir = path.join(this.root, "program");
        this.program = program;
        const backend = path.join(this.root, "backend");
        for (const dir of [this.dir, backend, path.join(this.dir, "node_modules")]) fs.mkdirSync(dir);
        this.stateFile = path.join(backend, ".pulumi/stacks", contender, `${STACK}.json`);
        fs.writeFileSync(path.join(this.dir, "Pulumi.yaml"), `name: ${contender}\nruntime: nodejs\n`);
        fs.writeFileSync(path.join(this.dir, "package.json"), JSON.stringify({ name: contender, main: "index.js" }));
        fs.copyFileSync(path.join(CONTENDERS, "program.js"), path.join(this.dir, "index.js"));
        fs.copyFileSync(path.join(CONTENDERS, "arguments.js"), path.join(this.dir, "arguments.js"));
        fs.copyFileSync(path.join(CONTENDERS, `${contender}.js`), path.join(this.dir, "contender.js"));
        this.settings({ edited: false });
        for (const [name, target] of [
            ["pulumi-imply-polaris", ROOT],
            ["@pulumi", path.join(ROOT, "node_modules/@pulumi")],
            ["axios", path.join(ROOT, "node_modules/axios")],
            ["zod", path.join(ROOT, "node_modules/zod")],
        ]) {
            fs.symlinkSync(String(target), path.join(this.dir, "node_modules", String(name)), "dir");
        }
        this.env = {
            ...env,
            PULUMI_BACKEND_URL: `file://${backend}`,
            PULUMI_HOME: path.join(this.root, "home"),
            PULUMI_CONFIG_PASSPHRASE: "bench",
            PULUMI_SKIP_UPDATE_CHECK: "true",
        };
    }

    /** @param {{ edited: boolean }} settings */
    settings({ edited }) {
        const text = JSON.stringify({ ...this.program, edited });
        fs.writeFileSync(path.join(this.dir, "settings.json"), text);
    }

    /** @param {string[]} args */
    pulumi(...args) {
        return measured("pulumi", [...args, "--stack", STACK, "--non-interactive"], { cwd: this.dir, env: this.env });
    }

    /** Bytes of the state file for each resource of the program. */
    stateBytes() {
        const { pairs, tables } = this.program;
        return fs.statSync(this.stateFile).size / ((tables ? 3 : 2) * pairs);
    }

    remove() {
        fs.rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
    }
}

/** The commands in their order, each as it is measured. */
const COMMANDS = [
    { name: "up", args: ["up", "--yes", "--skip-preview"] },
    { name: "preview", args: ["preview"] },
    { name: "preview --refresh", args: ["preview", "--refresh"] },
    { name: "refresh", args: ["refresh", "--yes", "--skip-preview"] },
    { name: "up, every job edited", args: ["up", "--yes", "--skip-preview"], edited: true },
    { name: "destroy", args: ["destroy", "--yes", "--skip-preview"] },
];

/**
 * @typedef {import("./measure.js").Measurement & import("./emulator.js").Traffic & { stateBytes: number }} Figures
 */

/**
 * A whole life of a contender's program.
 * @param {string} contender
 * @param {Program} program
 * @param {import("./emulator.js").Emulator} emulator
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Record<string, Figures>>} by command
 */
async function live(contender, program, emulator, env) {
    const stack = new Stack(contender, program, { ...env, ...emulator.env });
    try {
        await stack.pulumi("stack", "init");
        await emulator.traffic();
        /** @type {Record<string, Figures>} */
        const figures = {};
        for (const { name, args, edited = false } of COMMANDS) {
            stack.settings({ edited });
            const measurement = await stack.pulumi(...args);
            figures[name] = { ...measurement, ...(await emulator.traffic()), stateBytes: stack.stateBytes() };
        }
        return figures;
    } finally {
        stack.remove();
    }
}

module.exports = { Stack, live, commands: COMMANDS.map(({ name }) => name) };
