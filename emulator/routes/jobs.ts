import type { Answer, Call, Context, Route } from "../context";
import { badRequest, notFound } from "../errors";
import { jobResponse, type ExecutionStatus, type Job } from "../model/job";
import { requestStatus } from "../model/job-status";
import { newJob, verifyJob } from "../model/new-job";
import type { Rules } from "../rules";
import { EXECUTION_STATUSES } from "../schemas/job-status";
import { createJob, setStatus } from "../schemas/jobs";
import { listJobs } from "./job-list";
import { replace } from "./job-end";

function find({ project, params }: Call): Job {
    const id = params.jobId ?? "";
    const job = project.jobs.get(id);
    if (job === undefined) {
        throw notFound("JobNotFound", `Job '${id}' does not exist.`, "jobId");
    }
    return job;
}

const create =
    ({ ingestion }: Context) =>
    async (call: Call): Promise<Answer> => {
        const body = call.body(createJob);
        if (ingestion.verifyJob !== undefined) {
            const by = { user: call.user, timestamp: call.timestamp() };
            await ingestion.verifyJob(call.project, body, verifyJob(call.project, body, by).table);
        }
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
        ingestion.start(call.project, job, call.nowMs);
        return { status: 201, location: `/jobs/${job.id}`, body: jobResponse(job) };
    };

const change =
    ({ ingestion }: Context, answer: (job: Job) => unknown) =>
    (call: Call): Answer => {
        const job = find(call);
        const { desiredExecutionStatus } = call.body(setStatus);
        const by = { user: call.user, timestamp: call.timestamp() };
        if (requestStatus(call.project, job, desiredExecutionStatus, by)) {
            ingestion.changeStatus(call.project, job, call.nowMs);
        }
        return { body: answer(job) };
    };

const status = ({ executionStatus }: Job) => ({ executionStatus });

const RESETTABLE: Record<Rules["resetAccepts"], readonly ExecutionStatus[]> = {
    live: ["running", "idle", "suspended"],
    running: ["running", "idle"],
    any: EXECUTION_STATUSES,
};

const reset =
    ({ ingestion }: Context) =>
    async (call: Call): Promise<Answer> => {
        const job = find(call);
        const statuses = RESETTABLE[call.project.rules.resetAccepts];
        if (job.type !== "streaming" || !statuses.includes(job.executionStatus)) {
            const what = job.type === "streaming" ? job.executionStatus : `of type '${job.type}'`;
            throw badRequest("CannotReset", `Job '${job.id}' is ${what} and cannot be reset.`, "jobId");
        }
        await ingestion.reset(call.project, job, call.nowMs);
        return {};
    };

const progress = (call: Call): Answer => {
    const { executionStatus } = find(call);
    const overallProgress = executionStatus === "completed" ? 1 : executionStatus === "pending" ? 0 : 0.5;
    return { body: { overallProgress } };
};

const metrics =
    ({ ingestion }: Context) =>
    async (call: Call): Promise<Answer> => {
        const job = find(call);
        const totals = await ingestion.metrics(call.project, job, call.nowMs);
        return { body: { totals: { ...totals, ...job.metrics } } };
    };

export const jobRoutes = (context: Context): Route[] => [
    ["GET", "/jobs", listJobs],
    ["POST", "/jobs", create(context)],
    ["GET", "/jobs/:jobId", (call) => ({ body: jobResponse(find(call)) })],
    ["PUT", "/jobs/:jobId", change(context, jobResponse)],
    ["GET", "/jobs/:jobId/status", (call) => ({ body: status(find(call)) })],
    ["POST", "/jobs/:jobId/status", change(context, status)],
    ["POST", "/jobs/:jobId/reset", reset(context)],
    ["GET", "/jobs/:jobId/progress", progress],
    ["GET", "/jobs/:jobId/logs", (call) => ({ body: { logs: find(call).logs } })],
    ["GET", "/jobs/:jobId/metrics", metrics(context)],
];
