import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Env } from "../support/command";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { moduleProgram, NAME, packPackages, program, withProgram, type PackedPackages } from "../support/installed";
import { repository } from "../support/project";
import type { Stack } from "../support/pulumi";
import { expectRuns, manifestFor, templateOptions, tsconfig } from "./program";
import { nodeEnv, oldTypeScript, run, type NodeVersion } from "./tools";

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
    run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund"], folder, nodeEnv(22));
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

const compilers: [title: string, compiler: string, options: object][] = [
    ["Pulumi's template, TypeScript 5.9", typescript("typescript"), templateOptions],
    ["ES5, TypeScript 5.9", typescript("typescript"), { ...commonjs, target: "es5" }],
    [
        "ES2015, TypeScript 7",
        typescript("typescript-7"),
        { ...commonjs, target: "es2015", moduleResolution: "bundler" },
    ],
    [
        "a bundler, TypeScript 7",
        typescript("typescript-7"),
        { ...nodenext, module: "esnext", moduleResolution: "bundler" },
    ],
    ["NodeNext, TypeScript 5.6", oldTypeScript, nodenext],
    ["NodeNext, TypeScript 6", typescript("typescript-6"), nodenext],
    ["NodeNext, TypeScript 7", typescript("typescript-7"), nodenext],
];

test.each(compilers)("a program that uses both packages has correct types: %s", async (_title, compiler, chosen) => {
    const files = {
        "index.ts": moduleProgram,
        "emulator.ts": emulators,
        "tsconfig.json": tsconfig({ ...chosen, noEmit: true, pretty: false }, ["index.ts", "emulator.ts"]),
    };
    await withFiles(22, files, { type: "module" }, (stack) => {
        const env: Env = { ...process.env, ...nodeEnv(22) };
        const { stdout } = spawnSync("node", [path.join(compiler, "bin/tsc"), "-p", "."], {
            cwd: stack.project.dir,
            encoding: "utf8",
            env,
        });
        expect(stdout).toBe("");
        return Promise.resolve();
    });
});
