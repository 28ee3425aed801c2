import path from "node:path";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { packPackages, type PackedPackages } from "../support/installed";
import { expectRuns, manifestFor, withInstalled, type Setup } from "./program";

// The first run fetches every package.
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

const npm = ["install", "--engine-strict", "--prefer-offline", "--no-audit", "--no-fund"];
const pnpm = ["install", "--config.engine-strict=true", "--prefer-offline"];
const yarn4 = { "yarn.lock": "", ".yarnrc.yml": "nodeLinker: node-modules\n" };

const cases: [title: string, setup: Setup][] = [
    ["npm with engine-strict", { node: 20, manager: "npm", args: npm }],
    ["npm with engine-strict", { node: 22, manager: "npm", args: npm }],
    ["npm with engine-strict", { node: 24, manager: "npm", args: npm }],
    ["pnpm", { node: 20, manager: "pnpm", args: pnpm }],
    ["pnpm with a flat node_modules", { node: 24, manager: "pnpm", args: [...pnpm, "--config.node-linker=hoisted"] }],
    ["yarn classic", { node: 20, manager: "yarn", args: ["install", "--non-interactive", "--prefer-offline"] }],
    ["yarn 4 with nodeLinker: node-modules", { node: 22, manager: "yarn-4", args: ["install"], files: yarn4 }],
    ["bun", { node: 22, manager: "bun", args: ["install"] }],
];

test.each(cases.map(([title, setup]) => ({ title, node: setup.node, setup })))(
    "$title on Node.js $node installs the packages without a warning about one of them, and the program runs",
    async ({ setup }) => {
        await withInstalled(emulator, packages, setup, async (stack, printed) => {
            expect(printed).not.toMatch(/EBADENGINE|ERESOLVE|polaris.*(incompatible|incorrect|unmet)|Workspaces/);
            await expectRuns(stack);
        });
    },
);

test("with Yarn's Plug'n'Play, a program in JavaScript runs", async () => {
    const { dependencies } = manifestFor(22, packages);
    const setup: Setup = {
        ...{ node: 22, manager: "yarn-4", args: ["install"], manifest: { dependencies } },
        files: {
            "yarn.lock": "",
            ".yarnrc.yml": "nodeLinker: pnp\n",
            "Pulumi.yaml": "{ name: e2e, runtime: { name: nodejs, options: { typescript: false } } }",
        },
    };
    await withInstalled(emulator, packages, setup, async (stack) => {
        // As `yarn exec pulumi` does.
        stack.env.NODE_OPTIONS = `--require ${path.join(stack.project.dir, ".pnp.cjs")}`;
        await expectRuns(stack);
    });
});
