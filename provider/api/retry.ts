import { ApiError, ConnectionError, RequestError } from "./errors";

/** How a request may be repeated. */
export type Repeat =
    /** Doing it twice is the same as doing it once. */
    | "always"
    /** Only when the server surely did not do it. */
    | "if-not-done"
    /** Not at all: the answer is not worth waiting for. */
    | "never";

export interface RetryPolicy {
    /** Attempts at one request, rate limits not counted. */
    readonly attempts: number;
    readonly firstDelayMs: number;
    readonly longestDelayMs: number;
    /** From the first attempt on, nothing is begun after this. */
    readonly totalMs: number;
}

export const defaultPolicy: RetryPolicy = {
    attempts: 6,
    firstDelayMs: 250,
    longestDelayMs: 8_000,
    totalMs: 120_000,
};

const transient = new Set([408, 429, 500, 502, 503, 504]);

/** Whether the same request may succeed later, and repeating it does no harm. */
export function isRetriable(error: unknown, repeat: Repeat): boolean {
    if (!(error instanceof RequestError)) return false;
    if (repeat === "never") return false;
    if (repeat === "if-not-done" && error.mayHaveHappened) return false;
    if (error instanceof ApiError) return transient.has(error.status);
    return !(error instanceof ConnectionError) || error.retriable;
}

/** Back-off: doubling, with half of it random so that many clients do not return at once. */
export function backoffMs(attempt: number, policy: RetryPolicy, random: () => number = Math.random): number {
    const full = Math.min(policy.longestDelayMs, policy.firstDelayMs * 2 ** attempt);
    return full / 2 + (full / 2) * random();
}

/** How long to wait after a failed attempt: as long as the API asks for, and at least the back-off. */
export function delayAfterMs(error: unknown, attempt: number, policy: RetryPolicy, random?: () => number): number {
    const asked = error instanceof ApiError ? error.retryAfterMs : undefined;
    return Math.max(asked ?? 0, backoffMs(attempt, policy, random));
}

/** How long to wait before the next attempt; undefined when there shall be none. */
export function nextDelayMs(
    error: unknown,
    state: { attempt: number; elapsedMs: number; repeat: Repeat },
    policy: RetryPolicy,
    random?: () => number,
): number | undefined {
    if (!isRetriable(error, state.repeat)) return undefined;
    const limited = error instanceof ApiError && error.status === 429;
    if (!limited && state.attempt + 1 >= policy.attempts) return undefined;
    const delay = delayAfterMs(error, state.attempt, policy, random);
    return state.elapsedMs + delay > policy.totalMs ? undefined : delay;
}
