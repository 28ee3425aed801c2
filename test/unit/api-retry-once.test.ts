import { STATUS_CODES } from "node:http";
import fc from "fast-check";
import { AnswerError, ApiError, ConnectionError } from "../../provider/api/errors";
import { withRetries } from "../../provider/api/retry";
import type { Attempts, Once, Repeat, RetryPolicy } from "../../provider/api/retry";

/** The time of the test, which nothing but a wait of its own makes pass. */
let mockNow = 0;

jest.mock("node:timers/promises", () => ({
    setTimeout: (ms: number) => {
        mockNow += ms;
        return Promise.resolve();
    },
}));

beforeEach(() => {
    mockNow = 1_700_000_000_000;
    jest.spyOn(Date, "now").mockImplementation(() => mockNow);
});
afterEach(() => jest.restoreAllMocks());

const request = { method: "POST", path: "/jobs" };
const policy: RetryPolicy = { attempts: 4, firstDelayMs: 100, longestDelayMs: 1_000, totalMs: 60_000 };

/** How an attempt ends: with the object, a status, the code of a broken connection, or an answer that makes no sense. */
type Ending = "created" | "nonsense" | number | `E${string}`;

/** What a look before a repetition finds. */
type Sight = "object" | "nothing" | "no answer" | "object of another user";

const object = { id: "1" };
const foreign = new Error("the object is another user's");
const noAnswer = new ConnectionError({ method: "GET", path: "/jobs" }, { code: "ECONNREFUSED", message: "broke" });

function end(ending: Ending, wasAmbiguous: boolean): typeof object {
    if (ending === "created") return object;
    if (ending === "nonsense") throw new AnswerError(request, "nothing");
    if (typeof ending === "number")
        throw new ApiError(request, { status: ending, statusText: STATUS_CODES[ending], reason: "" }, wasAmbiguous);
    throw new ConnectionError(request, { code: ending, message: ending }, wasAmbiguous);
}

function see(sight: Sight): typeof object | undefined {
    if (sight === "no answer") throw noAnswer;
    if (sight === "object of another user") throw foreign;
    return sight === "object" ? object : undefined;
}

interface Run {
    readonly posts: number;
    readonly looks: number;
    readonly result: unknown;
    readonly isUnconfirmed: boolean;
}

interface Script {
    readonly endings: readonly Ending[];
    readonly sights?: readonly Sight[];
    readonly earlier?: Attempts;
}

/** Runs a request through a script; one attempt or look more than the script has fails the test. */
async function run({ endings, sights = [], earlier }: Script): Promise<Run> {
    let [posts, looks] = [0, 0];
    const onUnconfirmed = jest.fn();
    const once: Once<typeof object> = {
        earlier,
        onUnconfirmed,
        beforeRetry() {
            const sight = sights[looks];
            looks += 1;
            if (sight === undefined) throw new Error("a look too many");
            return Promise.resolve(sight).then(see);
        },
    };
    const attempt = (wasAmbiguous: boolean, onStart: () => void) => {
        onStart();
        const ending = endings[posts];
        posts += 1;
        if (ending === undefined) throw new Error("an attempt too many");
        return Promise.resolve(ending).then((one) => end(one, wasAmbiguous));
    };
    const result: unknown = await withRetries(attempt, once, { policy, serverTime: (time) => time }).catch(
        (error: unknown) => (error instanceof Error ? error.message : error),
    );
    expect(onUnconfirmed.mock.calls.length).toBeLessThanOrEqual(1);
    return { posts, looks, result, isUnconfirmed: onUnconfirmed.mock.calls.length > 0 };
}

const earlier: Attempts = () => ({ from: 1, until: 2 });

type Row = [title: string, script: Script, result: unknown, isUnconfirmed: boolean];

describe("a request that must not be carried out twice", () => {
    it.each<Row>([
        ["succeeds at once: without a look", { endings: ["created"] }, object, false],
        ["is refused: without a look", { endings: [400] }, "answered 400 Bad Request", false],
        ["was never sent: repeated without a look", { endings: ["ECONNREFUSED", "created"] }, object, false],
        ["was never sent, and cannot be: not repeated", { endings: ["ENOTFOUND"] }, "ENOTFOUND", false],
        [
            "was never sent, to the last attempt",
            { endings: ["ECONNREFUSED", "ECONNREFUSED", "ECONNREFUSED", "ECONNREFUSED"] },
            "ECONNREFUSED",
            false,
        ],
        ["meets rate limits, which do not count", { endings: [429, 429, 429, 429, 429, "created"] }, object, false],
        ["gets no clear answer, and the look finds its object", { endings: [500], sights: ["object"] }, object, false],
        [
            "gets no clear answer, and the look finds nothing",
            { endings: ["ECONNRESET", "created"], sights: ["nothing"] },
            object,
            false,
        ],
        [
            "gets an answer that makes no sense, and the look finds its object",
            { endings: ["nonsense"], sights: ["object"] },
            object,
            false,
        ],
        [
            "gets an answer that proves nothing, though its status is not worth repeating otherwise",
            { endings: [501, "created"], sights: ["nothing"] },
            object,
            false,
        ],
        [
            "gets no clear answer, and the look gets none either",
            { endings: [500], sights: ["no answer"] },
            noAnswer.message,
            true,
        ],
        [
            "gets no clear answer, and the look finds an object of another user, which settles it",
            { endings: [500], sights: ["object of another user"] },
            foreign.message,
            false,
        ],
        [
            "never gets a clear answer, and no look finds anything",
            { endings: [500, 502, "ETIMEDOUT", 503], sights: ["nothing", "nothing", "nothing", "nothing"] },
            "answered 503 Service Unavailable",
            true,
        ],
        [
            "never gets a clear answer, and the last look finds its object",
            { endings: [500, 502, "ETIMEDOUT", 503], sights: ["nothing", "nothing", "nothing", "object"] },
            object,
            false,
        ],
        [
            "never gets a clear answer, and the last look gets none either",
            { endings: [500, 502, "ETIMEDOUT", 503], sights: ["nothing", "nothing", "nothing", "no answer"] },
            noAnswer.message,
            true,
        ],
        [
            "is refused when it is repeated, by what its first attempt has created meanwhile",
            { endings: [504, 409], sights: ["nothing", "object"] },
            object,
            false,
        ],
        [
            "is refused when it is repeated, and nothing of it is there",
            { endings: [504, 409], sights: ["nothing", "nothing"] },
            "answered 409 Conflict",
            false,
        ],
        [
            "is forbidden when it is repeated, which says nothing of its first attempt",
            { endings: [504, 403], sights: ["nothing", "nothing"] },
            "answered 403 Forbidden",
            true,
        ],
        [
            "cannot be sent any more when it is repeated",
            { endings: [504, "ENOTFOUND"], sights: ["nothing", "nothing"] },
            "ENOTFOUND",
            true,
        ],
        [
            "meets a rate limit when it is repeated: each repetition has its look",
            { endings: [500, 429, "ECONNREFUSED", "created"], sights: ["nothing", "nothing", "nothing"] },
            object,
            false,
        ],
        [
            "meets a rate limit when it is repeated, and the first attempt's object appears late",
            { endings: [500, 429], sights: ["nothing", "object"] },
            object,
            false,
        ],
        [
            "was tried by an earlier operation: the look comes first, and finds its object",
            { endings: [], sights: ["object"], earlier },
            object,
            false,
        ],
        [
            "was tried by an earlier operation: the look comes first, and finds nothing",
            { endings: ["created"], sights: ["nothing"], earlier },
            object,
            false,
        ],
        [
            "was tried by an earlier operation: nothing is sent where the look gets no answer",
            { endings: [], sights: ["no answer"], earlier },
            noAnswer.message,
            true,
        ],
        [
            "was tried by an earlier operation: nothing is sent where another user's object is there",
            { endings: [], sights: ["object of another user"], earlier },
            foreign.message,
            false,
        ],
        [
            "was tried by an earlier operation, and is refused now",
            { endings: [400], sights: ["nothing", "nothing"], earlier },
            "answered 400 Bad Request",
            false,
        ],
        [
            "was tried by an earlier operation, and gets no clear answer now either",
            { endings: [500, 500, 500, 500], sights: ["nothing", "nothing", "nothing", "nothing", "nothing"], earlier },
            "answered 500 Internal Server Error",
            true,
        ],
    ])("%s", async (_, script, result, isUnconfirmed) => {
        const { endings, sights = [] } = script;
        expect(await run(script)).toEqual({
            posts: endings.length,
            looks: sights.length,
            result,
            isUnconfirmed,
        });
    });

    it("gives its looks the time of all attempts without a clear answer, by the API's clock as it is known by then", async () => {
        let aheadMs = 0;
        const intervals: { from: number; until: number }[] = [];
        let reported: Attempts | undefined;
        const once: Once<typeof object> = {
            beforeRetry: (attempts) => Promise.resolve(void intervals.push(attempts())),
            onUnconfirmed: (attempts) => (reported = attempts),
        };
        const start = mockNow;
        const attempt = (wasAmbiguous: boolean, onStart: () => void) => {
            // In the queue.
            mockNow += 1_000;
            onStart();
            mockNow += 10;
            // An answer of a rate limit tells the API's time, and is no attempt that may have been carried out.
            if (intervals.length === 2) aheadMs = 5_000_000;
            return Promise.resolve(intervals.length === 2 ? 429 : 500).then((status) => end(status, wasAmbiguous));
        };
        const serverTime = (time: number) => time + aheadMs;
        const quick = { ...policy, firstDelayMs: 0 };
        await expect(withRetries(attempt, once, { policy: quick, serverTime })).rejects.toThrow("answered 500");
        const [from, round] = [start + 1_000, 1_010];
        expect(intervals).toEqual([
            { from, until: start + round },
            { from, until: start + 2 * round },
            { from: from + aheadMs, until: start + 2 * round + aheadMs },
            { from: from + aheadMs, until: start + 4 * round + aheadMs },
            { from: from + aheadMs, until: start + 5 * round + aheadMs },
        ]);
        expect(reported?.()).toEqual(intervals.at(-1));
    });

    it("keeps the beginning of an earlier operation's attempts", async () => {
        const intervals: { from: number; until: number }[] = [];
        const once: Once<typeof object> = {
            earlier,
            beforeRetry: (attempts) => Promise.resolve(void intervals.push(attempts())),
            onUnconfirmed: () => undefined,
        };
        const attempt = () => Promise.resolve(500).then((status) => end(status, false));
        await withRetries(attempt, once, { policy, serverTime: (time) => time }).catch(() => undefined);
        expect(intervals[0]).toEqual(earlier());
        expect(new Set(intervals.map(({ from }) => from))).toEqual(new Set([1]));
        expect(intervals.at(-1)?.until).toBe(mockNow);
    });

    it("is never carried out twice, however the attempts end, and is reported where that cannot be known", async () => {
        // What the server does with an attempt, and how that ends.
        const attempts = fc.oneof(
            fc.constant({ isDone: true, ending: "created" } as const),
            fc.record({
                isDone: fc.boolean(),
                ending: fc.constantFrom<Ending>(500, 502, 503, 408, 599, "ECONNRESET", "ETIMEDOUT", "nonsense"),
            }),
            fc.record({
                isDone: fc.constant(false),
                ending: fc.constantFrom<Ending>(400, 409, 429, 429, 403, "ECONNREFUSED", "ENOTFOUND"),
            }),
        );
        const script = fc.record({
            attempts: fc.array(attempts, { minLength: 30, maxLength: 30 }),
            looks: fc.array(fc.constantFrom<Sight | "truth">("truth", "truth", "truth", "no answer"), {
                minLength: 40,
                maxLength: 40,
            }),
            earlier: fc.constantFrom("none", "carried out", "not carried out"),
        });
        await fc.assert(
            fc.asyncProperty(script, async (given) => {
                let objects = given.earlier === "carried out" ? 1 : 0;
                let [posts, looks, limits] = [0, 0, 0];
                let unconfirmed: Attempts | undefined;
                const onUnconfirmed = jest.fn((found: Attempts) => (unconfirmed = found));
                const once: Once<typeof object> = {
                    ...(given.earlier !== "none" && { earlier }),
                    onUnconfirmed,
                    beforeRetry() {
                        const sight = given.looks[looks]!;
                        looks += 1;
                        const truth = objects > 0 ? "object" : "nothing";
                        return Promise.resolve().then(() => see(sight === "truth" ? truth : sight));
                    },
                };
                const attempt = (wasAmbiguous: boolean, onStart: () => void) => {
                    onStart();
                    const { isDone, ending } = given.attempts[posts]!;
                    posts += 1;
                    if (isDone) objects += 1;
                    if (ending === 429) limits += 1;
                    return Promise.resolve().then(() => end(ending, wasAmbiguous));
                };
                const clock = { policy, serverTime: (time: number) => time };
                const result = await withRetries(attempt, once, clock).catch((error: unknown) => error);

                expect(objects).toBeLessThanOrEqual(1);
                expect(posts).toBeLessThanOrEqual(policy.attempts + limits);
                expect(onUnconfirmed.mock.calls.length).toBeLessThanOrEqual(1);
                // What exists is returned, or reported as unconfirmed.
                const isReturned = result === object;
                expect(isReturned || result instanceof Error).toBe(true);
                expect(isReturned ? objects === 1 : objects === 0 || unconfirmed !== undefined).toBe(true);
                expect(isReturned && unconfirmed !== undefined).toBe(false);
            }),
            { numRuns: 2_000 },
        );
    });
});

describe("a request of another kind", () => {
    /** Sends it, and returns for each attempt whether an earlier one was ambiguous. */
    async function flags(repeat: Repeat<typeof object>, endings: readonly Ending[]): Promise<boolean[]> {
        const seen: boolean[] = [];
        const attempt = (wasAmbiguous: boolean, onStart: () => void) => {
            onStart();
            seen.push(wasAmbiguous);
            return Promise.resolve(endings[seen.length - 1] ?? "created").then((one) => end(one, wasAmbiguous));
        };
        await withRetries(attempt, repeat, { policy, serverTime: (time) => time }).catch(() => undefined);
        return seen;
    }

    it("carries the ambiguity of one attempt to all later ones", async () => {
        expect(await flags("always", ["ECONNREFUSED", "ECONNRESET", 429, 429])).toEqual([
            false,
            false,
            true,
            true,
            true,
        ]);
    });

    it("ends with an ambiguous error where an earlier attempt was, though the last one was refused", async () => {
        const attempts: Ending[] = [503, 400];
        const attempt = (wasAmbiguous: boolean) =>
            Promise.resolve(attempts.shift() ?? "created").then((one) => end(one, wasAmbiguous));
        const sent = withRetries(attempt, "always", { policy, serverTime: (time) => time });
        await expect(sent).rejects.toMatchObject({ status: 400, isOpen: false, isAmbiguous: true });
    });

    it.each<[Repeat<typeof object>, Ending[], number]>([
        ["never", [429], 1],
        ["never", ["ECONNREFUSED"], 1],
        ["if-not-done", ["ECONNREFUSED", 429, "ECONNRESET"], 3],
        ["if-not-done", [500], 1],
        ["always", [500, 502, 503, 504], 4],
        ["always", ["ECONNRESET", 429, 429, 429, 429, 500, 400], 7],
    ])("is repeated %j as its kind allows: %j", async (repeat, endings, attempts) => {
        expect(await flags(repeat, endings)).toHaveLength(attempts);
    });

    it("is not repeated after the total of the policy, to which time in the queue does not count", async () => {
        const waits = { queue: 0, api: 0 };
        const sent = async () => {
            let attempts = 0;
            const attempt = (_: boolean, onStart: () => void) => {
                attempts += 1;
                mockNow += attempts === 1 ? waits.queue : 0;
                onStart();
                mockNow += waits.api;
                return Promise.resolve().then(() => end(503, false));
            };
            await withRetries(attempt, "always", { policy, serverTime: (time) => time }).catch(() => undefined);
            return attempts;
        };
        waits.queue = 10 * policy.totalMs;
        expect(await sent()).toBe(policy.attempts);
        waits.api = 0.6 * policy.totalMs;
        expect(await sent()).toBe(2);
        waits.api = 1.1 * policy.totalMs;
        expect(await sent()).toBe(1);
    });
});
