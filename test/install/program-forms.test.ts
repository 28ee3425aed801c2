import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { moduleProgram, NAME, packPackages, program, withProgram, type PackedPackages } from "../support/installed";
import { repository } from "../support/project";
import type { Stack } from "../support/pulumi";
import { expectRuns, manifestFor, templateOptions, tsconfig } from "./program";
import { execute, nodeEnv, oldTypeScript, run, type NodeVersion } from "./tools";

jest.setTimeout(300_000);

let packages: PackedPackages;
let emulator: EmulatorUnderTest;
/** A folder in which everything is installed. */
let folder: string;

beforeAll(async () => {
    packages = packPackages();
    emulator = await startTestEmulator();
    folder = mkdtempSync(path.join(tmpdir(), "polaris-forms-"));
    const { dependencies, devDependencies } = manifestFor(22, packages);
    const more = { "imply-polaris-emulator": `file:${packages.emulator}`, tsx: "4.20.6" };
    const manifest = { dependencies: { ...dependencies, ...more }, devDependencies };
    writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
    await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund"], folder, nodeEnv(22));
});
beforeEach(() => emulator.control("POST", "reset"));
afterAll(async () => {
    await emulator.close();
    packages.remove();
    rmSync(folder, { recursive: true });
});

/** A program of these files, with everything installed. */
async function withFiles(
    node: NodeVersion,
    files: Record<string, string>,
    manifest: object,
    use: (stack: Stack) => Promise<void>,
): Promise<void> {
    const setUp = async (stack: Stack) => {
        execFileSync("cp", ["-al", path.join(folder, "node_modules"), stack.project.dir]);
        for (const [file, text] of Object.entries(files)) stack.write(file, text);
        await use(stack);
    };
    await withProgram(emulator, { ...manifest }, setUp, nodeEnv(node));
}

const options = (value: object) => JSON.stringify({ name: "e2e", runtime: { name: "nodejs", options: value } });

const esmImports = `import polarisDefault, { KafkaConnection, StreamingJob, type KafkaConnectionArgs } from "${NAME}";
import * as all from "${NAME}";
const polaris: { KafkaConnection: typeof KafkaConnection; StreamingJob: typeof StreamingJob } = all;
const args: KafkaConnectionArgs | undefined = undefined;
if (polarisDefault.StreamingJob !== StreamingJob || args) throw new Error("Two copies of the package.");
`;
const esm = moduleProgram.replace(/^import .*\n/, esmImports);

const forms: Record<string, { node: NodeVersion; files: Record<string, string>; manifest?: object }> = {
    "ES module in TypeScript, by tsx": {
        node: 22,
        manifest: { type: "module", main: "index.ts" },
        files: {
            "index.ts": esm,
            "Pulumi.yaml": options({ typescript: false, nodeargs: "--import tsx" }),
        },
    },
    "ES module in TypeScript, by Node.js 24 itself": {
        node: 24,
        manifest: { type: "module", main: "index.ts" },
        files: { "index.ts": esm, "Pulumi.yaml": options({ typescript: false }) },
    },
    "program in the folder that `main` of Pulumi.yaml names": {
        node: 22,
        files: {
            "src/index.js": program,
            "Pulumi.yaml": JSON.stringify({ name: "e2e", runtime: "nodejs", main: "src/" }),
        },
    },
};

test.each(Object.entries(forms))("%s runs", async (_title, { node, files, manifest = {} }) => {
    await withFiles(node, files, manifest, async (stack) => {
        await expectRuns(stack);
    });
});

const emulators = `import { startEmulator } from "imply-polaris-emulator";
import { startEmulator as startOld } from "${NAME}/emulator";
export const emulator: Promise<{ url: string }> = startEmulator().then(() => startOld());
`;
const strict = {
    ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false },
    ...{ noEmit: true, types: ["node"], forceConsistentCasingInFileNames: true },
};
const nodenext = { ...strict, target: "es2022", module: "nodenext", verbatimModuleSyntax: true };
const commonjs = { ...strict, lib: ["es2022"], module: "commonjs" };
const typescript = (name: string) => path.join(repository, "node_modules", name);

const both = ["index.ts", "emulator.ts"];
const bundler = { ...nodenext, module: "esnext", moduleResolution: "bundler" };

const compilers: { title: string; compiler: string; chosen: object; files: string[] }[] = [
    {
        title: "Pulumi's template, TypeScript 5.9",
        compiler: typescript("typescript"),
        chosen: templateOptions,
        files: both,
    },
    // The emulator's classes have private members, which ES5 does not know.
    {
        title: "ES5, TypeScript 5.9",
        compiler: typescript("typescript"),
        chosen: { ...commonjs, target: "es5" },
        files: ["index.ts"],
    },
    {
        title: "ES2015, TypeScript 7",
        compiler: typescript("typescript-7"),
        chosen: { ...commonjs, target: "es2015", moduleResolution: "bundler" },
        files: both,
    },
    { title: "a bundler, TypeScript 7", compiler: typescript("typescript-7"), chosen: bundler, files: both },
    { title: "NodeNext, TypeScript 5.6", compiler: oldTypeScript, chosen: nodenext, files: both },
    { title: "NodeNext, TypeScript 6", compiler: typescript("typescript-6"), chosen: nodenext, files: both },
    { title: "NodeNext, TypeScript 7", compiler: typescript("typescript-7"), chosen: nodenext, files: both },
];

test.each(compilers)("$title: a program has correct types", async ({ compiler, chosen, files }) => {
    const written = {
        "index.ts": moduleProgram,
        "emulator.ts": emulators,
        "tsconfig.json": tsconfig({ ...chosen, noEmit: true, pretty: false }, files),
    };
    await withFiles(22, written, { type: "module" }, async (stack) => {
        const tsc = [path.join(compiler, "bin/tsc"), "-p", "."];
        expect(await execute("node", tsc, stack.project.dir, nodeEnv(22))).toEqual({ code: 0, text: "" });
    });
});
