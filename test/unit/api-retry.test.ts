import fc from "fast-check";
import { AnswerError, ApiError, ConnectionError, parseRetryAfter, RequestError } from "../../provider/api/errors";
import { backoffMs, defaultPolicy, isRetriable, nextDelayMs } from "../../provider/api/retry";
import type { Repeat, RetryPolicy } from "../../provider/api/retry";
import { findsNothing } from "../support/once";

const request = { method: "GET", path: "/jobs" };
const answered = (status: number, retryAfterMs?: number) =>
    new ApiError(request, { status, reason: "", ...(retryAfterMs !== undefined && { retryAfterMs }) });
const broken = (code: string) => new ConnectionError(request, { code, message: "broke" });

const policy: RetryPolicy = { attempts: 4, firstDelayMs: 100, longestDelayMs: 1_000, totalMs: 10_000 };
const state = { failures: 0, elapsedMs: 0, repeat: "always" } as const;

const statuses = fc.integer({ min: 100, max: 599 });
const errors = fc.oneof(
    statuses.map((status) => answered(status)),
    fc.tuple(statuses, fc.integer({ min: 0, max: 20_000 })).map(([status, after]) => answered(status, after)),
    fc.constantFrom("ECONNRESET", "ECONNREFUSED", "ENOTFOUND", "ETIMEDOUT", "EPIPE").map(broken),
    fc.constantFrom(new AnswerError(request, "nothing"), new Error("foreign"), undefined),
);
const repeats = fc.constantFrom<Repeat<unknown>>("always", "if-not-done", "never", findsNothing);

describe("a failed request", () => {
    it.each([408, 429, 500, 502, 503, 504])("is repeated after %d where repeating does no harm", (status) => {
        expect(isRetriable(answered(status), "always")).toBe(true);
    });

    it.each([200, 301, 302, 307, 400, 401, 403, 404, 409, 415, 501])("is not repeated after %d", (status) => {
        expect(isRetriable(answered(status), "always")).toBe(false);
    });

    it.each(["ECONNRESET", "ECONNREFUSED", "ETIMEDOUT", "EPIPE", "EAI_AGAIN", "ERR_BAD_RESPONSE", "UNKNOWN"])(
        "is repeated after the connection failed with %s",
        (code) => {
            expect(isRetriable(broken(code), "always")).toBe(true);
        },
    );

    it.each([
        "ENOTFOUND",
        "ERR_TLS_CERT_ALTNAME_INVALID",
        "DEPTH_ZERO_SELF_SIGNED_CERT",
        "SELF_SIGNED_CERT_IN_CHAIN",
        "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
        "CERT_HAS_EXPIRED",
        "EPROTO",
    ])("is not repeated after %s, which does not pass", (code) => {
        expect(isRetriable(broken(code), "always")).toBe(false);
        expect(broken(code)).toMatchObject({ isPermanent: true, isOpen: false });
        expect(isRetriable(broken(code), findsNothing)).toBe(false);
    });

    it("is not repeated after an answer that makes no sense, as the address is likely not the API's", () => {
        expect(isRetriable(new AnswerError(request, "nothing"), "always")).toBe(false);
    });

    it("is not repeated after anything that is not a failure of a request", () => {
        expect(isRetriable(new Error("foreign"), "always")).toBe(false);
        expect(isRetriable("text", "always")).toBe(false);
        expect(isRetriable(new Error("foreign"), findsNothing)).toBe(false);
    });

    it("is not repeated after anything where its answer is not worth waiting for", () => {
        fc.assert(
            fc.property(errors, (error) => {
                expect(isRetriable(error, "never")).toBe(false);
            }),
        );
    });
});

describe("a request that must not be carried out twice, and can be repeated after a look", () => {
    it("is repeated after whatever leaves open whether it was carried out", () => {
        for (const status of [408, 500, 501, 502, 503, 504, 505, 599]) {
            expect(isRetriable(answered(status), findsNothing)).toBe(true);
        }
        for (const code of ["ECONNRESET", "ETIMEDOUT", "EPIPE", "ERR_BAD_RESPONSE", "UNKNOWN"]) {
            expect(isRetriable(broken(code), findsNothing)).toBe(true);
        }
        expect(isRetriable(new AnswerError(request, "nothing"), findsNothing)).toBe(true);
    });

    it("is repeated after what was not carried out only where a request of any kind is", () => {
        fc.assert(
            fc.property(errors, (error) => {
                fc.pre(!(error instanceof RequestError && error.isOpen));
                expect(isRetriable(error, findsNothing)).toBe(isRetriable(error, "always"));
            }),
        );
    });
});

describe("a request that must not be carried out twice, and cannot be looked for", () => {
    it.each([500, 502, 503, 504, 408])("is not repeated after %d, which proves nothing", (status) => {
        expect(isRetriable(answered(status), "if-not-done")).toBe(false);
    });

    it.each(["ECONNRESET", "ETIMEDOUT", "EPIPE", "UNKNOWN"])(
        "is not repeated after %s, which proves nothing",
        (code) => {
            expect(isRetriable(broken(code), "if-not-done")).toBe(false);
        },
    );

    it("is not repeated after a success whose answer makes no sense", () => {
        expect(isRetriable(new AnswerError(request, "nothing"), "if-not-done")).toBe(false);
    });

    it.each(["ECONNREFUSED", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"])(
        "is repeated after %s, as it was never sent",
        (code) => {
            expect(isRetriable(broken(code), "if-not-done")).toBe(true);
        },
    );

    it("is not repeated after anything where an earlier attempt proved nothing", () => {
        const limited = new ApiError(request, { status: 429, reason: "" }, true);
        const refused = new ConnectionError(request, { code: "ECONNREFUSED", message: "broke" }, true);
        expect([limited, refused].map((error) => isRetriable(error, "if-not-done"))).toEqual([false, false]);
    });

    it("is repeated after 429, as it was refused before it was carried out", () => {
        expect(isRetriable(answered(429), "if-not-done")).toBe(true);
    });

    it("is repeated only where one that may be carried out twice is", () => {
        fc.assert(
            fc.property(errors, (error) => {
                fc.pre(isRetriable(error, "if-not-done"));
                expect(isRetriable(error, "always")).toBe(true);
            }),
        );
    });
});

describe("the wait before a repetition", () => {
    it("doubles from the first delay up to the longest, half of it at random", () => {
        const shortest = [0, 1, 2, 3, 4, 5].map((failures) => backoffMs(failures, policy, () => 0));
        const longest = [0, 1, 2, 3, 4, 5].map((failures) => backoffMs(failures, policy, () => 1));
        expect(shortest).toEqual([50, 100, 200, 400, 500, 500]);
        expect(longest).toEqual([100, 200, 400, 800, 1_000, 1_000]);
    });

    it("is never outside of its bounds, at any attempt", () => {
        fc.assert(
            fc.property(fc.nat({ max: 2_000 }), (failures) => {
                const delay = backoffMs(failures, policy);
                expect(delay).toBeGreaterThanOrEqual(policy.firstDelayMs / 2);
                expect(delay).toBeLessThanOrEqual(policy.longestDelayMs);
            }),
        );
    });

    it("is not the same for two clients", () => {
        expect(new Set(Array.from({ length: 20 }, () => backoffMs(3, policy))).size).toBeGreaterThan(1);
    });

    it("is at least what Retry-After asks for, and the back-off where that is longer", () => {
        expect(nextDelayMs(answered(503, 3_000), state, policy, () => 1)).toBe(3_000);
        expect(nextDelayMs(answered(429, 3_000), state, policy, () => 1)).toBe(3_000);
        expect(nextDelayMs(answered(429, 0), state, policy, () => 1)).toBe(100);
        expect(nextDelayMs(answered(503), { ...state, failures: 2 }, policy, () => 1)).toBe(400);
    });

    it("ends after the policy's attempts", () => {
        const waits = [0, 1, 2, 3, 4].map((failures) =>
            nextDelayMs(answered(503), { ...state, failures }, policy, () => 1),
        );
        expect(waits).toEqual([100, 200, 400, undefined, undefined]);
    });

    it("is not counted against the attempts where the rate is limited, but against the total", () => {
        const late = { ...state, failures: 50 };
        expect(nextDelayMs(answered(429), late, policy, () => 1)).toBe(1_000);
        expect(nextDelayMs(answered(429), { ...late, elapsedMs: 9_001 }, policy, () => 1)).toBeUndefined();
    });

    it("is refused where it would pass the policy's total", () => {
        expect(nextDelayMs(answered(503, 10_000), state, policy)).toBe(10_000);
        expect(nextDelayMs(answered(503, 10_001), state, policy)).toBeUndefined();
        expect(nextDelayMs(answered(503), { ...state, elapsedMs: 9_950 }, policy, () => 1)).toBeUndefined();
    });

    it("never passes the total, whatever failed and however often", () => {
        fc.assert(
            fc.property(
                errors,
                fc.nat({ max: 100 }),
                fc.nat({ max: 20_000 }),
                repeats,
                (error, failures, elapsedMs, repeat) => {
                    const delay = nextDelayMs(error, { failures, elapsedMs, repeat }, policy) ?? 0;
                    expect(delay === 0 || elapsedMs + delay <= policy.totalMs).toBe(true);
                },
            ),
        );
    });

    it("is bounded to two minutes by default", () => {
        expect(defaultPolicy.totalMs).toBe(120_000);
        expect(nextDelayMs(answered(429, 3_600_000), state, defaultPolicy)).toBeUndefined();
    });
});

describe("Retry-After", () => {
    const now = Date.parse("2024-05-02T09:15:04Z");

    it.each([
        ["7", 7_000],
        ["0", 0],
        ["1.5", 1_500],
        [" 2 ", 2_000],
        ["Thu, 02 May 2024 09:15:09 GMT", 5_000],
        ["Thu, 02 May 2024 09:15:00 GMT", 0],
        ["soon", undefined],
        ["", undefined],
        [undefined, undefined],
    ])("%p asks for %p ms", (header, expected) => {
        expect(parseRetryAfter(header, now)).toBe(expected);
    });

    it("never asks for a negative time", () => {
        fc.assert(
            fc.property(
                fc.oneof(
                    fc.string(),
                    fc.integer().map(String),
                    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
                ),
                (header) => {
                    expect(parseRetryAfter(header, now) ?? 0).toBeGreaterThanOrEqual(0);
                },
            ),
        );
    });
});
