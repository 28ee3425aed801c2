import { readFileSync } from "node:fs";
import path from "node:path";
import { withAwsStack } from "../support/aws";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { envOf, repository } from "../support/project";
import { changes } from "../support/summary";

jest.setTimeout(300_000);

let emulator: EmulatorUnderTest;
beforeAll(async () => {
    emulator = await startTestEmulator();
});
afterAll(() => emulator.close());

const readme = readFileSync(path.join(repository, "README.md"), "utf8");
const block = (language: string, part: string) =>
    [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].find(
        ([, name, text = ""]) => name === language && text.includes(part),
    )?.[2] ?? "";

const words = (line: string) => line.trim().replaceAll(/\s+/g, " ");

test("the README's program beside an MSK cluster is applied, and its edit previewed as the README shows it", async () => {
    const program = block("typescript", "new aws.msk.Cluster");
    const shown = block("text", "Diagnostics:").split("\n").map(words).filter(Boolean);
    const config = { subnetIds: '["subnet-0a1b2c3d","subnet-4e5f6a7b"]', securityGroupId: "sg-0a1b2c3d" };
    const files = {
        "index.ts": program,
        "package.json": JSON.stringify({ name: "orders", private: true, main: "index.ts" }),
    };
    await withAwsStack({ name: "orders", files, config, env: envOf(emulator) }, async (stack) => {
        expect(changes(await stack.up())).toEqual({ create: 6 });
        const before = `expression: '"amount"'`;
        expect(program.split(before)).toHaveLength(2);
        stack.write("index.ts", program.replace(before, `expression: 'ROUND("amount", 2)'`));
        const printed = (await stack.preview()).text.split("\n").map(words);
        // The tree above them is for terminals; elsewhere the CLI prints a line for each resource instead.
        const listed = shown.slice(shown.indexOf("Diagnostics:"));
        expect(listed.length).toBeGreaterThan(4);
        for (const line of listed) expect(printed).toContain(line);
        expect(printed).toContain("~ pulumi-nodejs:dynamic/polaris:StreamingJob orders update [diff: ~mappings]");
        expect(shown.join("\n")).toContain("polaris:StreamingJob orders update [diff: ~mappings]");
        expect(changes(await stack.up())).toEqual({ update: 1, unchanged: 5 });
    });
});
