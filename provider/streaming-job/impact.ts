import { unlessAdopted } from "../engine/adoption";
import type { Change } from "../engine/resource";
import { isUnknown } from "../values/unknown";
import { desiredStatus, tableOf } from "./mapping";
import type { JobState } from "./mapping";
import { beginningOf } from "./offsets";
import type { JobStep, RestartCause } from "./plan";
import type { StreamingJobInputs } from "./schema";

/** The name of an argument instead of a value that is not known yet. */
const known = (value: string, name: string) => (isUnknown(value) ? name : value);

function describeSwap(
    { names, resets }: JobStep & { kind: "swap" },
    state: JobState,
    inputs: StreamingJobInputs,
    begins: string,
): string[] {
    const [before, after] = [desiredStatus(state), desiredStatus(inputs)];
    const next = before === "suspended" && after === "suspended" ? `is suspended, and when resumed ${begins}` : begins;
    const swap =
        state.jobId === undefined
            ? "the job of the unconfirmed create is swapped, or one is started if there is none"
            : `the ${before} job is swapped for a new one that ${next}`;
    return [
        `${names.join(", ")} changes: ${swap}`,
        ...(names.includes("readFromPoint") && !resets
            ? ["readFromPoint has no effect on a topic that this table has read before (resetTrigger reads it again)"]
            : []),
    ];
}

function describeConfirm({ startsIfMissing }: JobStep & { kind: "confirm" }): string {
    const look = "the last operation was not confirmed: looks for the job that it started";
    return startsIfMissing ? `${look}, and starts it if there is none` : look;
}

const restartReasons: Record<RestartCause, (connection: string) => string> = {
    trigger: () => "",
    changed: (connection) => `, because the ${connection} has changed since the job was started`,
    unrecorded: (connection) =>
        `, because the state does not say with which settings of the ${connection} the job was started`,
};

/** A step in words: what it does to running ingestion. */
export function describeJobStep(
    step: JobStep,
    state: JobState,
    inputs: StreamingJobInputs,
    { declared }: Change,
): string[] {
    const begins = beginningOf(state, inputs, declared);
    switch (step.kind) {
        case "unknown":
            return [`not known yet: ${step.names.join(", ")}, and so what happens to the running job`];
        case "confirm":
            return [describeConfirm(step)];
        case "swap":
            return describeSwap(step, state, inputs, begins ?? "continues at its offsets");
        case "continue":
            return [
                `the last operation failed: brings the job to ${known(desiredStatus(inputs), "desiredExecutionStatus")}, or starts another if it has ended`,
            ];
        case "suspend":
            return ["the job is suspended: ingestion stops, offsets are kept"];
        case "resume":
            return [begins === undefined ? "the job is resumed at its offsets" : `the job is resumed, and ${begins}`];
        case "restart": {
            const unless = step.unlessStarted ? ", unless it is started in this update" : "";
            const restart = "the job is restarted (suspended and resumed)";
            const why = restartReasons[step.cause](step.connection);
            return [
                begins === undefined
                    ? `${restart} at its offsets, with the ${step.connection} as it is now${unless}${why}`
                    : `${restart} with the ${step.connection} as it is now${unless}${why}, and ${begins}`,
            ];
        }
        case "reset":
            if (isUnknown(inputs.readFromPoint)) {
                return ["the job's offsets are reset to readFromPoint, which is not known yet"];
            }
            return [
                inputs.readFromPoint === "earliest"
                    ? "the job's offsets are reset to earliest: rows are read again"
                    : "the job's offsets are reset to latest: unread rows are skipped",
            ];
    }
}

/** A replacement in words. The check of the new job says where an adoption leads. */
export function describeJobReplacement(cause: string, state: JobState, { adopt }: StreamingJobInputs): string {
    if (cause === "projectId") {
        const begin = adopt
            ? "adopts the job on the table in the new project, or starts one"
            : "starts a job in the new project";
        return `the project changes: ${begin}, then ends the one in the old project, whose table it leaves as it is`;
    }
    const old = JSON.stringify(tableOf(state));
    return adopt
        ? `the table changes: adopts the job on the new table, or starts one; then ends the one on ${old}, ${unlessAdopted}`
        : `the table changes: starts a job on the new table (refused if it has one), then ends the one on ${old}, which it leaves as it is; the new job begins at readFromPoint, unless its table has read the topic before`;
}

/** Where a job begins that is started, and not swapped for another. */
export function startOf(inputs: StreamingJobInputs): string {
    const { readFromPoint } = inputs;
    const point =
        readFromPoint === undefined
            ? "readFromPoint (latest by default, which skips the records that are there already)"
            : `readFromPoint${isUnknown(readFromPoint) ? "" : ` (${readFromPoint})`}`;
    const resumed = desiredStatus(inputs) === "suspended" ? "is suspended, and when resumed " : "";
    return `${resumed}begins at ${point}, unless its table has read the topic before: then it continues at those offsets`;
}

/** Where a planned create begins, unless it adopts, and rows that it leaves out of the table. */
export const jobCreateNotes = (inputs: StreamingJobInputs, isPreview: boolean): string[] => {
    const { readFromPoint, lateMessageRejectionPeriod = "P30D", adopt } = inputs;
    if (!isPreview) return [];
    return [
        ...(adopt ? [] : [`starts a job that ${startOf(inputs)}`]),
        ...(readFromPoint === "earliest" && lateMessageRejectionPeriod === "P30D"
            ? [
                  "where it reads from the earliest record on (not at offsets of an earlier job), rows older than 30 days are dropped, as lateMessageRejectionPeriod is P30D unless you set it",
              ]
            : []),
    ];
};
