import { setTimeout as sleep } from "node:timers/promises";
import { getJobHealth, getJobMetrics } from "../api/jobs";
import type { JobContext } from "./mapping";
import type { StreamingJobInputs } from "./schema";
import { unlessUnanswered } from "./status";

/** When a job that has just started is looked at: one that reads without trouble ends the watch. */
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

function skippedRows(
    { lateMessageRejectionPeriod = "P30D", filterExpression }: StreamingJobInputs,
    { skippedByFilter, skippedByError }: { skippedByFilter: number; skippedByError: number },
): string[] {
    return [
        // With a filter of its own, nothing tells which of the two has skipped them.
        ...(skippedByFilter > 0 && filterExpression === undefined
            ? [
                  `skips rows (numRowsSkippedByFilter ${skippedByFilter}): they are older than lateMessageRejectionPeriod (${lateMessageRejectionPeriod}) or newer than earlyMessageRejectionPeriod; raise it to have them`,
              ]
            : []),
        ...(skippedByError > 0
            ? [
                  `skips rows (numRowsSkippedByError ${skippedByError}): they cannot be parsed; check formatSettings, inputSchema and mappings against the records`,
              ]
            : []),
    ];
}

/** Reports what is wrong with a job that has just started, as far as it shows within two seconds. */
export async function reportEarlyTrouble(
    { client, log }: JobContext,
    inputs: StreamingJobInputs,
    jobId: string,
): Promise<void> {
    for (const delay of looksMs) {
        await sleep(delay);
        const health = await unlessUnanswered(getJobHealth(client, jobId));
        const totals = await unlessUnanswered(getJobMetrics(client, jobId));
        if (!health) return;
        const { status = "ok", code, message } = health;
        const parts = [code, message].flatMap((part) => (part ? [client.quote(part)] : []));
        const cure = cures[code ?? ""] ?? "look at its log in Imply Polaris";
        const found = [
            ...(status === "ok"
                ? []
                : [`has health ${client.quote(status)} (${parts.join(": ") || "no code"}): ${cure}`]),
            ...(totals ? skippedRows(inputs, totals) : []),
        ];
        if (found.length > 0) {
            log(`warning: job ${jobId} ${found.join("; it ")}`);
            return;
        }
        if (!totals || totals.processed > 0) return;
    }
}
