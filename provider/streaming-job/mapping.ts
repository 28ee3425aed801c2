import type { Job, JobSummary } from "../api/jobs";
import { isRecord } from "../values/json";
import type { Properties } from "../values/json";
import { isAsDeclared } from "../values/canonical";
import { specProperties, streamingJobInputs } from "./schema";

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

/** Arguments of the spec in which a job differs from what is declared. */
export const specDifferences = (job: Job, inputs: Properties): string[] =>
    specSchemas.flatMap(([name, schema]) => (isAsDeclared(schema, inputs[name], job.spec[name]) ? [] : [name]));

/** Whether a job does just what is declared. */
export const fulfils = (job: Job, inputs: Properties): boolean => specDifferences(job, inputs).length === 0;

export const isSuspended = ({ executionStatus, desiredExecutionStatus }: JobSummary) =>
    executionStatus === "suspended" || desiredExecutionStatus === "suspended";

export const desiredStatus = (properties: Properties): "running" | "suspended" =>
    properties.desiredExecutionStatus === "suspended" ? "suspended" : "running";

/** All arguments in which a job differs from what is declared. */
export const differences = (job: Job, inputs: Properties): string[] => [
    ...specDifferences(job, inputs),
    ...(isSuspended(job) === (desiredStatus(inputs) === "suspended") ? [] : ["desiredExecutionStatus"]),
];

/** A job in the form of a program's arguments; what only the program knows is as it was. */
export function actualOf(job: Job, state: Properties): Properties {
    return {
        ...(isRecord(job.spec) ? job.spec : {}),
        restartTrigger: state.restartTrigger,
        resetTrigger: state.resetTrigger,
        desiredExecutionStatus: isSuspended(job) ? "suspended" : "running",
    };
}

/** The stable facts: which job feeds the table now, and who made it when. */
export const factsOf = (job: Job): Properties => ({
    jobId: job.id,
    createdBy: job.createdBy && { username: job.createdBy.username, userId: job.createdBy.userId },
    createdTimestamp: job.createdTimestamp,
});
