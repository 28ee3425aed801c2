import { randomUUID } from "node:crypto";
import {
    fastify,
    type FastifyInstance,
    type FastifyPluginCallback,
    type FastifyReply,
    type FastifyRequest,
} from "fastify";
import type { Answer, Call, Context, Route } from "./context";
import { notFound, Refusal, unauthorized } from "./errors";
import { isLoopback, requiredBodyOf } from "./http";
import { intercept } from "./intercept";
import { settle } from "./model/job-status";
import { connectionRoutes } from "./routes/connections";
import { controlRoutes } from "./routes/control";
import { eventRoutes } from "./routes/events";
import { jobRoutes } from "./routes/jobs";
import { projectRoutes } from "./routes/project";
import { queryRoutes } from "./routes/query";
import { tableRoutes } from "./routes/tables";
import { validate } from "./schemas/validate";

const BODY_LIMIT = 16 * 1024 * 1024;

function refuse(error: Error & { statusCode?: number; code?: string }, reply: FastifyReply): void {
    if (error instanceof Refusal) {
        void reply.code(error.status).headers(error.headers).send(error.body);
        return;
    }
    const status = error.statusCode ?? 500;
    const message = status < 500 ? error.message : "The emulator failed on this request.";
    void reply.code(status).send({ code: status < 500 ? "BadRequest" : "InternalError", message });
    if (status >= 500) {
        process.stderr.write(`${error.stack ?? error.message}\n`);
    }
}

function callOf({ store, users }: Context, request: FastifyRequest): Call {
    const params = request.params as Record<string, string | undefined>;
    const user = users.authenticate(request.headers.authorization);
    const project = store.projects.get(params.projectId ?? "");
    if (user === undefined) {
        throw unauthorized();
    }
    if (project === undefined) {
        throw notFound("ProjectNotFound", `Project '${params.projectId ?? ""}' does not exist.`, "projectId");
    }
    const nowMs = store.clock.now();
    settle(project, nowMs);
    return {
        project,
        user,
        params,
        query: new URLSearchParams(request.url.split("?")[1] ?? ""),
        nowMs,
        timestamp: () => store.clock.timestamp(),
        body: (schema) => validate(schema, requiredBodyOf(request)),
        text: () => (typeof request.body === "string" ? request.body : ""),
    };
}

function mount(app: FastifyInstance, context: Context, [method, path, handle]: Route): void {
    const url = `/v1/projects/:projectId${path}`;
    app.route({
        method,
        url,
        handler: async (request, reply) => {
            const call = callOf(context, request);
            const answer: Answer = await handle(call);
            if (method !== "GET") {
                await context.save();
            }
            if (answer.location !== undefined) {
                void reply.header("location", `/v1/projects/${call.project.id}${answer.location}`);
            }
            if (answer.contentType !== undefined) {
                void reply.type(answer.contentType);
            }
            void reply.code(answer.status ?? 200);
            return reply.send(answer.body);
        },
    });
}

function unknownRoute(): never {
    throw notFound("RouteNotFound", "There is no such operation.");
}

/** The emulator as a server that does not listen yet. */
export function buildApp(context: Context): FastifyInstance {
    const app = fastify({
        bodyLimit: BODY_LIMIT,
        forceCloseConnections: true,
        genReqId: () => randomUUID(),
        routerOptions: { maxParamLength: 4096 },
    });
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
    app.setErrorHandler((error: Error, _request, reply) => refuse(error, reply));
    void app.register((api, _options, done) => {
        intercept(api, context);
        const routes = [
            ...projectRoutes,
            ...connectionRoutes(context),
            ...eventRoutes,
            ...jobRoutes(context),
            ...tableRoutes(context),
            ...queryRoutes(context),
        ];
        routes.forEach((route) => mount(api, context, route));
        api.setNotFoundHandler(unknownRoute);
        done();
    });
    const control: FastifyPluginCallback = (scope, _options, done) => {
        scope.addHook("onRequest", async (request, reply) => {
            if (!isLoopback(request.socket.remoteAddress)) {
                await reply.code(403).send({ message: "Control routes answer loopback callers only." });
            }
        });
        scope.setNotFoundHandler(unknownRoute);
        controlRoutes(scope, context);
        done();
    };
    void app.register(control, { prefix: "/_emulator" });
    return app;
}
