import type { Client } from "../client/client";
import type { Since } from "./exactly-once";

/** The `Date` header counts whole seconds, and an answer takes its time. */
const slackMs = 2_000;

/**
 * Whether what was found can be what this client's own unproven attempt made: begun since, and by the same user where
 * that is known. What it says has to be compared besides.
 */
export function madeSince(client: Client, since: Since, found: { by: string | undefined; at: string }): boolean {
    if (client.self !== undefined && found.by !== undefined && client.self !== found.by) return false;
    return Date.parse(found.at) >= since() - slackMs;
}
