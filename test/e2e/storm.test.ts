import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { each, expectExactly, fleet } from "../support/fleet";
import { envOf } from "../support/project";
import { withStack } from "../support/pulumi";
import { expectSettled, type SeenRequest } from "../support/seen";

// Many commands of the engine, on a machine that may have other work.
jest.setTimeout(300_000);

/** `STORM=100,10` runs the storm of a hundred resources at ten requests a second. */
const [resources = 40, perSecond = 20] = (process.env.STORM ?? "40,20").split(",").map(Number);
const half = Math.floor(resources / 2);
const connections = Array.from({ length: resources - half }, (_, index) => `c-${index}`);
const jobs = Array.from({ length: half }, (_, index) => `j-${index}`);
const args = {
    connections: each(connections),
    jobs: Object.fromEntries(jobs.map((job, index) => [job, { connection: `c-${index}` }])),
};

interface Traffic {
    requests: SeenRequest[];
    maxInFlight: number;
}

/** Makes everything, with a preview and a refresh without changes after it; tells what that took. */
async function traffic(emulator: EmulatorUnderTest, retryAfter?: "seconds" | "date" | "none"): Promise<Traffic> {
    if (retryAfter) await emulator.control("POST", "rateLimit", { perSecond, retryAfter });
    return withStack({ program: fleet, args, env: envOf(emulator) }, async (stack) => {
        const { text } = await stack.up(["--parallel", "200"]);
        expect(text).not.toMatch(/error|warning|Too Many/i);
        const report = await emulator.control<Traffic>("GET", "requests");
        await emulator.control("POST", "rateLimit", { perSecond: null });
        await expectExactly(stack, emulator, { connections, jobs });
        await expectSettled(stack);
        return report;
    });
}

test.each(["seconds", "date", "none"] as const)(
    "a storm of 429 with Retry-After as %s is weathered: all resources are made, with at most 1.3 times the requests of a quiet run",
    async (retryAfter) => {
        const emulator = await startTestEmulator({ transitionMs: 300 });
        try {
            const quiet = await traffic(emulator);
            await emulator.control("POST", "reset");
            const stormy = await traffic(emulator, retryAfter);
            const limited = stormy.requests.filter(({ status }) => status === 429);
            const figures = `${stormy.requests.length} requests (${limited.length} answered 429) after ${quiet.requests.length}`;
            process.stderr.write(`A storm at ${perSecond}/s of ${resources} resources: ${figures} in a quiet run.\n`);
            expect(limited.length).toBeGreaterThan(0);
            expect(stormy.requests.length).toBeLessThanOrEqual(quiet.requests.length * 1.3);
        } finally {
            await emulator.close();
        }
    },
);

test("at most 32 requests are in flight, whatever --parallel says", async () => {
    const emulator = await startTestEmulator({ latencyMs: 300, transitionMs: 50 });
    const many = Array.from({ length: 70 }, (_, index) => `c-${index}`);
    try {
        await withStack({ program: fleet, args: { connections: each(many) }, env: envOf(emulator) }, async (stack) => {
            await stack.up(["--parallel", "200"]);
            const { maxInFlight } = await emulator.control<Traffic>("GET", "requests");
            expect(maxInFlight).toBeLessThanOrEqual(32);
            expect(maxInFlight).toBeGreaterThan(8);
            await expectExactly(stack, emulator, { connections: many });
        });
    } finally {
        await emulator.close();
    }
});
