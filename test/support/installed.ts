import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Env } from "./command";
import type { EmulatorUnderTest } from "./emulator";
import { envOf, repository } from "./project";
import { withStack, type Stack } from "./pulumi";
import { changes, expectNoChanges } from "./summary";

export const NAME = "pulumi-imply-polaris";

const resources = `const connection = new polaris.KafkaConnection("orders-kafka", {
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
`;

export const program = `"use strict";
const polaris = require("${NAME}");
${resources}exports.jobId = job.jobId;
`;

/** The same as a module. */
export const moduleProgram = `import * as polaris from "${NAME}";
${resources}export const jobId = job.jobId;
`;

/** The program with another mapping, which swaps the job, and another password. */
export const changed = (source: string) =>
    source.replace(`'TIME_PARSE("at")'`, `"TIME_FLOOR(TIME_PARSE(\\"at\\"), 'PT1M')"`).replace("a-kafka", "another");

export interface PackedPackages {
    /** The path of the provider's tarball. */
    provider: string;
    emulator: string;
    remove: () => void;
}

/** Both packages as they are published. */
export function packPackages(): PackedPackages {
    const folder = mkdtempSync(path.join(tmpdir(), "polaris-package-"));
    // The scripts would rebuild dist while other tests read it; the build is up to date when these tests run.
    const pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder];
    execFileSync("npm", [...pack, ".", "./emulator"], { cwd: repository });
    const [emulator = "", provider = ""] = readdirSync(folder)
        .sort()
        .map((name) => path.join(folder, name));
    return { provider, emulator, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export function npmInstall(dir: string, ...options: string[]): void {
    const quiet = ["--prefer-offline", "--no-audit", "--no-fund", "--silent"];
    execFileSync("npm", ["install", ...quiet, ...options], { cwd: dir, stdio: "pipe" });
}

/** The path of a package that the program has installed. */
export const installed = (stack: Stack, name: string) => path.join(stack.project.dir, "node_modules", name);

/** A program with this package.json and nothing of the repository's `node_modules`. */
export async function withProgram(
    emulator: EmulatorUnderTest,
    manifest: Record<string, unknown>,
    use: (stack: Stack) => Promise<void> | void,
    env: Env = {},
): Promise<void> {
    const packageJson = JSON.stringify({ name: "program", private: true, main: "index.js", ...manifest });
    const files = { "package.json": packageJson, "index.js": program };
    await withStack({ files, env: { ...envOf(emulator), ...env }, ownProcess: true }, async (stack) => {
        rmSync(path.join(stack.project.dir, "node_modules"), { recursive: true });
        await use(stack);
    });
}

/** Takes `program` through create, update, refresh and destroy, with a preview before each. */
export async function expectLife(stack: Stack, emulator: EmulatorUnderTest): Promise<void> {
    const jobOf = async () => (await emulator.api("GET", `/jobs/${String((await stack.outputs()).jobId)}`)).json;
    expect(changes(await stack.preview())).toEqual({ create: 3 });
    expect(changes(await stack.up())).toEqual({ create: 3 });
    expect(await jobOf()).toMatchObject({ executionStatus: "running" });
    await expectNoChanges(stack);

    stack.write("index.js", changed(program));
    expect(changes(await stack.preview())).toEqual({ update: 2, unchanged: 1 });
    expect(changes(await stack.up())).toEqual({ update: 2, unchanged: 1 });
    expect(await jobOf()).toMatchObject({
        executionStatus: "running",
        mappings: [{ expression: `TIME_FLOOR(TIME_PARSE("at"), 'PT1M')` }],
    });
    expect(changes(await stack.refresh())).toEqual({ unchanged: 3 });
    await expectNoChanges(stack, ["--refresh"]);

    expect(changes(await stack.destroy())).toEqual({ delete: 3 });
    expect((await emulator.api("GET", "/connections")).json).toEqual({ values: [] });
}
