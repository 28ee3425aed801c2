/**
 * Control and inspection for tests, below `/_emulator/`: without a key, and for loopback callers only. The README
 * documents the routes and bodies.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { z } from "zod";
import type { Context } from "../context";
import { badRequest, notFound } from "../errors";
import { bodyOf } from "../http";
import { countRows } from "../model/checkpoints";
import { enter, plan, settle } from "../model/job-status";
import type { Project } from "../model/project";
import * as schemas from "../schemas/control";
import { someRules } from "../schemas/rules";
import { validate } from "../schemas/validate";
import { pause } from "./job-end";

const read = <Output>(request: FastifyRequest, schema: z.ZodType<Output>) => validate(schema, bodyOf(request) ?? {});

function projectOf({ store }: Context, projectId: string | undefined): Project {
    const id = projectId ?? [...store.projects.keys()][0] ?? "";
    const project = store.projects.get(id);
    if (project === undefined) {
        throw badRequest("ProjectNotFound", `Project '${id}' does not exist.`, "projectId");
    }
    return project;
}

function stateOf({ store, faults, rateLimit, outcomes }: Context) {
    const nowMs = store.clock.now();
    const projects = [...store.projects.values()].map((project) => {
        settle(project, nowMs);
        project.feeding.forEach((job) => countRows(project, job, nowMs));
        return {
            projectId: project.id,
            state: project.state,
            connections: [...project.connections.values()],
            jobs: [...project.jobs.values()],
            tables: [...project.tables.values()],
            checkpoints: [...project.checkpoints.values()],
        };
    });
    return {
        projects,
        clock: clockOf(store.clock),
        rules: store.rules,
        faults: faults.all,
        rateLimit: rateLimit.settings,
        outcomes,
    };
}

const clockOf = (clock: Context["store"]["clock"]) => ({ now: new Date(clock.now()).toISOString(), ...clock.state });

function jobRoutes(app: FastifyInstance, context: Context): void {
    const { store } = context;
    app.post<{ Params: { id: string } }>("/jobs/:id", async (request) => {
        const { executionStatus, health, metrics, logs } = read(request, schemas.forcedJob);
        const { id } = request.params;
        const project = [...store.projects.values()].find(({ jobs }) => jobs.has(id));
        const job = project?.jobs.get(id);
        if (project === undefined || job === undefined) {
            throw notFound("JobNotFound", `Job '${id}' does not exist.`, "id");
        }
        settle(project, store.clock.now());
        const recovers = health?.status === "ok" && job.health !== null && job.health.status !== "ok";
        job.health = health === undefined ? job.health : health;
        job.metrics = { ...job.metrics, ...metrics };
        if (executionStatus !== undefined) {
            plan(project, job, []);
            enter(project, job, { atMs: store.clock.now(), status: executionStatus, health });
            context.ingestion.stop(project, job);
        }
        const recovery = recovers ? [{ healthStatus: "ok", message: "The job is healthy." }] : [];
        job.logs.push(...[...recovery, ...logs].map((entry) => ({ timestamp: store.clock.timestamp(), ...entry })));
        await context.save();
        return job;
    });
    app.post("/outcomes", (request) => {
        const { projectId, ...outcome } = read(request, schemas.outcome);
        context.outcomes.push({ projectId: projectOf(context, projectId).id, ...outcome });
        return context.outcomes;
    });
}

function connectionRoutes(app: FastifyInstance, context: Context): void {
    app.post<{ Params: { name: string } }>("/connections/:name", async (request) => {
        const { projectId, testError, times } = read(request, schemas.connectionTest);
        const { name } = request.params;
        const connection = projectOf(context, projectId).connections.get(name);
        if (connection === undefined) {
            throw notFound("ConnectionNotFound", `Connection '${name}' does not exist.`, "name");
        }
        Object.assign(connection, { testError, testErrorTimes: testError === null ? null : times });
        await context.save();
        return connection;
    });
}

function ruleRoutes(app: FastifyInstance, context: Context): void {
    const { store } = context;
    app.get("/rules", () => store.rules);
    app.post("/rules", (request) => Object.assign(store.rules, read(request, someRules)));
    app.post("/project", async (request) => {
        const { projectId, state } = read(request, schemas.project);
        const project = projectOf(context, projectId);
        const nowMs = store.clock.now();
        settle(project, nowMs);
        if (state === "paused") {
            pause(context, project, nowMs);
        }
        project.state = state;
        await context.save();
        return { projectId: project.id, state: project.state };
    });
}

function trafficRoutes(app: FastifyInstance, { faults, rateLimit, recorder }: Context): void {
    app.get("/requests", () => recorder.report);
    app.delete("/requests", () => {
        recorder.clear();
        return recorder.report;
    });
    app.get("/faults", () => faults.all);
    app.post("/faults", (request) => faults.add(read(request, schemas.fault)));
    app.delete("/faults", () => {
        faults.clear();
        return faults.all;
    });
    app.post("/rateLimit", (request) => {
        const body = bodyOf(request);
        const settings = body === null ? null : read(request, schemas.rateLimit);
        const perSecond = settings?.perSecond ?? null;
        rateLimit.settings = settings === null || perSecond === null ? null : { ...settings, perSecond };
        return { rateLimit: rateLimit.settings };
    });
}

export function controlRoutes(app: FastifyInstance, context: Context): void {
    const { store, faults, rateLimit, recorder, outcomes } = context;
    app.get("/state", () => stateOf(context));
    app.post("/reset", async () => {
        await context.ingestion.clear();
        store.clear();
        faults.clear();
        recorder.clear();
        outcomes.length = 0;
        rateLimit.settings = null;
        await context.save();
        return stateOf(context);
    });
    app.get("/clock", () => clockOf(store.clock));
    app.post("/clock", async (request) => {
        const { advanceMs, freeze } = read(request, schemas.clock);
        if (freeze !== undefined) {
            store.clock.freeze(freeze);
        }
        store.clock.advance(advanceMs ?? 0);
        await context.save();
        return clockOf(store.clock);
    });
    ruleRoutes(app, context);
    trafficRoutes(app, context);
    jobRoutes(app, context);
    connectionRoutes(app, context);
}
