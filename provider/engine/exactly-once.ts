import { setTimeout as sleep } from "node:timers/promises";
import { RequestError } from "../api/errors";
import { defaultPolicy, delayAfterMs } from "../api/retry";
import { HalfDone } from "./errors";
import type { Properties } from "../values/json";

/** The time of the unproven attempts, by the API's clock as far as its answers have told it by now. */
export type Attempts = () => { readonly from: number; readonly until: number };

interface Creation<T> {
    readonly post: () => Promise<T>;
    /** Looks for what an unproven attempt made; throws if what is there is somebody else's. */
    readonly findOwn: (attempts: Attempts) => Promise<T | undefined>;
    /** A time of this machine by the API's clock: another machine may go on with what is kept. */
    readonly serverTime: (time: number) => number;
    /** The attempts of an earlier operation, where they are unproven. */
    readonly earlier?: Attempts;
}

/** Set in state while nobody knows whether the object was made: the interval, in ISO 8601, in which that was tried. */
export const unconfirmedFact = "unconfirmed";

const iso = (time: number) => new Date(time).toISOString();

export function attemptsIn(state: Properties): Attempts | undefined {
    const interval = state[unconfirmedFact];
    if (typeof interval !== "string") return undefined;
    const [from = NaN, until = NaN] = interval.split("/").map((time) => Date.parse(time));
    return () => ({ from, until });
}

/** A write of which nobody knows whether it was done is kept as unfinished: the next update makes it good. */
export async function unlessUnproven<T>(answer: Promise<T>, facts: Properties = {}): Promise<T> {
    try {
        return await answer;
    } catch (error) {
        throw error instanceof RequestError && error.mayHaveHappened ? new HalfDone(error, facts) : error;
    }
}

const mostAttempts = 5;

/**
 * Posts what must not be made twice. After an answer that proves nothing (a cut connection, a 5xx) it looks before it
 * posts again. Where it can't even look, the resource is kept in state as unconfirmed, and the next update goes on here.
 */
export async function createExactlyOnce<T>({ post, findOwn, serverTime, earlier }: Creation<T>): Promise<T> {
    let unproven = earlier;
    const kept = (error: unknown) => {
        if (!unproven) return error;
        const { from, until } = unproven();
        return new HalfDone(error, { [unconfirmedFact]: `${iso(from)}/${iso(until)}` });
    };
    /** A look that fails proves nothing either; one that finds another's object settles the matter. */
    const look = async (): Promise<T | undefined> => {
        if (!unproven) return undefined;
        try {
            return await findOwn(unproven);
        } catch (error) {
            throw error instanceof RequestError ? kept(error) : error;
        }
    };

    const first = Date.now();
    for (let attempt = 0; ; attempt += 1) {
        const own = await look();
        if (own !== undefined) return own;
        const begun = Date.now();
        try {
            return await post();
        } catch (error) {
            if (!(error instanceof RequestError)) throw error;
            if (!error.mayHaveHappened) {
                // Refused: by what an earlier attempt made, or else for good.
                const made = await look();
                if (made !== undefined) return made;
                throw error;
            }
            const [ended, before] = [Date.now(), unproven];
            unproven = () => ({ from: before?.().from ?? serverTime(begun), until: serverTime(ended) });
            const delay = delayAfterMs(error, attempt, defaultPolicy);
            if (attempt + 1 >= mostAttempts || Date.now() - first + delay > defaultPolicy.totalMs) {
                const made = await look();
                if (made !== undefined) return made;
                throw kept(error);
            }
            await sleep(delay);
        }
    }
}
