import type { Answer, Call, Context, Route } from "../context";
import { badRequest, notFound } from "../errors";
import { countRows, resetCheckpoint } from "../model/checkpoints";
import { jobResponse, type Job } from "../model/job";
import { enter, plan, requestStatus, settle } from "../model/job-status";
import { makeJob } from "../model/new-job";
import { createJob, setStatus, type CreateJob } from "../schemas/jobs";
import { listJobs } from "./job-list";

function find({ project, params }: Call): Job {
    const id = params.jobId ?? "";
    const job = project.jobs.get(id);
    if (job === undefined) {
        throw notFound("JobNotFound", `Job '${id}' does not exist.`, "jobId");
    }
    return job;
}

/** What a test has arranged for the next job on a table. */
function takeOutcome({ outcomes }: Context, call: Call, job: Job) {
    const outcome = outcomes.find(
        ({ projectId, tableName }) => projectId === call.project.id && tableName === job.tableName,
    );
    if (outcome !== undefined && outcome.times !== null) {
        outcome.times -= 1;
        if (outcome.times === 0) {
            outcomes.splice(outcomes.indexOf(outcome), 1);
        }
    }
    return outcome;
}

function start(context: Context, call: Call, job: Job): void {
    const { transitionMs } = context;
    const atMs = call.nowMs + transitionMs;
    const outcome = takeOutcome(context, call, job);
    if (outcome !== undefined) {
        const logs = outcome.logs.map((entry) => ({ timestamp: call.timestamp(), ...entry }));
        const code = outcome.health?.code ?? "internal_error";
        const health = { status: "error" as const, message: "The job failed.", ...outcome.health, code };
        job.logs.push(...logs);
        job.health = outcome.executionStatus === "pending" && outcome.health ? outcome.health : job.health;
        plan(call.project, job, outcome.executionStatus === "failed" ? [{ atMs, status: "failed", health }] : []);
    } else if (job.type === "streaming") {
        plan(call.project, job, [{ atMs, status: "running" }]);
    } else {
        const runsAtMs = call.nowMs + transitionMs / 2;
        plan(call.project, job, [
            { atMs: runsAtMs, status: "running" },
            { atMs, status: "completed" },
        ]);
    }
    settle(call.project, call.nowMs);
}

/** The job that feeds the table ends in the same moment, so that there is never more than one. */
function replace(call: Call, body: CreateJob, job: Job): void {
    const replaced = call.project.feeding.get(job.tableName);
    if (body.type === "streaming" && replaced !== undefined) {
        replaced.desiredExecutionStatus = "canceled";
        replaced.lastModifiedBy = call.user;
        plan(call.project, replaced, []);
        enter(call.project, replaced, "canceled", call.nowMs);
    }
}

const create =
    (context: Context) =>
    (call: Call): Answer => {
        const body = call.body(createJob);
        const job = makeJob(call.project, body, { user: call.user, timestamp: call.timestamp() });
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

const reset = (call: Call): Answer => {
    const job = find(call);
    if (job.type !== "streaming" || !["running", "idle", "suspended"].includes(job.executionStatus)) {
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
