import { getJobLogs, lastMessages } from "../api/jobs";
import type { Job } from "../api/jobs";
import type { Properties } from "../values/json";
import { connectionNameOf } from "./connection";
import { connectionKinds, registriesOf } from "./connection-kinds";
import type { JobContext } from "./mapping";
import { isPaused, resumeAdvice, unlessUnanswered } from "./status";
import { cureOf, cureOfEnded, isHealthy, reasonOf, sinceOf, timeText, withDetails } from "./trouble";

/** Unlike its message, a code is a word of the API's own. */
const isCode = (text: string | null | undefined) => /^[a-z]+(_[a-z]+)*$/.test(text ?? "");

/**
 * Whether a refresh may show the message and the log of a job. They can quote a secret with which the job connects, and
 * a process that only refreshes knows such a secret only if it has read the connection of the same state before: then
 * all that it shows is masked. A connection that was written after the job's start is not enough, as the job may still
 * use the secret of before. The same holds for the connections of schema registries.
 * Status, code and times are always shown.
 */
function canQuote({ knownState }: JobContext, { spec, createdTimestamp }: Job): boolean {
    return [connectionNameOf(spec), ...registriesOf(spec)].every((name) => {
        const states: (Properties | undefined)[] = connectionKinds.map(({ noun }) => knownState(noun, String(name)));
        return states.some((state) => Date.parse(String(state?.modifiedOnTimestamp)) <= Date.parse(createdTimestamp));
    });
}

/** A job's trouble as a refresh may show it: one request, for the log. */
async function shownTrouble(context: JobContext, job: Job) {
    const { client } = context;
    const log = (await unlessUnanswered(getJobLogs(client, job.id))) ?? [];
    const { status = "ok", code, message } = job.health ?? {};
    const isQuoted = canQuote(context, job);
    const shownCode = isQuoted || isCode(code) ? code : undefined;
    return {
        health: `${client.quote(status)}${sinceOf(log, job.health ?? {})}`,
        reason: reasonOf({ code: shownCode, message: isQuoted ? message : undefined }, client.quote),
        details: isQuoted
            ? lastMessages(log, client.quote)
            : ["its message and log can hold secrets that a refresh does not know: see its page in Imply Polaris"],
    };
}

/** Reports the health of a job that a refresh has found, unless it is healthy. */
export async function reportUnhealthy(context: JobContext, job: Job): Promise<void> {
    if (isHealthy(job.health)) return;
    const { health, reason, details } = await shownTrouble(context, job);
    const sentence = `warning: job ${job.id} has health ${health} (${reason}): ${cureOf(job.health ?? {})}. [PolarisJobUnhealthy]`;
    context.log(withDetails(sentence, details));
}

const nextOf = (other: Job | undefined) =>
    other ? `the table is fed by the job ${other.id} now` : "`pulumi up` starts another one at its offsets";

/** Reports that Imply Polaris does not have the job of the state any more. */
export const reportGone = ({ log }: JobContext, jobId: string, other: Job | undefined): void =>
    log(`warning: job ${jobId} does not exist any more; ${nextOf(other)}. [PolarisJobGone]`);

/** Reports why a refresh takes a job out of the state, where another one feeds the table if there is one. */
export async function reportEnd(context: JobContext, own: Job, other: Job | undefined): Promise<void> {
    const { client, log } = context;
    if (!other && (await isPaused(context))) {
        log(`job ${own.id} has ended, as the project is paused; ${resumeAdvice}. [PolarisProjectPaused]`);
        return;
    }
    const time = timeText(own.lastUpdatedTimestamp);
    const when = time === undefined ? "" : ` on ${time}`;
    if (own.executionStatus === "failed") {
        const { health, reason, details } = await shownTrouble(context, own);
        const cause = isHealthy(own.health) ? "" : ` (health ${health}: ${reason})`;
        const sentence = `warning: job ${own.id} failed${when}${cause}: ${cureOfEnded(own.health ?? {})}; ${nextOf(other)}. [PolarisJobFailed]`;
        log(withDetails(sentence, details));
        return;
    }
    const user = own.lastModifiedBy?.username;
    const isCanceled = own.desiredExecutionStatus === "canceled" || own.executionStatus === "canceled";
    const end = isCanceled ? `was canceled${user === undefined ? "" : ` by ${client.quote(user)}`}` : "has completed";
    log(`warning: job ${own.id} ${end}${when}; ${nextOf(other)}. [PolarisJobEnded]`);
}
