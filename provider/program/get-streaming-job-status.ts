import * as pulumi from "@pulumi/pulumi";
import { askApi, askMocks } from "./ask-api";
import { findJob, missingJob, nameOfJob } from "./find-job";
import { hasMocks } from "./per-run";
import type { Project } from "./project";

/** The arguments of {@link getStreamingJobStatus}: exactly one of `tableName` and `jobId`. */
export interface GetStreamingJobStatusArgs {
    /** The table of the job: the job that feeds it now, or else the one that was started last. */
    tableName?: string;
    /** The job's id (UUID). */
    jobId?: string;
    /** The Imply Polaris project to ask. Default: the configured one. */
    project?: Project;
}

/** The arguments of {@link getStreamingJobStatusOutput}: exactly one of `tableName` and `jobId`. */
export interface GetStreamingJobStatusOutputArgs {
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

/** The health of a streaming job (Jobs v1, `health`). */
export interface StreamingJobHealth {
    /** `ok`, `warn` or `error`; `unknown` where Imply Polaris does not say. */
    status: "ok" | "warn" | "error" | "unknown";
    /** What is wrong, such as `lost_connection_to_source`; undefined where nothing is. */
    code?: string;
    /**
     * The same in words of Imply Polaris, as far as there are any. Known secrets are masked, but it may quote one of a
     * connection, which the function does not know: make an output of it secret.
     */
    message?: string;
}

/** The rows of a streaming job since it was created (Jobs v1, `metrics`). */
export interface StreamingJobMetrics {
    /** The rows that were read. */
    rowsProcessed: number;
    /** The rows that were dropped: by the filter, or as too old or too far in the future. */
    rowsSkippedByFilter: number;
    /** The rows that could not be parsed. */
    rowsSkippedByError: number;
}

/** How a streaming job is now. */
export interface StreamingJobStatus {
    /** The job's id (UUID). */
    jobId: string;
    /** `pending`, `running`, `idle`, `suspended`, `completed`, `canceled`, `failed` or `unknown`. */
    executionStatus: string;
    /** `running`, `suspended` or `canceled`. */
    desiredExecutionStatus: string;
    /** Whether the job has trouble. */
    health: StreamingJobHealth;
    /** The rows that the job has read and skipped. */
    metrics: StreamingJobMetrics;
}

const title = "getStreamingJobStatus";

const healthStatuses: Record<string, StreamingJobHealth["status"]> = {
    ok: "ok",
    warn: "warn",
    warning: "warn",
    error: "error",
};

/**
 * Asks Imply Polaris how a streaming job is now: its status, its health and its rows. Each run asks again, previews
 * too; the answer is in no resource's state. Fails where there is no such job. In unit tests with mocks, `call` answers
 * it, as `polaris:index:getStreamingJobStatus`.
 *
 * @throws One sentence that says what to set or do.
 */
export async function getStreamingJobStatus(args: GetStreamingJobStatusArgs): Promise<StreamingJobStatus> {
    const name = nameOfJob(title, args);
    if (hasMocks()) return askMocks(title, args);
    return askApi({ title, permission: "ManageIngestionJobs", project: args.project }, async (client) => {
        const { getJobMetrics } = await import("../api/jobs.js");
        const job = await findJob(client, args);
        const metrics = job && (await getJobMetrics(client, job.id, "always"));
        if (!job || !metrics) throw missingJob(title, name);
        const { status = "unknown", code, message } = job.health ?? {};
        return {
            jobId: job.id,
            executionStatus: job.executionStatus,
            desiredExecutionStatus: job.desiredExecutionStatus ?? "running",
            health: {
                status: healthStatuses[status] ?? "unknown",
                ...(code && { code: client.quote(code) }),
                ...(message && { message: client.quote(message) }),
            },
            metrics: {
                rowsProcessed: metrics.processed,
                rowsSkippedByFilter: metrics.skippedByFilter,
                rowsSkippedByError: metrics.skippedByError,
            },
        };
    });
}

/**
 * {@link getStreamingJobStatus} as an Output. While an argument is not known in a preview, neither is the Output, and
 * nothing is asked.
 */
export const getStreamingJobStatusOutput = ({
    tableName,
    jobId,
    project,
}: GetStreamingJobStatusOutputArgs): pulumi.Output<StreamingJobStatus> =>
    pulumi
        .all([tableName, jobId])
        .apply(([table, job]) => getStreamingJobStatus({ tableName: table, jobId: job, project }));
