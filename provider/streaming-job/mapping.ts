import type { Job, JobSummary } from "../api/jobs";
import type { Context, State } from "../engine/resource";
import { isAsDeclared } from "../values/canonical";
import type { Properties } from "../values/json";
import { specProperties, streamingJobInputs } from "./schema";
import type { StreamingJobInputs } from "./schema";

/** What the state records of a job besides its arguments. */
export type JobFacts = {
    /** The job that feeds the table. */
    readonly jobId: string;
    readonly createdBy: { readonly username: string; readonly userId: string } | undefined;
    readonly createdTimestamp: string;
    /** The job that a refresh has found in the place of this resource's own: it may be taken over, but not ended. */
    readonly foundByRefresh: string | undefined;
    /** What the job reads, of the moment at which it was last started. */
    readonly topicName: string | undefined;
    readonly topicNameIsPattern: boolean | undefined;
    readonly bootstrapServers: string | undefined;
    /** A salted fingerprint of the connection as it was then, if the job follows it. */
    readonly connectionFingerprint: string | undefined;
    /** The same of the schema registries that its format names, by their names. */
    readonly registryFingerprints: Readonly<Record<string, string>> | undefined;
};

export type JobState = State<StreamingJobInputs, JobFacts>;
export type JobContext = Context<StreamingJobInputs, JobFacts>;

const specSchemas = Object.entries(streamingJobInputs.shape).filter(([name]) => specProperties.includes(name));

/** The job's spec as POST `/jobs` takes it: the arguments, and the discriminators that have one value. */
export function specBody(inputs: StreamingJobInputs): object {
    const members: [string, unknown][] = Object.entries(inputs);
    return {
        ...Object.fromEntries(members.filter(([name]) => specProperties.includes(name))),
        type: "streaming",
        source: { ...inputs.source, type: "connection" },
        target: { ...inputs.target, type: "table" },
        // The API documents it both as defaulted and as required.
        ...(inputs.enableUpserts === true && { upsertVersionColumn: inputs.upsertVersionColumn ?? "__time" }),
    };
}

export const tableOf = ({ target }: StreamingJobInputs): string => target.tableName;

/** Arguments of the spec in which a job differs from what is declared. */
export function specDifferences(job: Job, inputs: StreamingJobInputs): string[] {
    const declared: Properties = inputs;
    return specSchemas.flatMap(([name, schema]) =>
        isAsDeclared(schema, declared[name], job.spec[name]) ? [] : [name],
    );
}

/** Whether a job has just the spec that is declared. */
export const hasSpec = (job: Job, inputs: StreamingJobInputs): boolean => specDifferences(job, inputs).length === 0;

export type JobStatus = Pick<JobSummary, "id" | "executionStatus" | "desiredExecutionStatus">;

export const isSuspended = ({ executionStatus, desiredExecutionStatus }: JobStatus) =>
    executionStatus === "suspended" || desiredExecutionStatus === "suspended";

export const desiredStatus = ({ desiredExecutionStatus = "running" }: StreamingJobInputs) => desiredExecutionStatus;

/** All arguments in which a job differs from what is declared. */
export const differences = (job: Job, inputs: StreamingJobInputs): string[] => [
    ...specDifferences(job, inputs),
    ...(isSuspended(job) === (desiredStatus(inputs) === "suspended") ? [] : ["desiredExecutionStatus"]),
];

/** A job in the form of a program's arguments; those that only the program knows are as they were. */
export const actualOf = (job: Job, state: JobState | undefined): Properties => ({
    ...job.spec,
    restartTrigger: state?.restartTrigger,
    resetTrigger: state?.resetTrigger,
    desiredExecutionStatus: isSuspended(job) ? "suspended" : "running",
});

/** The lasting facts: which job feeds the table, and who created it when. */
export const factsOf = (job: Job) => ({
    jobId: job.id,
    createdBy: job.createdBy ? { username: job.createdBy.username, userId: job.createdBy.userId } : undefined,
    createdTimestamp: job.createdTimestamp,
});

/** Where a job comes from and what it reads, for a user who has to decide. */
export const originOf = (job: JobSummary) =>
    `created by ${job.createdBy?.username ?? "another user"} on ${job.createdTimestamp}, which reads the connection ${JSON.stringify(job.source?.connectionName ?? "?")}`;

export const descriptionOf = (job: JobSummary) => `the streaming job ${job.id}, ${originOf(job)}`;
