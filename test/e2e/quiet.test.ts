import { startTestEmulator } from "../support/emulator";
import { fleet } from "../support/fixtures";
import { each } from "../support/fleet";
import { envOf } from "../support/project";
import { withStack } from "../support/pulumi";

jest.setTimeout(180_000);

test("thirty jobs that start at once print one line each", async () => {
    const emulator = await startTestEmulator({ apiKey: "pok_of-many-jobs", transitionMs: 500 });
    const tables = Array.from({ length: 30 }, (_, index) => `table-${index}`);
    try {
        const args = { connections: { source: {} }, jobs: each(tables) };
        await withStack({ program: fleet, args, env: envOf(emulator) }, async (stack) => {
            const { text } = await stack.up();
            const diagnostics = text.slice(text.lastIndexOf("\nDiagnostics:"));
            const lines = diagnostics.match(/^.*(StreamingJob|KafkaConnection) ".*$/gm) ?? [];
            const printed = lines.map((line) => line.trim().replace(/job \S+ is/, "job … is"));
            const expected = tables.map((table) => `StreamingJob "${table}": job … is running`);
            expect(printed.sort()).toEqual(expected.sort());
        });
    } finally {
        await emulator.close();
    }
});
