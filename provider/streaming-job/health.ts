import { setTimeout as sleep } from "node:timers/promises";
import { getJobHealth, getJobMetrics } from "../api/jobs";
import type { JobContext } from "./mapping";
import type { StreamingJobInputs } from "./schema";
import { unlessUnanswered } from "./status";
import { cureOf, isHealthy, reasonOf } from "./trouble";

/** When a job that has just started is looked at: one that reads without trouble ends the watch. */
const looksMs = [50, 450, 1_500];

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
        const isUnhealthy = !isHealthy(health);
        const found = [
            ...(isUnhealthy
                ? [
                      `has health ${client.quote(health.status ?? "")} (${reasonOf(health, client.quote)}): ${cureOf(health)}`,
                  ]
                : []),
            ...(totals ? skippedRows(inputs, totals) : []),
        ];
        if (found.length > 0) {
            log(`warning: job ${jobId} ${found.join("; it ")}${isUnhealthy ? ". [PolarisJobUnhealthy]" : ""}`);
            return;
        }
        if (!totals || totals.processed > 0) return;
    }
}
