import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { moduleProgram, NAME, packPackages, type PackedPackages } from "../support/installed";
import { expectRuns, manifestFor, withInstalled, type Setup } from "./program";
import { nodeEnv, run } from "./tools";

jest.setTimeout(300_000);

let packages: PackedPackages;
let emulator: EmulatorUnderTest;

beforeAll(async () => {
    packages = packPackages();
    emulator = await startTestEmulator();
});
beforeEach(() => emulator.control("POST", "reset"));
afterAll(async () => {
    await emulator.close();
    packages.remove();
});

/** A workspace of the program and of a library that declares the resources for it. */
function workspace(version: string) {
    const { dependencies, devDependencies } = manifestFor(22, packages);
    const sdk = { "@pulumi/pulumi": dependencies["@pulumi/pulumi"] };
    const library = {
        name: "@acme/ingestion",
        version: "1.0.0",
        dependencies: { [NAME]: dependencies[NAME] },
        peerDependencies: { "@pulumi/pulumi": "*" },
        devDependencies: { ...sdk, ...devDependencies },
    };
    return {
        manifest: { main: "index.ts", dependencies: { ...sdk, "@acme/ingestion": version }, devDependencies },
        files: {
            "index.ts": moduleProgram.replace(NAME, "@acme/ingestion"),
            "../library/package.json": JSON.stringify(library),
            "../library/index.js": `module.exports = require("${NAME}");`,
            "../library/index.d.ts": `export * from "${NAME}";`,
        },
    };
}

test("in a workspace of npm, a program runs whose sibling alone lists the package", async () => {
    const { manifest, files } = workspace("*");
    const root = JSON.stringify({ name: "acme", private: true, workspaces: ["project", "library"] });
    const setup: Setup = {
        ...{ node: 22, manager: "npm", args: ["install", "--engine-strict"], folder: ".." },
        ...{ manifest, files: { ...files, "../package.json": root } },
    };
    await withInstalled(emulator, packages, setup, (stack) => expectRuns(stack));
});

test.each([
    { title: "with its defaults", settings: "" },
    { title: "without any hoisting", settings: "hoist: false\npublicHoistPattern: []\nstrictPeerDependencies: true\n" },
])(
    "in a workspace of pnpm $title, one sentence asks for the package in the program's own package.json, and then the program runs",
    async ({ settings }) => {
        const { manifest, files } = workspace("workspace:*");
        const packagesOf = { "../pnpm-workspace.yaml": `packages: [project, library]\n${settings}` };
        const setup = {
            manifest,
            files: { ...files, ...packagesOf },
            folder: "..",
            node: 22,
            manager: "pnpm",
        } as const;
        await withInstalled(emulator, packages, { ...setup, args: ["install"] }, async (stack) => {
            const { text } = await stack.previewFails();
            expect(text).toContain(
                "The program's own package.json has to list pulumi-imply-polaris among its dependencies",
            );
            expect(text).not.toMatch(/Cannot find module|\n\s+at /);
            await run("pnpm", ["add", packages.provider], stack.project.dir, nodeEnv(22));
            await expectRuns(stack);
        });
    },
);
