import { setTimeout as sleep } from "node:timers/promises";
import { foreign } from "../api/errors";
import { getJobHealth, getJobMetrics } from "../api/jobs";
import type { Properties } from "../values/json";
import type { Context } from "../engine/resource";
import { unlessUnanswered } from "./wait";

/** How long a job that has just started is watched, and when: a job that reads without trouble ends the watch. */
const looksMs = [50, 450, 1_500];

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

function skippedRows(inputs: Properties, totals: { skippedByFilter: number; skippedByError: number }): string[] {
    const late = typeof inputs.lateMessageRejectionPeriod === "string" ? inputs.lateMessageRejectionPeriod : "P30D";
    return [
        // With a filter of its own, nothing tells which of the two has skipped them.
        ...(totals.skippedByFilter > 0 && inputs.filterExpression === undefined
            ? [
                  `skips rows (numRowsSkippedByFilter ${totals.skippedByFilter}): they are older than lateMessageRejectionPeriod (${late}) or newer than earlyMessageRejectionPeriod; raise it to have them`,
              ]
            : []),
        ...(totals.skippedByError > 0
            ? [
                  `skips rows (numRowsSkippedByError ${totals.skippedByError}): they cannot be parsed; check formatSettings, inputSchema and mappings against the records`,
              ]
            : []),
    ];
}

/** Reports what is wrong with a job that has just started, as far as it shows within a short time. */
export async function reportEarlyTrouble(context: Context, inputs: Properties, jobId: string): Promise<void> {
    for (const delay of looksMs) {
        await sleep(delay);
        const health = await unlessUnanswered(getJobHealth(context.client, jobId));
        const totals = await unlessUnanswered(getJobMetrics(context.client, jobId));
        if (!health) return;
        const { status, code, message } = health;
        const isIll = !["ok", undefined].includes(status);
        const parts = [code, message].flatMap((part) => (part ? [foreign(part)] : []));
        const cure = cures[code ?? ""] ?? "look at its log in Imply Polaris";
        const found = [
            ...(isIll ? [`has health ${foreign(status ?? "")} (${parts.join(": ") || "no code"}): ${cure}`] : []),
            ...(totals ? skippedRows(inputs, totals) : []),
        ];
        if (found.length > 0) {
            context.say(`warning: job ${jobId} ${found.join("; it ")}`);
            return;
        }
        if (!totals || totals.processed > 0) return;
    }
}
