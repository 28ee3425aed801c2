import { startTestEmulator } from "../support/emulator";
import { envOf } from "../support/project";
import { withStack } from "../support/pulumi";

/**
 * Bytes of each resource's entry in the state, without where the program and the SDK lie on this machine. The engine
 * writes all of the state at every step, so that bytes are time: a change that makes them grow has to be worth it.
 */
const recorded: Record<string, number> = { KafkaConnection: 1780, StreamingJob: 1900 };

const program = `
const connection = new polaris.KafkaConnection("orders", connectionFixture);
new polaris.StreamingJob("orders", jobFixture("orders", connection.name));`;

test("a resource takes no more of the state than it has, by at most a twentieth", async () => {
    const emulator = await startTestEmulator({ transitionMs: 0, apiKey: "pok_of-the-state" });
    try {
        await withStack({ program, env: envOf(emulator) }, async (stack) => {
            await stack.up();
            const sizes = stack.resources().map((resource) => {
                const entry = { ...resource, sourcePosition: undefined, stackTrace: undefined };
                return [resource.type.split(":").at(-1) ?? "", JSON.stringify(entry).length] as const;
            });
            const grown = sizes.filter(([noun, bytes]) => !(bytes <= 1.05 * (recorded[noun] ?? 0)));
            expect(grown).toEqual([]);
            expect(sizes.map(([noun]) => noun).sort()).toEqual(Object.keys(recorded));
        });
    } finally {
        await emulator.close();
    }
});
