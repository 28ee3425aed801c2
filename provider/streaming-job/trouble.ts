import type { Health, LogEntry } from "../api/jobs";

const cures: Record<string, string> = {
    unable_to_proceed:
        "records at its offsets may have expired; change resetTrigger to continue at readFromPoint, which skips or repeats rows",
    lost_connection_to_source: "check the brokers and the network, and the connection's secrets",
    could_not_connect_to_source: "check the brokers and the network, and the connection's secrets",
    no_rows_found: "check the connection's topicName",
    invalid_rows_found: "check formatSettings and inputSchema against the records",
    cannot_parse_source: "check formatSettings and inputSchema against the records",
    null_timestamp: "check the mapping of __time",
};

export const cureOf = ({ code }: Partial<Health>) => cures[code ?? ""] ?? "look at its log in Imply Polaris";

/** A reset is of a live job: a create never does one. */
const curesOfEnded: Record<string, string> = {
    unable_to_proceed:
        "records at its offsets may have expired; once another job has started, change resetTrigger to continue at readFromPoint, which skips or repeats rows",
};

/** What to do about the health of a job that has ended. */
export const cureOfEnded = ({ code }: Partial<Health>) => curesOfEnded[code ?? ""] ?? cureOf({ code });

export const isHealthy = (health: Partial<Health> | null | undefined) => (health?.status ?? "ok") === "ok";

/** The code and the message of a job's health; `quote` makes the API's words fit to be shown. */
export const reasonOf = ({ code, message }: Partial<Health>, quote: (text: string) => string): string =>
    [code, message].flatMap((part) => (part ? [quote(part)] : [])).join(": ") || "no code";

/** A time of the API as a text of this package; undefined if it is none. */
export function timeText(timestamp: string | null | undefined): string | undefined {
    const time = Date.parse(timestamp ?? "");
    return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/**
 * Since when a job is unhealthy: its first log entry about that after the last healthy one. Not every recovery is in the
 * log, so entries with the code of the present health count before others.
 */
export function sinceOf(log: readonly LogEntry[], { code }: Partial<Health>): string {
    const lastHealthy = log.findLastIndex(({ healthStatus }) => healthStatus === "ok");
    const unhealthy = log.slice(lastHealthy + 1).filter(({ healthStatus }) => typeof healthStatus === "string");
    const first = unhealthy.find((entry) => code && entry.code === code) ?? unhealthy[0];
    const time = timeText(first?.timestamp);
    return time === undefined ? "" : ` since ${time}`;
}

/** A sentence with its code, and lines below it. */
export const withDetails = (sentence: string, details: readonly string[]) =>
    [sentence, ...details.map((line) => `  ${line}`)].join("\n");
