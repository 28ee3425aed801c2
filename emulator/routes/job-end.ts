import type { Call, Context } from "../context";
import { isTerminal, type Health, type Job } from "../model/job";
import { enter, plan } from "../model/job-status";
import { PAUSED, type Project } from "../model/project";
import type { CreateJob } from "../schemas/jobs";

/** Ends the job that feeds the table at the same moment, so that there is never more than one. */
export function replace({ project, user, nowMs: atMs }: Call, body: CreateJob, job: Job): void {
    const previous = project.feeding.get(job.tableName);
    if (previous === undefined || (body.type !== "streaming" && body.type !== "drop_table")) {
        return;
    }
    const status = body.type === "streaming" ? project.rules.replacedJobStatus : "canceled";
    previous.desiredExecutionStatus = status === "canceled" ? status : previous.desiredExecutionStatus;
    previous.lastModifiedBy = user;
    plan(project, previous, []);
    const health: Health = { status: "error", code: "canceled", message: "The job was replaced." };
    enter(project, previous, { atMs, status, ...(status === "failed" ? { health } : {}) });
}

/** Ends all jobs that have not ended; checkpoints stay. */
export function pause({ ingestion }: Context, project: Project, nowMs: number): void {
    project.state = "paused";
    const health: Health = { ...PAUSED, code: "canceled" };
    for (const job of project.jobs.values()) {
        if (!isTerminal(job.executionStatus)) {
            plan(project, job, []);
            enter(project, job, { atMs: nowMs, status: project.rules.pausedJobStatus, health });
            ingestion.stop(project, job);
        }
    }
}
