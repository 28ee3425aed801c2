import type { Call, Context, Outcome } from "../context";
import { isTerminal, type Health, type Job, type Transition } from "../model/job";
import { enter, plan, settle, transitionsTo } from "../model/job-status";
import type { Project } from "../model/project";
import type { CreateJob } from "../schemas/jobs";

const PAUSED: Health = { status: "error", code: "internal_error", message: "The project is paused." };

/** The outcome that a test has set for the next job on a table. */
function takeOutcome({ outcomes }: Context, { project }: Call, job: Job): Outcome | undefined {
    const outcome = outcomes.find(
        ({ projectId, tableName }) => projectId === project.id && tableName === job.tableName,
    );
    if (outcome !== undefined && outcome.times !== null) {
        outcome.times -= 1;
        if (outcome.times === 0) {
            outcomes.splice(outcomes.indexOf(outcome), 1);
        }
    }
    return outcome;
}

function transitionsOf(outcome: Outcome, job: Job, atMs: number): Transition[] {
    const { executionStatus: status, health, metrics, afterMs } = outcome;
    switch (status) {
        case "failed": {
            const code = health?.code ?? "internal_error";
            return [
                { atMs, status, health: { status: "error", message: "The job failed.", ...health, code }, metrics },
            ];
        }
        case "pending":
            job.health = health === undefined ? job.health : health;
            return [];
        case "running":
            return afterMs === 0
                ? [{ atMs, status, health, metrics }]
                : [
                      { atMs, status },
                      { atMs: atMs + afterMs, status, health, metrics },
                  ];
    }
}

/** Plans the status changes of a new job. */
export function start(context: Context, call: Call, job: Job): void {
    const { project, nowMs } = call;
    const { transitionMs } = context;
    const atMs = nowMs + transitionMs;
    const outcome = project.state === "paused" ? undefined : takeOutcome(context, call, job);
    if (project.state === "paused") {
        plan(project, job, [{ atMs, status: "failed", health: PAUSED }]);
    } else if (outcome !== undefined) {
        job.logs.push(...outcome.logs.map((entry) => ({ timestamp: call.timestamp(), ...entry })));
        plan(project, job, transitionsOf(outcome, job, atMs));
    } else if (job.type === "streaming") {
        const half = { nowMs: nowMs + transitionMs / 2, transitionMs: transitionMs / 2 };
        plan(project, job, transitionsTo(project, job, half, { status: "running" }));
    } else {
        plan(project, job, [
            { atMs: nowMs + transitionMs / 2, status: "running" },
            { atMs, status: "completed" },
        ]);
    }
    settle(project, nowMs);
}

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
export function pause(project: Project, nowMs: number): void {
    project.state = "paused";
    const health: Health = { ...PAUSED, code: "canceled" };
    for (const job of project.jobs.values()) {
        if (!isTerminal(job.executionStatus)) {
            plan(project, job, []);
            enter(project, job, { atMs: nowMs, status: project.rules.pausedJobStatus, health });
        }
    }
}
