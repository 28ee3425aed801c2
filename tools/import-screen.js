// @ts-check
"use strict";
// node tools/import-screen.js: imports a project of the emulator on the real engine, as a new user would, and records it
// as docs/screens/import.svg.
const { execFile } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { promisify } = require("node:util");
const { Surroundings } = require("./demo/surroundings.js");
const { renderScreen } = require("./screens/svg.js");

const ROOT = path.dirname(__dirname);
const FILE = "docs/screens/import.svg";

/** @type {(text: string) => string} */
const bold = (text) => `\u001b[1m${text}\u001b[0m`;
/** @type {(text: string) => string} */
const green = (text) => `\u001b[32m${text}\u001b[0m`;

const login = { type: "sasl_plain", username: "polaris", password: "a-secret-of-the-recording" };

/** @type {(name: string, brokers: string) => object} */
const connection = (name, brokers) => ({
    type: "kafka",
    name,
    bootstrapServers: brokers,
    topicName: name,
    secrets: login,
});

/** @type {(tableName: string, connectionName: string) => object} */
const job = (tableName, connectionName) => ({
    type: "streaming",
    target: { type: "table", tableName },
    createTableIfNotExists: true,
    source: {
        type: "connection",
        connectionName,
        formatSettings: { format: "nd-json" },
        inputSchema: [
            { name: "timestamp", dataType: "string" },
            { name: "amount", dataType: "double" },
        ],
    },
    mappings: [
        { columnName: "__time", expression: 'TIME_PARSE("timestamp")' },
        { columnName: "amount", expression: '"amount"' },
    ],
    readFromPoint: "earliest",
});

/** What another client has made in the project. @type {(here: Surroundings) => Promise<void>} */
async function fill(here) {
    const brokers = "broker-1.example.com:9092,broker-2.example.com:9092";
    for (const name of ["orders", "returns-eu"]) {
        await here.api("connections", connection(name, brokers));
        await here.api("jobs", job(name, name));
    }
    await here.api("jobs", job("2024 orders", "orders"));
}

async function main() {
    const here = new Surroundings();
    const dir = path.join(here.root, "polaris");
    try {
        await here.prepare();
        await fill(here);
        fs.mkdirSync(dir);
        fs.renameSync(path.join(here.dir, "node_modules"), path.join(dir, "node_modules"));
        const args = [path.join(ROOT, "dist/provider/import/cli.js"), "import"];
        const env = { ...here.env, KAFKA_PASSWORD: login.password };
        const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: dir, env });
        const program = fs.readFileSync(path.join(dir, "index.ts"), "utf8").split("\n\n").slice(0, 3).join("\n\n");
        const report = stdout
            .replaceAll(`${fs.realpathSync(dir)}/`, "")
            .replaceAll(fs.realpathSync(dir), "~/polaris")
            .replace(/\d{4}-\d\d-\d\dT\d{6}Z/, "2026-01-31T120000Z")
            .replace(
                /^Project \S+ at \S+/,
                "Project 0f3a8a52-6c0e-4b0b-9b52-5f0b0b8f6d10 at https://acme.us-east-1.aws.api.imply.io",
            )
            .replace(/^.* under Pulumi, no change$/m, green("$&"));
        const text = [
            bold("~/polaris $ npx pulumi-imply-polaris import"),
            report,
            bold("~/polaris $ cat index.ts"),
            program,
            "\n…",
        ].join("\n");
        fs.writeFileSync(path.join(ROOT, FILE), renderScreen(text, "A project under Pulumi in one command"));
        console.log(FILE);
    } finally {
        await here.remove();
    }
}

main().catch((error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
});
