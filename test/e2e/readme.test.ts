import { readFileSync } from "node:fs";
import path from "node:path";
import { withAwsStack } from "../support/aws";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { envOf, repository } from "../support/project";
import { withStack, type Stack } from "../support/pulumi";
import { changes } from "../support/summary";

jest.setTimeout(300_000);

let emulator: EmulatorUnderTest;
beforeAll(async () => {
    emulator = await startTestEmulator();
});
beforeEach(() => emulator.control("POST", "reset"));
afterAll(() => emulator.close());

const read = (file: string) => readFileSync(path.join(repository, file), "utf8");
const readme = read("README.md");
const block = (page: string, language: string, part: string) =>
    [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].find(
        ([, name, text = ""]) => name === language && text.includes(part),
    )?.[2] ?? "";

const words = (line: string) => line.trim().replaceAll(/\s+/g, " ");

const filesOf = (program: string) => ({
    "index.ts": program,
    "package.json": JSON.stringify({ name: "orders", private: true, main: "index.ts" }),
});

/** Applies the program, edits it, and compares the preview with lines of which `…` leaves out the rest. */
async function expectEdit(stack: Stack, program: string, edit: [before: string, after: string], shown: string[]) {
    const created = changes(await stack.up()).create ?? 0;
    expect(program.split(edit[0])).toHaveLength(2);
    stack.write(
        "index.ts",
        program.replace(edit[0], () => edit[1]),
    );
    const printed = (await stack.preview()).text.split("\n").map(words);
    expect(printed).toContain("~ pulumi-nodejs:dynamic/polaris:StreamingJob orders update [diff: ~mappings]");
    for (const line of shown) {
        const start = line.replace(/ …$/, "");
        expect(printed.filter((text) => (line === start ? text === line : text.startsWith(start)))).not.toEqual([]);
    }
    expect(changes(await stack.up())).toEqual({ update: 1, unchanged: created - 1 });
    return created;
}

test("the README's program is applied, and its edit previewed as the README shows it", async () => {
    const program = block(readme, "typescript", "new polaris.StreamingJob");
    const shown = block(readme, "text", "Diagnostics:").split("\n").map(words).filter(Boolean);
    expect(shown.join("\n")).toContain("polaris:StreamingJob orders update [diff: ~mappings]");
    // The tree above them is for terminals; elsewhere the CLI prints a line for each resource instead.
    const listed = shown.slice(shown.indexOf("Diagnostics:"));
    expect(listed.length).toBeGreaterThan(4);
    const env = { ...envOf(emulator), KAFKA_PASSWORD: "a-kafka-password" };
    await withStack({ name: "orders", files: filesOf(program), env }, async (stack) => {
        const [, edited = ""] = /`(TIME_FLOOR\(.*\))`/.exec(readme) ?? [];
        const before = `'TIME_PARSE("timestamp")'`;
        expect(edited).toContain(before.slice(1, -1));
        expect(await expectEdit(stack, program, [before, JSON.stringify(edited)], listed)).toBe(3);
    });
});

test("the program beside an MSK cluster in docs/msk.md is applied, and an edit of its mappings previewed", async () => {
    const program = block(read("docs/msk.md"), "typescript", "new aws.msk.Cluster");
    const config = { subnetIds: '["subnet-0a1b2c3d","subnet-4e5f6a7b"]', securityGroupId: "sg-0a1b2c3d" };
    await withAwsStack({ name: "orders", files: filesOf(program), config, env: envOf(emulator) }, async (stack) => {
        const edit: [string, string] = [`expression: '"amount"'`, `expression: 'ROUND("amount", 2)'`];
        expect(await expectEdit(stack, program, edit, [])).toBe(6);
    });
});
