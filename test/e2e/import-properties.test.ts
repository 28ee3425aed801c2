import fc from "fast-check";
import { findObjects } from "../../provider/import/connect";
import { writeProgram } from "../../provider/import/program";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { inventory } from "../support/fleet";
import { fuzzRuns, secretVariables } from "../support/handler-arguments";
import { pulumiIn, succeeds, withTypes } from "../support/import-command";
import { anyProject, fill, type RandomProject } from "../support/import-project";
import { envOf } from "../support/project";
import { withStack } from "../support/pulumi";
import { newRequests, writesIn } from "../support/seen";

// Each run is four commands of the engine; test/contract/import-properties.test.ts has many runs without it.
const usualRuns = 1;
jest.setTimeout(120_000 + fuzzRuns(usualRuns) * 60_000);

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    Object.assign(process.env, secretVariables);
    emulator = await startTestEmulator({ transitionMs: 0 });
});
afterAll(() => emulator.close());

/** A value for each secret of the program, as the user sets them before the import. */
async function secretsOf(): Promise<Record<string, string>> {
    const settings = new Map([
        ["polaris:projectId", emulator.projectId],
        ["polaris:baseUrl", emulator.url],
        ["polaris:apiKey", emulator.apiKey],
    ]);
    const { items } = await findObjects(settings, { only: [], exclude: [], tables: false }, () => undefined);
    const style = { protect: true, isSplit: false, secrets: "env", main: "index" } as const;
    const { secrets } = writeProgram(items, style, () => false);
    return Object.fromEntries(secrets.map(({ name, hidden }) => [name, hidden.placeholder]));
}

interface Choice {
    readonly flag: string;
    readonly isSet: boolean;
}

async function roundTrip({ connections, jobs }: RandomProject, choices: readonly Choice[]): Promise<void> {
    // A keystore alone cannot be known, and is a planned update.
    await fill(emulator, { connections: connections.filter(({ secrets }) => secrets), jobs });
    const env = { ...envOf(emulator), ...(await secretsOf()) };
    await withStack({ env }, async (stack) => {
        withTypes(stack);
        await newRequests(emulator);
        const flags = choices.filter(({ isSet }) => isSet).map(({ flag }) => flag);
        const text = await succeeds(stack, ["import", "--out", "fresh", "--no-protect", ...flags]);
        expect(text).toMatch(/^\d+ resources under Pulumi, no change$/m);
        const [, count] = /^(\d+) resources/m.exec(text) ?? [];
        const up = await pulumiIn(stack, "fresh", ["up", "--yes", "--skip-preview", "--refresh"], env);
        expect(up).toMatch(/^Resources:\n +(\d+) unchanged\n/m);
        expect(Number(count)).toBeGreaterThan(3);
        expect(writesIn(await newRequests(emulator))).toEqual([]);
        await pulumiIn(stack, "fresh", ["destroy", "--yes", "--skip-preview"], env);
        expect(await inventory(emulator)).toEqual({ connections: [], jobs: [] });
    });
}

test("any project comes into a new folder without a change, an up then writes nothing, and a destroy leaves nothing", async () => {
    const flags = ["--tables", "--component", "--split"];
    const choices = fc.tuple(...flags.map((flag) => fc.record({ flag: fc.constant(flag), isSet: fc.boolean() })));
    await fc.assert(
        fc.asyncProperty(anyProject(8), choices, async (project, chosen) => {
            await emulator.control("POST", "reset");
            await roundTrip(project, chosen);
        }),
        // A run of the engine is too long for a smaller example to be looked for.
        { numRuns: fuzzRuns(usualRuns), endOnFailure: true },
    );
});
