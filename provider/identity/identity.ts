import type { Client } from "../api/client";
import type { Attempts } from "../engine/exactly-once";

/** The `Date` header counts whole seconds, and an answer takes its time. */
const slackMs = 2_000;

/** How long an API that has stopped answering may still be at what it was asked for. */
const lateMs = 60_000;

/** Times of one object are compared as such: nobody promises that each answer spells them alike. */
export const isSameTime = (a: unknown, b: unknown): boolean =>
    a === b || (typeof a === "string" && typeof b === "string" && Date.parse(a) === Date.parse(b));

/**
 * Whether what was found can be what this client's own unproven attempts made: at their time, and by the same user where
 * that is known. What it says has to be compared besides.
 */
export function isOfUserAndTime(
    client: Client,
    attempts: Attempts,
    found: { by: string | undefined; at: string },
): boolean {
    if (client.self !== undefined && found.by !== undefined && client.self !== found.by) return false;
    const { from, until } = attempts();
    const at = Date.parse(found.at);
    return at >= from - slackMs && at <= until + lateMs;
}

/** Whether a program, by an API key, created an object, and not a person. */
export const isOfKey = (creator: string | undefined): boolean => creator?.startsWith("api-key-") !== false;

/** Whether this API key may be what created an object. The API tells a key's user only with the answer to a write. */
export const mayBeOwn = ({ self }: Client, creator: string | undefined): boolean =>
    self === undefined || creator === undefined ? isOfKey(creator) : self === creator;

/** What to do about an object that exists already, the likeliest cause first. Nothing of it ends what runs. */
export function adviceFor(client: Client, creator: string | undefined, other: string): string {
    const takeOver = `choose another ${other}, or set adopt: true to take it over`;
    return mayBeOwn(client, creator)
        ? `if this resource was renamed or moved, give it \`aliases\` (from another stack: \`pulumi state move\`; tainted: \`pulumi state untaint\`); else ${takeOver}`
        : takeOver;
}
