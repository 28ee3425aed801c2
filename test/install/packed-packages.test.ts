import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { build as esbuild } from "esbuild";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import {
    expectLife,
    installed,
    moduleProgram,
    NAME,
    npmInstall,
    packPackages,
    program,
    withProgram,
} from "../support/installed";
import type { PackedPackages } from "../support/installed";
import { cleanEnv, repository } from "../support/project";
import type { Stack } from "../support/pulumi";
import { changes } from "../support/summary";

// npm may have to fetch some hundred packages.
jest.setTimeout(300_000);

let packages: PackedPackages;
let emulator: EmulatorUnderTest;

beforeAll(async () => {
    packages = packPackages();
    emulator = await startTestEmulator();
});
afterAll(async () => {
    await emulator.close();
    packages.remove();
});

/** Runs node in the program's folder; the answer of a failure counts as well. */
function node(stack: Stack, ...args: string[]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: stack.project.dir, encoding: "utf8" });
    return { status, stdout, stderr };
}

/** The newest SDK that supports Node.js 20. */
const sdk = { "@pulumi/pulumi": "3.248.0" };

test("the packed package runs in a program that has installed nothing else, and installs no part of the emulator", async () => {
    await withProgram(emulator, { dependencies: { ...sdk, [NAME]: `file:${packages.provider}` } }, async (stack) => {
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
        await expectLife(stack, emulator);
    });
});

test("the emulator is installed and runs by its own name, and by the names of 0.1.0", async () => {
    const both = { [NAME]: `file:${packages.provider}`, "imply-polaris-emulator": `file:${packages.emulator}` };
    await withProgram(emulator, { dependencies: { ...sdk, ...both } }, (stack) => {
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
    await withProgram(
        emulator,
        { dependencies: { ...sdk, [NAME]: "*" }, workspaces: ["packages/*"] },
        async (stack) => {
            stack.write("packages/keep", "");
            execFileSync("tar", ["-xzf", packages.provider, "-C", path.join(stack.project.dir, "packages")]);
            npmInstall(stack.project.dir);
            expect(lstatSync(installed(stack, NAME)).isSymbolicLink()).toBe(true);
            await expectLife(stack, emulator);
        },
    );
});

test("the package runs where it is linked to a checkout that has dependencies of its own", async () => {
    await withProgram(emulator, { dependencies: { ...sdk, [NAME]: `file:${repository}` } }, async (stack) => {
        npmInstall(stack.project.dir);
        expect(lstatSync(installed(stack, NAME)).isSymbolicLink()).toBe(true);
        expect(lstatSync(installed(stack, "@pulumi/pulumi")).isSymbolicLink()).toBe(false);
        await expectLife(stack, emulator);
    });
});

test("where only a dependency of the program has the package, the preview says in one sentence what to add", async () => {
    await withProgram(emulator, { dependencies: sdk }, async (stack) => {
        npmInstall(stack.project.dir);
        stack.write("node_modules/@acme/ingestion/index.js", `module.exports = require("${NAME}");`);
        const own = {
            name: "@acme/ingestion",
            version: "1.0.0",
            dependencies: { [NAME]: `file:${packages.provider}` },
        };
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

test("a bundled program runs, in CommonJS and ESM; without the package in node_modules, one sentence says what to install", async () => {
    await withProgram(emulator, { dependencies: { ...sdk, [NAME]: `file:${packages.provider}` } }, async (stack) => {
        npmInstall(stack.project.dir);
        stack.write("source.mjs", moduleProgram);
        const manifest = (main: string) => stack.write("package.json", JSON.stringify({ name: "program", main }));
        const bundle = (format: "cjs" | "esm", outfile: string) =>
            esbuild({
                absWorkingDir: stack.project.dir,
                entryPoints: ["source.mjs"],
                bundle: true,
                platform: "node",
                external: ["@pulumi/pulumi"],
                format,
                outfile,
                logLevel: "silent",
            });
        for (const [format, file] of [
            ["cjs", "out.cjs"],
            ["esm", "out.mjs"],
        ] as const) {
            await bundle(format, file);
            manifest(file);
            expect(changes(await stack.preview())).toEqual({ create: 3 });
        }
        stack.write("source.mjs", `${moduleProgram}polaris.getConnectionsMetaOutput();`);
        await bundle("esm", "out.mjs");
        manifest("out.mjs");
        expect((await stack.previewFails()).text).toMatch(
            /getConnectionsMeta: the HTTP client cannot be loaded \(Dynamic require of .*--packages=external.*\[PolarisPackageNotFound\]\n/,
        );
        stack.write("source.mjs", moduleProgram);
        await bundle("esm", "out.mjs");
        rmSync(installed(stack, NAME), { recursive: true });
        const { text } = await stack.previewFails();
        expect(text).toContain("also if a bundle contains it");
        expect(text).toContain("[PolarisPackageNotFound]");
        expect(text).not.toMatch(/Cannot find module|\n\s+at /);
    });
});

const automation = `"use strict";
const { LocalWorkspace } = require("@pulumi/pulumi/automation");
const [workDir] = process.argv.slice(2);
const settings = { name: "inline", runtime: "nodejs", backend: { url: process.env.PULUMI_BACKEND_URL } };
const stack = { stackName: "inline", projectName: "inline", program: async () => require("./index.js") };
LocalWorkspace.createOrSelectStack(stack, { projectSettings: settings, ...(workDir && { workDir }) })
    .then((created) => created.preview())
    .then(({ changeSummary }) => console.log(JSON.stringify(changeSummary)), (error) => console.log(error.message));
`;

test("the Automation API runs the package in a workDir; without one, a warning says what to pass", async () => {
    await withProgram(emulator, { dependencies: { ...sdk, [NAME]: `file:${packages.provider}` } }, (stack) => {
        npmInstall(stack.project.dir);
        stack.write("automation.js", automation);
        stack.write("inline/keep", "");
        const temporary = path.join(stack.project.root, "tmp");
        mkdirSync(temporary);
        const env = { ...cleanEnv(stack.project.root, stack.project.backend), ...stack.env, TMPDIR: temporary };
        const options = { cwd: stack.project.dir, encoding: "utf8", timeout: 120_000 } as const;
        const run = (...args: string[]) => spawnSync(process.execPath, ["automation.js", ...args], { ...options, env });
        expect(run(path.join(stack.project.dir, "inline")).stdout).toBe('{"create":3}\n');
        const { stdout } = run();
        expect(
            stdout.match(
                /warning: .*depends on the folder in which this process was started.*pass `workDir`.* \[PolarisPackageNotFound\]/g,
            ),
        ).not.toBeNull();
    });
});
