import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { fleet } from "../support/fixtures";
import { each, expectExactly } from "../support/fleet";
import { envOf } from "../support/project";
import { withStack } from "../support/pulumi";
import { expectSettled, type SeenRequest } from "../support/seen";

// Many commands of the engine, on a machine that may have other work.
jest.setTimeout(300_000);

const pairs = 50;
const perSecond = 10;
const connections = Array.from({ length: pairs }, (_, index) => `c-${index}`);
const jobs = Array.from({ length: pairs }, (_, index) => `j-${index}`);
const args = {
    connections: each(connections),
    jobs: Object.fromEntries(jobs.map((job, index) => [job, { connection: `c-${index}` }])),
};

let emulator: EmulatorUnderTest;

interface Traffic {
    requests: SeenRequest[];
    maxInFlight: number;
}

/** Makes everything, with a preview and a refresh without changes after it; tells what that took. */
async function traffic(isLimited: boolean): Promise<Traffic> {
    await emulator.control("POST", "reset");
    // Without Retry-After the provider finds the pace by itself; a contract test has storms with it.
    if (isLimited) await emulator.control("POST", "rateLimit", { perSecond, retryAfter: "none" });
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

beforeAll(async () => {
    emulator = await startTestEmulator({ transitionMs: 300 });
});
afterAll(() => emulator.close());

test("a storm of 429 is weathered: a hundred resources are created at ten requests a second, with at most 1.3 times the requests of a quiet run", async () => {
    const quiet = await traffic(false);
    const { requests } = await traffic(true);
    const limited = requests.filter(({ status }) => status === 429);
    const figures = `${requests.length} requests (${limited.length} answered 429) after ${quiet.requests.length}`;
    process.stderr.write(`A storm at ${perSecond}/s of ${2 * pairs} resources: ${figures} in a quiet run.\n`);
    expect(limited.length).toBeGreaterThan(0);
    expect(requests.length).toBeLessThanOrEqual(quiet.requests.length * 1.3);
});

test("at most 32 requests are in flight, whatever --parallel says", async () => {
    const slow = await startTestEmulator({ latencyMs: 300, transitionMs: 50 });
    const many = Array.from({ length: 70 }, (_, index) => `c-${index}`);
    try {
        await withStack({ program: fleet, args: { connections: each(many) }, env: envOf(slow) }, async (stack) => {
            await stack.up(["--parallel", "200"]);
            const { maxInFlight } = await slow.control<Traffic>("GET", "requests");
            expect(maxInFlight).toBeLessThanOrEqual(32);
            expect(maxInFlight).toBeGreaterThan(8);
            await expectExactly(stack, slow, { connections: many });
        });
    } finally {
        await slow.close();
    }
});
