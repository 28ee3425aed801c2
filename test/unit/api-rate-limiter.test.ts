import fc from "fast-check";
import { RateLimiter } from "../../provider/api/rate-limiter";

jest.mock("node:timers/promises", () => ({
    // The promise form of timers knows no fake clock; this one goes by whatever clock the test has.
    setTimeout: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)),
}));

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const mostInFlight = 32;

/** Tasks that end when the test ends them. */
function heldTasks(limiter: RateLimiter, count: number) {
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const runs = Array.from({ length: count }, (_, index) =>
        limiter.run(() => {
            begun.push(index);
            return new Promise<void>((resolve) => ends.push(resolve));
        }),
    );
    return { begun, ends, runs };
}

/** When each of some tasks was begun, in milliseconds from now. */
async function starts(limiter: RateLimiter, count: number, withinMs: number): Promise<number[]> {
    const now = Date.now();
    const begun: number[] = [];
    const runs = Array.from({ length: count }, () =>
        limiter.run(() => {
            begun.push(Date.now() - now);
            return Promise.resolve();
        }),
    );
    await jest.advanceTimersByTimeAsync(withinMs);
    await Promise.all(runs);
    return begun;
}

const gapsOf = (times: number[]) => times.slice(1).map((time, index) => time - (times[index] ?? 0));

/** As if the API had answered so many requests in the last second. */
function answered(limiter: RateLimiter, count: number): void {
    for (let index = 0; index < count; index += 1) limiter.onAnswer();
}

describe("the rate limiter of a client", () => {
    it("begins 8 requests at once, and one more for each answer that is no 429, up to 32", async () => {
        const limiter = new RateLimiter();
        const { begun, ends, runs } = heldTasks(limiter, 80);
        await jest.advanceTimersByTimeAsync(1_000);
        expect(begun).toHaveLength(8);
        answered(limiter, 3);
        await jest.advanceTimersByTimeAsync(0);
        expect(begun).toHaveLength(11);
        answered(limiter, 100);
        await jest.advanceTimersByTimeAsync(0);
        expect(begun).toHaveLength(mostInFlight);
        ends[3]?.();
        await jest.advanceTimersByTimeAsync(0);
        expect(begun).toHaveLength(mostInFlight + 1);
        while (ends.length > 0) {
            ends.splice(0).forEach((end) => end());
            await jest.advanceTimersByTimeAsync(0);
        }
        await Promise.all(runs);
        expect(begun).toEqual(Array.from({ length: 80 }, (_, index) => index));
    });

    it("gives the place of a request that failed to the next", async () => {
        const limiter = new RateLimiter();
        const failing = Array.from({ length: 70 }, () =>
            limiter.run(() => Promise.reject(new Error("broke"))).catch((error: unknown) => (error as Error).message),
        );
        await jest.advanceTimersByTimeAsync(0);
        expect(new Set(await Promise.all(failing))).toEqual(new Set(["broke"]));
        await expect(limiter.run(() => Promise.resolve("done"))).resolves.toBe("done");
    });

    it("does not delay requests while the API sets no limit", async () => {
        const limiter = new RateLimiter();
        answered(limiter, 100);
        expect(await starts(limiter, 100, 0)).toEqual(Array.from({ length: 100 }, () => 0));
    });

    it("begins nothing before the time that a 429 asks for", async () => {
        const limiter = new RateLimiter();
        limiter.onRateLimit(Date.now(), 3_000);
        const begun = await starts(limiter, 1, 5_000);
        expect(begun).toEqual([3_000]);
    });

    it("spaces requests evenly, just below the rate at which the API answered", async () => {
        const limiter = new RateLimiter();
        answered(limiter, 10);
        limiter.onRateLimit(Date.now(), 0);
        const gaps = gapsOf(await starts(limiter, 20, 20_000));
        gaps.forEach((gap) => {
            expect(gap).toBeGreaterThanOrEqual(109);
            expect(gap).toBeLessThanOrEqual(111);
        });
    });

    it("begins one request every two seconds at the slowest", async () => {
        const limiter = new RateLimiter();
        for (let round = 0; round < 50; round += 1) {
            limiter.onRateLimit(Date.now(), 0);
            await jest.advanceTimersByTimeAsync(1);
        }
        expect(Math.max(...gapsOf(await starts(limiter, 5, 60_000)))).toBe(2_000);
    });

    it("counts the 429s to requests that were in flight already as one", async () => {
        const [one, many] = [new RateLimiter(), new RateLimiter()];
        const begin = Date.now();
        [one, many].forEach((limiter) => answered(limiter, 10));
        await jest.advanceTimersByTimeAsync(10);
        one.onRateLimit(begin, 0);
        for (let index = 0; index < 20; index += 1) many.onRateLimit(begin, 0);
        expect(gapsOf(await starts(many, 5, 20_000))).toEqual(gapsOf(await starts(one, 5, 20_000)));
    });

    it("gets faster again with each answer that is no 429", async () => {
        const limiter = new RateLimiter();
        answered(limiter, 10);
        limiter.onRateLimit(Date.now(), 0);
        const before = Math.max(...gapsOf(await starts(limiter, 5, 20_000)));
        answered(limiter, 1_000);
        expect(Math.max(...gapsOf(await starts(limiter, 5, 20_000)))).toBeLessThan(before / 50);
    });

    it("lets every request through in the end, whatever the API answers", async () => {
        const answers = fc.array(fc.oneof(fc.constant("ok"), fc.nat({ max: 500 })), { maxLength: 80 });
        await fc.assert(
            fc.asyncProperty(answers, async (script) => {
                const limiter = new RateLimiter();
                let inFlight = 0;
                let most = 0;
                let ended = 0;
                const runs = script.map((answer) =>
                    limiter.run(async () => {
                        const begin = Date.now();
                        inFlight += 1;
                        most = Math.max(most, inFlight);
                        await new Promise((resolve) => setTimeout(resolve, 20));
                        inFlight -= 1;
                        if (typeof answer === "number") limiter.onRateLimit(begin, answer);
                        else limiter.onAnswer();
                        ended += 1;
                    }),
                );
                await jest.advanceTimersByTimeAsync(600_000);
                await Promise.all(runs);
                expect(ended).toBe(script.length);
                expect(most).toBeLessThanOrEqual(mostInFlight);
            }),
            { numRuns: 50 },
        );
    });
});
