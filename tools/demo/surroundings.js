// @ts-check
"use strict";
// What the demo runs in: a copy of the quickstart in a temporary folder, and an emulator of its own.
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");
const { stripVTControlCharacters } = require("node:util");
const { findPulumi, withCli } = require("../pulumi-cli/find.js");
const { Orders } = require("./orders.js");
const { colours, outputFilter, print } = require("./terminal.js");

const ROOT = path.resolve(__dirname, "../..");
const STACK = "dev";

/** @typedef {import("node:child_process").ChildProcess} ChildProcess */

class Surroundings {
    /** @type {NodeJS.ProcessEnv} what the paste-able lines of `--keep` set, besides PATH */
    settings = {};
    /** @type {ChildProcess | undefined} */
    emulator;
    /** @type {ChildProcess | undefined} */
    running;
    stopped = false;
    /** @type {Orders | undefined} what is produced all the while, where the emulator ingests */
    orders;

    /** @param {{ ingest?: boolean }} [options] */
    constructor({ ingest = false } = {}) {
        this.ingest = ingest;
        this.root = fs.mkdtempSync(path.join(os.tmpdir(), "polaris-demo-"));
        this.dir = path.join(this.root, "quickstart");
    }

    /** Everything up to an empty stack. */
    async prepare() {
        const cli = await findPulumi();
        this.cliDir = cli.origin === "path" ? undefined : cli.dir;
        fs.cpSync(path.join(ROOT, "examples/quickstart"), this.dir, {
            recursive: true,
            filter: (file) => !/node_modules|Pulumi\..+\.yaml$/.test(path.relative(ROOT, file)),
        });
        for (const [name, target] of [
            ["pulumi-imply-polaris", ROOT],
            ["@pulumi", path.join(ROOT, "node_modules/@pulumi")],
            ["@types", path.join(ROOT, "node_modules/@types")],
            ["typescript", path.join(ROOT, "node_modules/typescript")],
        ]) {
            const link = path.join(this.dir, "node_modules", String(name));
            fs.mkdirSync(path.dirname(link), { recursive: true });
            fs.symlinkSync(String(target), link, "junction");
        }
        const backend = path.join(this.root, "state");
        fs.mkdirSync(backend);
        this.settings = {
            PULUMI_BACKEND_URL: `file://${backend}`,
            PULUMI_HOME: path.join(this.root, "home"),
            PULUMI_CONFIG_PASSPHRASE: "demo",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            ...(await this.startEmulator()),
        };
        // A POLARIS_ or PULUMI_ variable of the shell has no say here.
        const foreign = Object.keys(process.env).filter((name) => /^(POLARIS|PULUMI)_/.test(name));
        const rest = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.includes(name)));
        this.env = { ...withCli(cli, rest), ...this.settings };
        await this.quiet(["stack", "init", STACK, "--non-interactive"]);
        const {
            KAFKA_BOOTSTRAP_SERVERS: brokers,
            KAFKA_USERNAME: user,
            KAFKA_PASSWORD: password = "a-secret-of-the-demo",
        } = this.settings;
        await this.quiet(["config", "set", "--secret", "kafkaPassword", password]);
        if (brokers === undefined || user === undefined) return;
        await this.quiet(["config", "set", "bootstrapServers", brokers]);
        await this.quiet(["config", "set", "kafkaUsername", user]);
        const { Topics } = require(path.join(ROOT, "emulator/dist/local/start-local.js"));
        this.orders = new Orders(new Topics(brokers), (sql) => this.api("query/sql", { query: sql }));
    }

    /** @returns {Promise<Record<string, string>>} the variables that the emulator says to set */
    async startEmulator() {
        const log = path.join(this.root, "emulator.log");
        const output = fs.openSync(log, "a");
        const cli = path.join(ROOT, "emulator/dist/cli.js");
        this.emulator = spawn(process.execPath, [cli, ...(this.ingest ? ["--ingest"] : [])], {
            detached: true,
            stdio: ["ignore", output, output],
        });
        fs.closeSync(output);
        const ofKafka = this.ingest ? ["KAFKA_BOOTSTRAP_SERVERS", "KAFKA_USERNAME", "KAFKA_PASSWORD"] : [];
        const wanted = ["POLARIS_BASE_URL", "POLARIS_PROJECT_ID", "POLARIS_API_KEY", ...ofKafka];
        for (;;) {
            const text = fs.readFileSync(log, "utf8");
            const said = Object.fromEntries([...text.matchAll(/^export (\w+)=(\S+)$/gm)].map(([, k, v]) => [k, v]));
            if (wanted.every((name) => said[name])) return said;
            if (this.stopped || this.emulator.exitCode !== null)
                throw new Error(`The emulator did not start: ${text.trim()}`);
            await sleep(20);
        }
    }

    /**
     * Calls the emulator, as anybody could with curl.
     * @param {string} route below the project; an absolute one goes to the emulator itself
     * @param {unknown} [body] sent by POST
     * @returns {Promise<any>}
     */
    async api(route, body) {
        const { POLARIS_BASE_URL: url, POLARIS_PROJECT_ID: project, POLARIS_API_KEY: key } = this.settings;
        const address = route.startsWith("/") ? `${url}${route}` : `${url}/v1/projects/${project}/${route}`;
        const authorization = `Basic ${Buffer.from(`${key}:`).toString("base64url")}`;
        const response = await fetch(address, {
            headers: { authorization, ...(body === undefined ? {} : { "content-type": "application/json" }) },
            ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
        });
        if (!response.ok) throw new Error(`${address} answers ${response.status}: ${await response.text()}`);
        return response.json();
    }

    /**
     * Runs pulumi and shows what it says while it says it.
     * @param {string[]} args
     * @param {{ shown?: boolean }} [options]
     * @returns {Promise<string>} all that it said, without colours
     */
    async pulumi(args, { shown = true } = {}) {
        const flags = ["--stack", STACK, "--non-interactive", "--color", colours && shown ? "always" : "never"];
        return this.run([...args, ...flags], shown);
    }

    /** @type {(args: string[]) => Promise<string>} */
    quiet(args) {
        return this.run(args, false);
    }

    /**
     * @param {string[]} args
     * @param {boolean} shown
     * @returns {Promise<string>}
     */
    run(args, shown) {
        if (this.stopped) throw new Error("The demo was stopped.");
        return new Promise((resolve, reject) => {
            const child = spawn("pulumi", args, {
                cwd: this.dir,
                env: this.env,
                detached: true,
                stdio: ["ignore", "pipe", "pipe"],
            });
            this.running = child;
            let text = "";
            const filter = outputFilter(print);
            for (const stream of [child.stdout, child.stderr]) {
                let rest = "";
                const show = (/** @type {string} */ line) => shown && filter.line(line);
                stream.setEncoding("utf8").on("data", (/** @type {string} */ chunk) => {
                    text += chunk;
                    const lines = (rest + chunk).split("\n");
                    rest = lines.pop() ?? "";
                    lines.forEach(show);
                });
                stream.on("end", () => rest !== "" && show(rest));
            }
            child.on("error", reject);
            child.on("close", (code) => {
                this.running = undefined;
                filter.end();
                if (code === 0) resolve(stripVTControlCharacters(text));
                else reject(new Error(`pulumi ${args[0]} ended with ${code}.${shown ? "" : `\n${text.trim()}`}`));
            });
        });
    }

    /** Ends all processes and deletes all files; safe at any time, and more than once. */
    async remove() {
        this.stopped = true;
        const child = this.running;
        if (child && child.exitCode === null) {
            const closed = new Promise((resolve) => child.once("close", resolve));
            child.kill("SIGINT"); // Pulumi ends its plugins itself
            await Promise.race([closed, sleep(10_000, undefined, { ref: false })]);
            child.kill("SIGKILL");
        }
        this.emulator?.kill("SIGTERM");
        fs.rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
    }
}

module.exports = { Surroundings };
