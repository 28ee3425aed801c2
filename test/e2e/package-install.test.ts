import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
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
let emulatorTarball: string;
let packages: string;
let emulator: EmulatorUnderTest;

beforeAll(async () => {
    packages = mkdtempSync(path.join(tmpdir(), "polaris-package-"));
    const pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", packages];
    execFileSync("npm", [...pack, "--workspaces", "--include-workspace-root"], { cwd: repository });
    const [emulatorFile = "", file = ""] = readdirSync(packages).sort();
    tarball = path.join(packages, file);
    emulatorTarball = path.join(packages, emulatorFile);
    emulator = await startTestEmulator();
});
afterAll(async () => {
    await emulator.close();
    rmSync(packages, { recursive: true, force: true });
});

const npmInstall = (dir: string, ...options: string[]) =>
    execFileSync("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--silent", ...options], {
        cwd: dir,
        stdio: "pipe",
    });

/** Runs node in the program's folder; the answer of a failure counts as well. */
function node(stack: Stack, ...args: string[]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: stack.project.dir, encoding: "utf8" });
    return { status, stdout, stderr };
}

/** A program with these dependencies and nothing of the repository's `node_modules`. */
async function withProgram(
    manifest: Record<string, unknown>,
    use: (stack: Stack) => Promise<void> | void,
): Promise<void> {
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

test("the packed package runs in a program that has installed nothing else, and installs no part of the emulator", async () => {
    await withProgram({ dependencies: { ...sdk, [NAME]: `file:${tarball}` } }, async (stack) => {
        npmInstall(stack.project.dir);
        expect(lstatSync(installed(stack, NAME)).isSymbolicLink()).toBe(false);
        expect(existsSync(installed(stack, "imply-polaris-emulator"))).toBe(false);
        expect(existsSync(installed(stack, "fastify"))).toBe(false);
        const install =
            "The Imply Polaris emulator is a package of its own: run `npm install --save-dev imply-polaris-emulator`.";
        const { status, stderr } = node(stack, "-e", 'require("pulumi-imply-polaris/emulator")');
        expect(status).toBe(1);
        expect(stderr).toContain(`Error: ${install}\n`);
        expect(node(stack, "node_modules/.bin/polaris-emulator")).toEqual({
            status: 1,
            stdout: "",
            stderr: `polaris-emulator: ${install}\n`,
        });
        await expectLifecycle(stack);
    });
});

test("the emulator is installed and runs by its own name, and by the names of 0.1.0", async () => {
    const both = { [NAME]: `file:${tarball}`, "imply-polaris-emulator": `file:${emulatorTarball}` };
    await withProgram({ dependencies: { ...sdk, ...both } }, (stack) => {
        // Fails where a dependency does not support this Node.js, as yarn does.
        npmInstall(stack.project.dir, "--engine-strict");
        expect(existsSync(installed(stack, "fastify"))).toBe(false);
        for (const name of ["imply-polaris-emulator", "polaris-emulator"]) {
            const { status, stdout } = node(stack, `node_modules/.bin/${name}`, "--help");
            expect(status).toBe(0);
            expect(stdout).toMatch(/^Usage: imply-polaris-emulator /);
        }
        for (const name of ["imply-polaris-emulator", `${NAME}/emulator`]) {
            stack.write(
                "try.mjs",
                `import { startEmulator } from "${name}";
                const { url, projectId, apiKey, close } = await startEmulator();
                const headers = { authorization: \`Basic \${apiKey}\` };
                const response = await fetch(\`\${url}/v1/projects/\${projectId}/connections\`, { headers });
                console.log(await response.text());
                await close();`,
            );
            expect(node(stack, "try.mjs")).toEqual({ status: 0, stdout: '{"values":[]}\n', stderr: "" });
        }
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
