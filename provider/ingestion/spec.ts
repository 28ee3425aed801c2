import type { Job } from "../client/jobs";
import { isRecord } from "../lifecycle/json";
import type { Properties } from "../lifecycle/json";
import { isAsDeclared } from "../lifecycle/meaning";
import { specProperties, streamingJobInputs } from "../schemas/streaming-job";

const specSchemas = Object.entries(streamingJobInputs.shape).filter(([name]) => specProperties.includes(name));

/** The job's spec as POST `/jobs` takes it: what the program says, with the one-valued discriminators filled in. */
export function specOf(inputs: Properties): Properties {
    const said = Object.fromEntries(
        specProperties.flatMap((name) => (inputs[name] === undefined ? [] : [[name, inputs[name]]])),
    );
    return {
        ...said,
        type: "streaming",
        source: { ...(inputs.source as object), type: "connection" },
        target: { ...(inputs.target as object), type: "table" },
        // The API documents it both as defaulted and as required.
        ...(inputs.enableUpserts === true && { upsertVersionColumn: inputs.upsertVersionColumn ?? "__time" }),
    };
}

export const tableOf = (inputs: Properties): string => (inputs.target as { tableName: string }).tableName;

/** Whether a job does just what is declared. */
export const fulfils = (job: Job, inputs: Properties): boolean =>
    specSchemas.every(([name, schema]) => isAsDeclared(schema, inputs[name], job.spec[name]));

/** A job in the form of a program's arguments; what only the program knows is as it was. */
export function actualOf(job: Job, state: Properties): Properties {
    const suspended = job.executionStatus === "suspended" || job.desiredExecutionStatus === "suspended";
    return {
        ...(isRecord(job.spec) ? job.spec : {}),
        restartTrigger: state.restartTrigger,
        resetTrigger: state.resetTrigger,
        desiredExecutionStatus: suspended ? "suspended" : "running",
    };
}

/** The stable facts: which job feeds the table now, and who made it when. */
export const factsOf = (job: Job): Properties => ({
    jobId: job.id,
    createdBy: job.createdBy && { username: job.createdBy.username, userId: job.createdBy.userId },
    createdTimestamp: job.createdTimestamp,
});
