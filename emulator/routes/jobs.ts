import type { Answer, Call, Context, Route } from "../context";
import { badRequest, notFound } from "../errors";
import { countRows, resetCheckpoint } from "../model/checkpoints";
import { jobResponse, type ExecutionStatus, type Job } from "../model/job";
import { requestStatus } from "../model/job-status";
import { newJob } from "../model/new-job";
import type { Rules } from "../rules";
import { EXECUTION_STATUSES } from "../schemas/job-status";
import { createJob, setStatus } from "../schemas/jobs";
import { listJobs } from "./job-list";
import { replace, start } from "./job-start";

function find({ project, params }: Call): Job {
    const id = params.jobId ?? "";
    const job = project.jobs.get(id);
    if (job === undefined) {
        throw notFound("JobNotFound", `Job '${id}' does not exist.`, "jobId");
    }
    return job;
}

const create =
    (context: Context) =>
    (call: Call): Answer => {
        const body = call.body(createJob);
        const job = newJob(call.project, body, { user: call.user, timestamp: call.timestamp() });
        replace(call, body, job);
        call.project.jobs.set(job.id, job);
        if (job.type === "streaming") {
            call.project.feeding.set(job.tableName, job);
        }
        const table = call.project.tables.get(job.tableName);
        if (job.type === "drop_table" && table !== undefined) {
            table.availability = "deleting";
        }
        start(context, call, job);
        return { status: 201, location: `/jobs/${job.id}`, body: jobResponse(job) };
    };

const change =
    ({ transitionMs }: Context, answer: (job: Job) => unknown) =>
    (call: Call): Answer => {
        const job = find(call);
        const { desiredExecutionStatus } = call.body(setStatus);
        const { user, nowMs } = call;
        requestStatus(call.project, job, desiredExecutionStatus, {
            user,
            timestamp: call.timestamp(),
            nowMs,
            transitionMs,
        });
        return { body: answer(job) };
    };

const status = ({ executionStatus }: Job) => ({ executionStatus });

const RESETTABLE: Record<Rules["resetAccepts"], readonly ExecutionStatus[]> = {
    live: ["running", "idle", "suspended"],
    running: ["running", "idle"],
    any: EXECUTION_STATUSES,
};

const reset = (call: Call): Answer => {
    const job = find(call);
    const statuses = RESETTABLE[call.project.rules.resetAccepts];
    if (job.type !== "streaming" || !statuses.includes(job.executionStatus)) {
        const what = job.type === "streaming" ? job.executionStatus : `of type '${job.type}'`;
        throw badRequest("CannotReset", `Job '${job.id}' is ${what} and cannot be reset.`, "jobId");
    }
    resetCheckpoint(call.project, job, call.nowMs);
    return {};
};

const progress = (call: Call): Answer => {
    const { executionStatus } = find(call);
    const overallProgress = executionStatus === "completed" ? 1 : executionStatus === "pending" ? 0 : 0.5;
    return { body: { overallProgress } };
};

const metrics = (call: Call): Answer => {
    const job = find(call);
    countRows(call.project, job, call.nowMs);
    const totals = {
        numBytesProcessed: job.rowsProcessed * 100,
        ...(job.type === "streaming" ? {} : { numRowsPersisted: job.rowsProcessed }),
        numRowsProcessed: job.rowsProcessed,
        numRowsProcessedWithWarning: 0,
        numRowsSkippedByError: 0,
        numRowsSkippedByFilter: 0,
        ...job.metrics,
    };
    return { body: { totals } };
};

export const jobRoutes = (context: Context): Route[] => [
    ["GET", "/jobs", listJobs],
    ["POST", "/jobs", create(context)],
    ["GET", "/jobs/:jobId", (call) => ({ body: jobResponse(find(call)) })],
    ["PUT", "/jobs/:jobId", change(context, jobResponse)],
    ["GET", "/jobs/:jobId/status", (call) => ({ body: status(find(call)) })],
    ["POST", "/jobs/:jobId/status", change(context, status)],
    ["POST", "/jobs/:jobId/reset", reset],
    ["GET", "/jobs/:jobId/progress", progress],
    ["GET", "/jobs/:jobId/logs", (call) => ({ body: { logs: find(call).logs } })],
    ["GET", "/jobs/:jobId/metrics", metrics],
];
