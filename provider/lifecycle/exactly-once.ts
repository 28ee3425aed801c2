import { setTimeout as sleep } from "node:timers/promises";
import { RequestError } from "../client/errors";
import { ProjectMissingError } from "../client/missing";
import { defaultPolicy, delayAfterMs } from "../client/retry";
import { HalfDone } from "./failures";
import type { Properties } from "./json";

/** When an unproven attempt was begun, by the API's clock as far as its answers have told it by now. */
export type Since = () => number;

interface Creation<T> {
    readonly post: () => Promise<T>;
    /** Looks for what an unproven attempt made; throws if what is there is somebody else's. */
    readonly findOwn: (since: Since) => Promise<T | undefined>;
    /** A time of this machine by the API's clock: another machine may go on with what is kept. */
    readonly serverTime: (time: number) => number;
    /** Since when an earlier operation's attempt is unproven, if one is. */
    readonly since?: Since;
}

/** Set in state while nobody knows whether the object was made. */
export const unconfirmedFact = "unconfirmedSince";

export function unprovenSince(state: Properties): Since | undefined {
    const since = state[unconfirmedFact];
    return typeof since === "string" ? () => Date.parse(since) : undefined;
}

/** A write of which nobody knows whether it was done is kept as unfinished: the next update makes it good. */
export async function unlessUnproven<T>(answer: Promise<T>, facts: Properties = {}): Promise<T> {
    try {
        return await answer;
    } catch (error) {
        throw error instanceof RequestError && error.mayHaveHappened ? new HalfDone(error, facts) : error;
    }
}

const attempts = 5;

/**
 * Posts what must not be made twice. After an answer that proves nothing (a cut connection, a 5xx) it looks before it
 * posts again. Where it can't even look, the resource is kept in state as unconfirmed, and the next update goes on here.
 */
export async function createExactlyOnce<T>({ post, findOwn, serverTime, since }: Creation<T>): Promise<T> {
    let unproven = since;
    const kept = (error: unknown) =>
        unproven ? new HalfDone(error, { [unconfirmedFact]: new Date(unproven()).toISOString() }) : error;
    /** A look that fails proves nothing either; one that finds another's object settles the matter. */
    const look = async (): Promise<T | undefined> => {
        if (!unproven) return undefined;
        try {
            return await findOwn(unproven);
        } catch (error) {
            throw error instanceof RequestError || error instanceof ProjectMissingError ? kept(error) : error;
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
            unproven ??= () => serverTime(begun);
            const delay = delayAfterMs(error, attempt, defaultPolicy);
            if (attempt + 1 >= attempts || Date.now() - first + delay > defaultPolicy.totalMs) {
                const made = await look();
                if (made !== undefined) return made;
                throw kept(error);
            }
            await sleep(delay);
        }
    }
}
