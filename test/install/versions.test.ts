import { readFileSync } from "node:fs";
import path from "node:path";
import { pinnedVersion } from "../../tools/pulumi-cli/build.js";
import { findOldestPulumi, withCli } from "../../tools/pulumi-cli/find.js";
import type { Env } from "../support/command";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { expectLife, installed, NAME, npmInstall, packPackages, withProgram } from "../support/installed";
import type { PackedPackages } from "../support/installed";

// npm may have to fetch some hundred packages, and Go to build a CLI.
jest.setTimeout(900_000);

const newest = pinnedVersion("newest");
const oldest = pinnedVersion("oldest");
let packages: PackedPackages;
let emulator: EmulatorUnderTest;
let oldCli: Env;

beforeAll(async () => {
    packages = packPackages();
    emulator = await startTestEmulator();
    oldCli = { PATH: withCli(await findOldestPulumi(), process.env).PATH };
});
afterAll(async () => {
    await emulator.close();
    packages.remove();
});

// All other e2e tests run with the newest of both.
test.each([
    { cli: oldest, sdk: oldest },
    { cli: oldest, sdk: newest },
    { cli: newest, sdk: oldest },
])("a connection and a job live from create to destroy with the CLI $cli and the SDK $sdk", async ({ cli, sdk }) => {
    const dependencies = { "@pulumi/pulumi": sdk, [NAME]: `file:${packages.provider}` };
    const use = cli === oldest ? oldCli : {};
    await withProgram(
        emulator,
        { dependencies },
        async (stack) => {
            npmInstall(stack.project.dir);
            const manifest = path.join(installed(stack, "@pulumi/pulumi"), "package.json");
            expect(JSON.parse(readFileSync(manifest, "utf8"))).toMatchObject({ version: sdk });
            const { stdout } = await stack.must(["version"]);
            expect(stdout.trim() === `v${oldest}`).toBe(cli === oldest);
            await expectLife(stack, emulator);
        },
        use,
    );
});
