import { execFileSync } from "node:child_process";
import { lstatSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { envOf, repository } from "../support/project";
import { withStack, type Stack } from "../support/pulumi";
import { changes, expectNoChanges } from "../support/summary";

const NAME = "pulumi-imply-polaris";
const program = `"use strict";
const pulumi = require("@pulumi/pulumi");
const polaris = require("${NAME}");
const connection = new polaris.KafkaConnection("orders-kafka", {
    bootstrapServers: ["b-1.example.com:9096", "b-2.example.com:9096"],
    topicName: "orders",
    secrets: { type: "sasl_scram", mechanism: "SCRAM-SHA-512", username: "polaris", password: "a-kafka-password" },
});
const job = new polaris.StreamingJob("orders", {
    target: { tableName: "orders" },
    createTableIfNotExists: true,
    source: {
        connectionName: connection.name,
        formatSettings: { format: "nd-json" },
        inputSchema: [{ name: "at", dataType: "string" }],
    },
    mappings: [{ columnName: "__time", expression: 'TIME_PARSE("at")' }],
});
exports.jobId = job.jobId;
`;

// npm may have to fetch some hundred packages.
jest.setTimeout(300_000);

let tarball: string;
let packages: string;
let emulator: EmulatorUnderTest;

beforeAll(async () => {
    packages = mkdtempSync(path.join(tmpdir(), "polaris-package-"));
    const pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", packages];
    execFileSync("npm", pack, { cwd: repository });
    tarball = path.join(packages, readdirSync(packages)[0] ?? "");
    emulator = await startTestEmulator();
});
afterAll(async () => {
    await emulator.close();
    rmSync(packages, { recursive: true, force: true });
});

const npmInstall = (dir: string) =>
    execFileSync("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--silent"], {
        cwd: dir,
        stdio: "pipe",
    });

/** A program with these dependencies and nothing of the repository's `node_modules`. */
async function withProgram(manifest: Record<string, unknown>, use: (stack: Stack) => Promise<void>): Promise<void> {
    const packageJson = JSON.stringify({ name: "program", private: true, main: "index.js", ...manifest });
    const files = { "package.json": packageJson, "index.js": program };
    await withStack({ files, env: envOf(emulator) }, async (stack) => {
        rmSync(path.join(stack.project.dir, "node_modules"), { recursive: true });
        await use(stack);
    });
}

async function expectLifecycle(stack: Stack): Promise<void> {
    expect(changes(await stack.up())).toEqual({ create: 3 });
    const { jobId } = await stack.outputs();
    expect((await emulator.api("GET", `/jobs/${String(jobId)}`)).json).toMatchObject({ executionStatus: "running" });
    await expectNoChanges(stack);
    expect(changes(await stack.refresh())).toEqual({ unchanged: 3 });
    expect(changes(await stack.destroy())).toEqual({ delete: 3 });
    expect((await emulator.api("GET", "/connections")).json).toEqual({ values: [] });
}

const sdk = { "@pulumi/pulumi": "3.230.0" };
const installed = (stack: Stack, name: string) => path.join(stack.project.dir, "node_modules", name);

test("the packed package runs in a program that has installed nothing else, and does not need the emulator's framework", async () => {
    await withProgram({ dependencies: { ...sdk, [NAME]: `file:${tarball}` } }, async (stack) => {
        npmInstall(stack.project.dir);
        expect(lstatSync(installed(stack, NAME)).isSymbolicLink()).toBe(false);
        rmSync(installed(stack, "fastify"), { recursive: true });
        await expectLifecycle(stack);
    });
});

test("the package runs where it is a workspace of the program's, and so a symlink", async () => {
    await withProgram({ dependencies: { ...sdk, [NAME]: "*" }, workspaces: ["packages/*"] }, async (stack) => {
        stack.write("packages/keep", "");
        execFileSync("tar", ["-xzf", tarball, "-C", path.join(stack.project.dir, "packages")]);
        npmInstall(stack.project.dir);
        expect(lstatSync(installed(stack, NAME)).isSymbolicLink()).toBe(true);
        await expectLifecycle(stack);
    });
});

test("the package runs where it is linked to a checkout that has dependencies of its own", async () => {
    await withProgram({ dependencies: { ...sdk, [NAME]: `file:${repository}` } }, async (stack) => {
        npmInstall(stack.project.dir);
        expect(lstatSync(installed(stack, NAME)).isSymbolicLink()).toBe(true);
        expect(lstatSync(installed(stack, "@pulumi/pulumi")).isSymbolicLink()).toBe(false);
        await expectLifecycle(stack);
    });
});

test("where only a dependency of the program has the package, the preview says in one sentence what to add", async () => {
    await withProgram({ dependencies: sdk }, async (stack) => {
        npmInstall(stack.project.dir);
        stack.write("node_modules/@acme/ingestion/index.js", `module.exports = require("${NAME}");`);
        const own = { name: "@acme/ingestion", version: "1.0.0", dependencies: { [NAME]: `file:${tarball}` } };
        stack.write("node_modules/@acme/ingestion/package.json", JSON.stringify(own));
        npmInstall(path.join(stack.project.dir, "node_modules/@acme/ingestion"));
        stack.write("index.js", program.replace(NAME, "@acme/ingestion"));
        const { text } = await stack.previewFails();
        expect(text).toContain(
            "The program's own package.json has to list pulumi-imply-polaris among its dependencies",
        );
        expect(text).not.toMatch(/Cannot find module|\n\s+at /);
    });
});
