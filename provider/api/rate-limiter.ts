import { setTimeout as sleep } from "node:timers/promises";

const firstInFlight = 8;
const mostInFlight = 32;
const longestGapMs = 2_000;

/**
 * Keeps one client's requests within what the API takes, whatever the engine's `--parallel` says: at most 32 in flight,
 * begun with 8 and one more for each answer so that a low limit is met by few, and, from the first 429 on, evenly spaced
 * just below the rate at which the API was seen to answer.
 */
export class RateLimiter {
    private inFlight = 0;
    private most = firstInFlight;
    private readonly waiting: (() => void)[] = [];
    private gapMs = 0;
    private nextStart = 0;
    private slowedAt = 0;
    private answered: number[] = [];

    async run<T>(task: () => Promise<T>): Promise<T> {
        if (this.inFlight >= this.most) await new Promise<void>((free) => this.waiting.push(free));
        else this.inFlight += 1;
        try {
            await this.turn();
            return await task();
        } finally {
            this.inFlight -= 1;
            this.beginWaiting();
        }
    }

    private beginWaiting(): void {
        if (this.inFlight >= this.most || this.waiting.length === 0) return;
        this.inFlight += 1;
        this.waiting.shift()?.();
    }

    /** Called for each answer that was not a 429. */
    onAnswer(now = Date.now()): void {
        this.answered.push(now);
        if (this.answered.length > 64) this.answered.shift();
        this.gapMs *= 0.995;
        this.most = Math.min(mostInFlight, this.most + 1);
        this.beginWaiting();
    }

    /** Called for each 429; those to requests that were begun before the last one of them say nothing new. */
    onRateLimit(begin: number, waitMs: number, now = Date.now()): void {
        this.nextStart = Math.max(this.nextStart, now + waitMs);
        if (begin < this.slowedAt) return;
        this.slowedAt = now;
        const rate = Math.max(1, this.answered.filter((time) => now - time < 1_000).length);
        this.gapMs = Math.min(longestGapMs, Math.max(1_100 / rate, this.gapMs * 1.25));
    }

    private async turn(): Promise<void> {
        for (let wait = this.reserve(); wait > 0; wait = this.reserve()) await sleep(wait);
    }

    /** Takes the next place in the queue if it is now, else says how long to wait for it. */
    private reserve(now = Date.now()): number {
        if (now < this.nextStart) return this.nextStart - now;
        this.nextStart = now + this.gapMs;
        return 0;
    }
}
