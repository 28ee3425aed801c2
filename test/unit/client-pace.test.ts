import fc from "fast-check";
import { Pace } from "../../provider/api/rate-limiter";

jest.mock("node:timers/promises", () => ({
    // The promise form of timers knows no fake clock; this one goes by whatever clock the test has.
    setTimeout: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)),
}));

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const mostInFlight = 32;

/** Tasks that end when told to. */
function heldTasks(pace: Pace, count: number) {
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const runs = Array.from({ length: count }, (_, index) =>
        pace.run(() => {
            begun.push(index);
            return new Promise<void>((resolve) => ends.push(resolve));
        }),
    );
    return { begun, ends, runs };
}

/** When each of some tasks was begun, in milliseconds from now. */
async function starts(pace: Pace, count: number, withinMs: number): Promise<number[]> {
    const now = Date.now();
    const begun: number[] = [];
    const runs = Array.from({ length: count }, () =>
        pace.run(() => {
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
function answered(pace: Pace, count: number): void {
    for (let index = 0; index < count; index += 1) pace.accepted();
}

describe("the pace of a client", () => {
    it("begins 8 requests at once, and one more for each answer that is no 429, up to 32", async () => {
        const pace = new Pace();
        const { begun, ends, runs } = heldTasks(pace, 80);
        await jest.advanceTimersByTimeAsync(1_000);
        expect(begun).toHaveLength(8);
        answered(pace, 3);
        await jest.advanceTimersByTimeAsync(0);
        expect(begun).toHaveLength(11);
        answered(pace, 100);
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
        const pace = new Pace();
        const failing = Array.from({ length: 70 }, () =>
            pace.run(() => Promise.reject(new Error("broke"))).catch((error: unknown) => (error as Error).message),
        );
        await jest.advanceTimersByTimeAsync(0);
        expect(new Set(await Promise.all(failing))).toEqual(new Set(["broke"]));
        await expect(pace.run(() => Promise.resolve("done"))).resolves.toBe("done");
    });

    it("does not hold up requests while the API sets no limit", async () => {
        const pace = new Pace();
        answered(pace, 100);
        expect(await starts(pace, 100, 0)).toEqual(Array.from({ length: 100 }, () => 0));
    });

    it("begins nothing before the time that a 429 asks for", async () => {
        const pace = new Pace();
        pace.limited(Date.now(), 3_000);
        const begun = await starts(pace, 1, 5_000);
        expect(begun).toEqual([3_000]);
    });

    it("spaces requests evenly, just below the rate at which the API answered", async () => {
        const pace = new Pace();
        answered(pace, 10);
        pace.limited(Date.now(), 0);
        const gaps = gapsOf(await starts(pace, 20, 20_000));
        gaps.forEach((gap) => {
            expect(gap).toBeGreaterThanOrEqual(109);
            expect(gap).toBeLessThanOrEqual(111);
        });
    });

    it("begins one request every two seconds at the slowest", async () => {
        const pace = new Pace();
        for (let round = 0; round < 50; round += 1) {
            pace.limited(Date.now(), 0);
            await jest.advanceTimersByTimeAsync(1);
        }
        expect(Math.max(...gapsOf(await starts(pace, 5, 60_000)))).toBe(2_000);
    });

    it("takes the 429s to requests that were on their way already for one", async () => {
        const [one, many] = [new Pace(), new Pace()];
        const begunAt = Date.now();
        [one, many].forEach((pace) => answered(pace, 10));
        await jest.advanceTimersByTimeAsync(10);
        one.limited(begunAt, 0);
        for (let index = 0; index < 20; index += 1) many.limited(begunAt, 0);
        expect(gapsOf(await starts(many, 5, 20_000))).toEqual(gapsOf(await starts(one, 5, 20_000)));
    });

    it("gets faster again with each answer that is no 429", async () => {
        const pace = new Pace();
        answered(pace, 10);
        pace.limited(Date.now(), 0);
        const before = Math.max(...gapsOf(await starts(pace, 5, 20_000)));
        answered(pace, 1_000);
        expect(Math.max(...gapsOf(await starts(pace, 5, 20_000)))).toBeLessThan(before / 50);
    });

    it("lets every request through in the end, whatever the API answers", async () => {
        const answers = fc.array(fc.oneof(fc.constant("ok"), fc.nat({ max: 500 })), { maxLength: 80 });
        await fc.assert(
            fc.asyncProperty(answers, async (script) => {
                const pace = new Pace();
                let inFlight = 0;
                let most = 0;
                let ended = 0;
                const runs = script.map((answer) =>
                    pace.run(async () => {
                        const begunAt = Date.now();
                        inFlight += 1;
                        most = Math.max(most, inFlight);
                        await new Promise((resolve) => setTimeout(resolve, 20));
                        inFlight -= 1;
                        if (typeof answer === "number") pace.limited(begunAt, answer);
                        else pace.accepted();
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
