import { rateLimited } from "./errors";

export interface RateLimitSettings {
    perSecond: number;
    retryAfter: "seconds" | "date" | "none";
}

/** A token bucket on wall-clock time that allows bursts of one second's requests. */
export class RateLimit {
    #settings: RateLimitSettings | null = null;
    #tokens = 0;
    #filledAtMs = 0;

    get settings(): RateLimitSettings | null {
        return this.#settings;
    }

    set settings(settings: RateLimitSettings | null) {
        this.#settings = settings;
        this.#tokens = Math.max(1, settings?.perSecond ?? 0);
        this.#filledAtMs = performance.now();
    }

    /** Takes a token, or refuses as the gateway does; `now` is the time on its clock. */
    take(now: number): void {
        if (this.#settings === null) {
            return;
        }
        const { perSecond, retryAfter } = this.#settings;
        const nowMs = performance.now();
        const filled = this.#tokens + ((nowMs - this.#filledAtMs) * perSecond) / 1000;
        this.#tokens = Math.min(Math.max(1, perSecond), filled);
        this.#filledAtMs = nowMs;
        if (this.#tokens >= 1) {
            this.#tokens -= 1;
            return;
        }
        const seconds = Math.max(1, Math.ceil((1 - this.#tokens) / perSecond));
        const date = new Date(Math.ceil(now / 1000 + seconds) * 1000).toUTCString();
        const headers = { seconds: { "retry-after": String(seconds) }, date: { "retry-after": date }, none: {} };
        throw rateLimited(headers[retryAfter]);
    }
}
