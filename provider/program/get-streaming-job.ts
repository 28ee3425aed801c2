import * as pulumi from "@pulumi/pulumi";
import { askApi, askMocks } from "./ask-api";
import { findJob, missingJob, nameOfJob } from "./find-job";
import { hasMocks } from "./per-run";
import type { Project } from "./project";
import type { PolarisUser } from "./types";

/** The arguments of {@link getStreamingJob}: exactly one of `tableName` and `jobId`. */
export interface GetStreamingJobArgs {
    /** The table of the job: the job that feeds it now, or else the one that was started last. */
    tableName?: string;
    /** The job's id (UUID). */
    jobId?: string;
    /** The Imply Polaris project to ask. Default: the configured one. */
    project?: Project;
}

/** The arguments of {@link getStreamingJobOutput}: exactly one of `tableName` and `jobId`. */
export interface GetStreamingJobOutputArgs {
    /**
     * The table of the job. Best given as `job.id`: in the preview that starts the job it is not known, so that nothing
     * is asked, and in `up` it is known when the job is as declared.
     */
    tableName?: pulumi.Input<string | undefined>;
    /** The job's id (UUID). */
    jobId?: pulumi.Input<string | undefined>;
    /** The Imply Polaris project to ask. Default: the configured one. */
    project?: Project;
}

/** A streaming job as Imply Polaris has it now. */
export interface GetStreamingJobResult {
    /** The job's id (UUID). */
    jobId: string;
    /** The table that it feeds. */
    tableName: string;
    /** The connection that it reads. */
    connectionName: string;
    /** `pending`, `running`, `idle`, `suspended`, `completed`, `canceled`, `failed` or `unknown`. */
    executionStatus: string;
    /** `running`, `suspended` or `canceled`. */
    desiredExecutionStatus: string;
    /** What the job was started with, in the form of the API (Jobs v1, `spec`): `source`, `mappings` and so on. */
    spec: Record<string, unknown>;
    /** The user who started the job; undefined where Imply Polaris does not say. */
    createdBy?: PolarisUser;
    /** When the job was started, RFC 3339. */
    createdTimestamp: string;
}

const title = "getStreamingJob";

/**
 * Asks Imply Polaris for a streaming job: what it does, and since when. Each run asks again, previews too; the answer is
 * in no resource's state. Fails where there is no such job. In unit tests with mocks, `call` answers it, as
 * `polaris:index:getStreamingJob`.
 *
 * @throws One sentence that says what to set or do.
 */
export async function getStreamingJob(args: GetStreamingJobArgs): Promise<GetStreamingJobResult> {
    const name = nameOfJob(title, args);
    if (hasMocks()) return askMocks(title, args);
    return askApi({ title, permission: "ManageIngestionJobs", project: args.project }, async (client) => {
        const job = await findJob(client, args);
        if (!job) throw missingJob(title, name);
        const { id, executionStatus, desiredExecutionStatus, spec, target, source, createdBy, createdTimestamp } = job;
        return {
            jobId: id,
            tableName: target?.tableName ?? "",
            connectionName: source?.connectionName ?? "",
            executionStatus,
            desiredExecutionStatus: desiredExecutionStatus ?? "running",
            spec,
            ...(createdBy && { createdBy: { username: createdBy.username, userId: createdBy.userId } }),
            createdTimestamp,
        };
    });
}

/**
 * {@link getStreamingJob} as an Output. While an argument is not known in a preview, neither is the Output, and nothing
 * is asked.
 */
export const getStreamingJobOutput = ({
    tableName,
    jobId,
    project,
}: GetStreamingJobOutputArgs): pulumi.Output<GetStreamingJobResult> =>
    pulumi.all([tableName, jobId]).apply(([table, job]) => getStreamingJob({ tableName: table, jobId: job, project }));
