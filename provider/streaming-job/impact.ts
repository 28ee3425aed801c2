import { valueAt } from "../values/json";
import type { Properties } from "../values/json";
import type { Planned } from "../engine/resource";
import { hasUnknown } from "../values/unknown";
import { specProperties } from "./schema";
import { desiredStatus } from "./mapping";
import { beginning } from "../kafka-connection/topics";

/** Whether a change of a trigger fires: taking it away does not. */
export const fires = (trigger: "restartTrigger" | "resetTrigger", inputs: Properties, changed: readonly string[]) =>
    changed.includes(trigger) && inputs[trigger] !== undefined;

/** What a planned change of a job does to running ingestion. */
export function jobEffects(
    state: Properties,
    inputs: Properties,
    { changed: planned, replaces, declaration }: Planned,
): string[] {
    if (replaces.includes("projectId")) {
        return [
            "the project changes: a job is started in the new project, then the old project's is ended; tables and data stay",
        ];
    }
    if (replaces.includes("target")) {
        const table = JSON.stringify(valueAt(state, ["target", "tableName"]));
        return [
            `the table changes: a job is started on the new one, then the old one's is ended; the table ${table} keeps its data`,
        ];
    }
    const open = planned.filter((name) => hasUnknown(inputs[name]));
    const changed = planned.filter((name) => !open.includes(name));
    const notes = open.length > 0 ? [`not known yet: ${open.join(", ")}, and so what becomes of the running job`] : [];
    const spec = changed.filter((name) => specProperties.includes(name));
    const [before, after] = [desiredStatus(state), desiredStatus(inputs)];
    const begins = beginning(state, inputs, declaration);
    if (spec.length > 0 && state.jobId !== undefined) {
        const offsets = begins ?? "goes on at its offsets";
        const then =
            before === "suspended" && after === "suspended"
                ? `is suspended as well, and when it is resumed ${offsets}`
                : offsets;
        notes.push(`${spec.join(", ")} changes: the ${before} job is swapped for a new one that ${then}`);
    }
    if (spec.includes("readFromPoint") && !fires("resetTrigger", inputs, changed)) {
        notes.push(
            "readFromPoint has no effect on a topic that this table has read before (resetTrigger reads it again)",
        );
    }
    if (changed.includes("desiredExecutionStatus")) {
        notes.push(
            after === "suspended"
                ? "the job is suspended: ingestion stops, offsets are kept"
                : begins === undefined
                  ? "the job is resumed at its offsets"
                  : `the job is resumed, and ${begins}`,
        );
    } else if (fires("restartTrigger", inputs, changed) && spec.length === 0 && after !== "suspended") {
        notes.push(
            begins === undefined
                ? "the job is restarted (suspended and resumed) at its offsets, with the connection as it is now"
                : `the job is restarted (suspended and resumed) with the connection as it is now, and ${begins}`,
        );
    }
    if (fires("resetTrigger", inputs, changed)) {
        const point =
            inputs.readFromPoint === "earliest" ? "earliest: rows are read again" : "latest: unread rows are skipped";
        notes.push(`the job's offsets are reset to ${point}`);
    }
    return notes;
}

/** What a planned create of a job leaves out of the table, though the program may want it. */
export function jobCreateEffects(inputs: Properties): string[] {
    const { readFromPoint, lateMessageRejectionPeriod = "P30D" } = inputs;
    return readFromPoint === "earliest" && lateMessageRejectionPeriod === "P30D"
        ? [
              "reads the topic from the earliest record on, but drops rows older than 30 days, as lateMessageRejectionPeriod is P30D unless you set it",
          ]
        : [];
}
