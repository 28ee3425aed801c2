/** The difference between the emulator's time and wall-clock time, after a test has advanced or frozen it. */
export interface ClockState {
    offsetMs: number;
    frozenAtMs: number | null;
}

/** RFC 3339 in UTC with microseconds, the form that the API uses. */
export function formatMicros(micros: number): string {
    const iso = new Date(Math.floor(micros / 1000)).toISOString();
    return `${iso.slice(0, -1)}${String(micros % 1000).padStart(3, "0")}Z`;
}

export class Clock {
    #offsetMs = 0;
    #frozenAtMs: number | null = null;
    #lastMicros = 0;

    now(): number {
        return this.#frozenAtMs ?? Date.now() + this.#offsetMs;
    }

    /** Strictly increasing, so that the timestamps of two writes differ, even within one (frozen) millisecond. */
    timestamp(): string {
        const withinMs = this.#frozenAtMs === null ? Math.floor(performance.now() * 1000) % 1000 : 0;
        this.#lastMicros = Math.max(this.#lastMicros + 1, Math.floor(this.now()) * 1000 + withinMs);
        return formatMicros(this.#lastMicros);
    }

    advance(ms: number): void {
        if (this.#frozenAtMs === null) {
            this.#offsetMs += ms;
        } else {
            this.#frozenAtMs += ms;
        }
    }

    freeze(frozen: boolean): void {
        if (frozen) {
            this.#frozenAtMs ??= this.now();
        } else if (this.#frozenAtMs !== null) {
            this.#offsetMs = this.#frozenAtMs - Date.now();
            this.#frozenAtMs = null;
        }
    }

    get state(): ClockState {
        return { offsetMs: this.#offsetMs, frozenAtMs: this.#frozenAtMs };
    }

    /** Returns to wall-clock time and forgets earlier timestamps. */
    reset(): void {
        this.restore({ offsetMs: 0, frozenAtMs: null });
        this.#lastMicros = 0;
    }

    restore(state: ClockState): void {
        this.#offsetMs = state.offsetMs;
        this.#frozenAtMs = state.frozenAtMs;
    }
}
