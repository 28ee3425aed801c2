import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, ConnectionError, RequestError } from "./errors";

/** When requests of which nobody knows the outcome were sent, by the API's clock as far as it is known by now. */
export type Attempts = () => { readonly from: number; readonly until: number };

/** A request that must not be carried out twice, such as a create. */
export interface Once<T> {
    /** Looks for what an attempt without a clear answer has created; undefined if it created nothing. */
    readonly beforeRetry: (attempts: Attempts) => Promise<T | undefined>;
    /** Attempts of an earlier operation whose outcome is not known. */
    readonly earlier?: Attempts;
    /** Called before the request fails with its outcome still unknown. */
    readonly onUnconfirmed: (attempts: Attempts) => void;
}

/** How a request may be repeated. */
export type Repeat<T> =
    /** Doing it twice is the same as doing it once. */
    | "always"
    /** Only if the server did not carry it out for certain. */
    | "if-not-done"
    /** Not at all: the answer is not worth waiting for. */
    | "never"
    /** After a look for what earlier attempts have created. */
    | Once<T>;

export interface RetryPolicy {
    /** Attempts at one request, rate limits not counted. */
    readonly attempts: number;
    readonly firstDelayMs: number;
    readonly longestDelayMs: number;
    /** No attempt is begun later than this after the first. */
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
export function isRetriable(error: unknown, repeat: Repeat<unknown>): boolean {
    if (!(error instanceof RequestError) || repeat === "never") return false;
    if (repeat === "if-not-done" && error.isAmbiguous) return false;
    if (typeof repeat === "object" && error.isOpen) return true;
    if (error instanceof ApiError) return transient.has(error.status);
    return error instanceof ConnectionError && !error.isPermanent;
}

/** Exponential back-off, half of it random so that many clients do not return at once. */
export function backoffMs(failures: number, policy: RetryPolicy, random: () => number = Math.random): number {
    const full = Math.min(policy.longestDelayMs, policy.firstDelayMs * 2 ** failures);
    return full / 2 + (full / 2) * random();
}

/** How long to wait before the next attempt; undefined if there must be none. */
export function nextDelayMs(
    error: unknown,
    { failures, elapsedMs, repeat }: { failures: number; elapsedMs: number; repeat: Repeat<unknown> },
    policy: RetryPolicy,
    random?: () => number,
): number | undefined {
    if (!isRetriable(error, repeat)) return undefined;
    const isRateLimit = error instanceof ApiError && error.status === 429;
    if (!isRateLimit && failures + 1 >= policy.attempts) return undefined;
    const retryAfterMs = error instanceof ApiError ? error.retryAfterMs : undefined;
    const delay = Math.max(retryAfterMs ?? 0, backoffMs(failures, policy, random));
    return elapsedMs + delay > policy.totalMs ? undefined : delay;
}

/** Whether the API has refused the request for what it asks: nothing of it was done, by earlier attempts neither. */
const isRefusal = (error: RequestError) => error instanceof ApiError && (error.status === 400 || error.status === 409);

/** One attempt; `onStart` is to be called when it leaves the queue, as time spent there is not the API's. */
export type Attempt<T> = (wasAmbiguous: boolean, onStart: () => void) => Promise<T>;

/** Repeats a request as its kind allows. */
export async function withRetries<T>(
    attempt: Attempt<T>,
    repeat: Repeat<T>,
    { policy, serverTime }: { policy: RetryPolicy; serverTime: (time: number) => number },
): Promise<T> {
    const once = typeof repeat === "object" ? repeat : undefined;
    let unconfirmed = once?.earlier;
    let wasAmbiguous = false;
    let firstStart: number | undefined;

    const look = async (): Promise<T | undefined> => {
        if (!once || !unconfirmed) return undefined;
        try {
            return await once.beforeRetry(unconfirmed);
        } catch (error) {
            // A look that fails settles nothing; one that finds an object of another user does.
            if (error instanceof RequestError) once.onUnconfirmed(unconfirmed);
            throw error;
        }
    };

    for (let failures = 0; ; failures += 1) {
        const found = await look();
        if (found !== undefined) return found;
        let start = Date.now();
        const onStart = () => {
            start = Date.now();
            firstStart ??= start;
        };
        try {
            return await attempt(wasAmbiguous, onStart);
        } catch (error) {
            if (!(error instanceof RequestError)) throw error;
            if (error.isOpen) {
                const [before, end] = [unconfirmed, Date.now()];
                unconfirmed = () => ({ from: before?.().from ?? serverTime(start), until: serverTime(end) });
            }
            wasAmbiguous = !once && error.isAmbiguous;
            const elapsedMs = Date.now() - (firstStart ?? Date.now());
            const delay = nextDelayMs(error, { failures, elapsedMs, repeat }, policy);
            if (delay === undefined) {
                const late = await look();
                if (late !== undefined) return late;
                if (once && unconfirmed && !isRefusal(error)) once.onUnconfirmed(unconfirmed);
                throw error;
            }
            if (error instanceof ApiError && error.status === 429) failures -= 1;
            await sleep(delay);
        }
    }
}
