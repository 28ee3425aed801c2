/** Who wrote something, as far as the API says so, and when. */
export interface Origin {
    readonly user: string | null | undefined;
    readonly time: string;
}

/** The `Date` header counts whole seconds, and an answer takes its time. */
const slackMs = 2_000;

/** How long an API that has stopped answering may still be carrying out a request. */
const lateMs = 60_000;

/** Times are compared as such: the API does not promise to spell them alike in each answer. */
const isSameTime = (a: unknown, b: unknown): boolean =>
    a === b || (typeof a === "string" && typeof b === "string" && Date.parse(a) === Date.parse(b));

/**
 * Whether an object can be what unconfirmed attempts of ours have created: at their time, and by the same user where
 * that is known. Its content has to be compared besides.
 */
export function canBeFrom(
    attempts: () => { readonly from: number; readonly until: number },
    { user, time }: Origin,
    ownUser: string | undefined,
): boolean {
    if (ownUser !== undefined && user && user !== ownUser) return false;
    const { from, until } = attempts();
    const created = Date.parse(time);
    return created >= from - slackMs && created <= until + lateMs;
}

/** Whether an API key created an object, and not a person. */
export const isApiKey = (user: string | null | undefined): boolean => user?.startsWith("api-key-") !== false;

/** Whether our API key may have created an object. The API names a key's user only in its answer to a write. */
export const canBeOurs = (user: string | null | undefined, ownUser: string | undefined): boolean =>
    ownUser === undefined || !user ? isApiKey(user) : user === ownUser;

/**
 * Whose the last write of an object is: our own, another user's that a refresh has shown (`seen`), or another user's
 * that nobody has seen yet. An object without a recorded write of ours counts as written by us.
 */
export function lastWriter(
    time: string,
    recorded: { readonly own: string | undefined; readonly seen: string | undefined },
): "own" | "seen" | "unseen" {
    if (recorded.own === undefined || isSameTime(recorded.own, time)) return "own";
    return isSameTime(recorded.seen, time) ? "seen" : "unseen";
}
