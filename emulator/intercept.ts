import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Context } from "./context";
import { unauthorized } from "./errors";
import { applyFault, type Fault } from "./faults";
import { bodyOf } from "./http";
import type { RecordedRequest } from "./recorder";

const PROJECT = /^\/v1\/projects\/[^/]*/;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function readableBody(request: FastifyRequest): unknown {
    try {
        return bodyOf(request);
    } catch {
        return "[not JSON]";
    }
}

/** Applies a fault after the server has done its work; `text` is the real answer. */
async function applyAfter(fault: Fault, reply: FastifyReply, text: string): Promise<string> {
    const answer = await applyFault(fault, reply, { status: reply.statusCode, headers: {}, text });
    if (answer === undefined) {
        return text;
    }
    reply.removeHeader("content-length");
    void reply.code(answer.status).headers(answer.headers);
    return answer.text;
}

/** Handles every API request before its route: records it, delays it, applies faults and the rate limit, authenticates. */
export function intercept(app: FastifyInstance, context: Context): void {
    const { store, users, faults, rateLimit, recorder, latencyMs } = context;
    const records = new WeakMap<FastifyRequest, RecordedRequest>();
    const pending = new WeakMap<FastifyRequest, Fault>();

    app.addHook("onRequest", (request, reply, done) => {
        void reply.header("x-request-id", request.id);
        // Node's own header would not follow a clock that a test has advanced or frozen.
        void reply.header("date", new Date(store.clock.now()).toUTCString());
        records.set(request, recorder.begin(request.method, request.url));
        reply.raw.once("close", () => recorder.end());
        done();
    });
    app.addHook("preValidation", async (request, reply) => {
        const record = records.get(request);
        const user = users.authenticate(request.headers.authorization);
        const path = (request.url.split("?")[0] ?? "").replace(PROJECT, "");
        const fault = faults.match(request.method, path);
        if (record !== undefined) {
            const hasBody = typeof request.body === "string" && request.body !== "";
            recorder.complete(record, user, fault?.id, hasBody ? { body: readableBody(request) } : {});
        }
        if (latencyMs > 0) {
            await sleep(latencyMs);
        }
        if (fault?.phase === "after") {
            pending.set(request, fault);
        } else if (fault !== undefined) {
            const answer = await applyFault(fault, reply);
            if (answer !== undefined) {
                await reply.code(answer.status).headers(answer.headers).send(answer.text);
                return;
            }
        }
        rateLimit.take(store.clock.now());
        if (user === undefined) {
            throw unauthorized();
        }
    });
    app.addHook("onSend", async (request, reply, payload) => {
        const fault = pending.get(request);
        return fault === undefined ? payload : applyAfter(fault, reply, typeof payload === "string" ? payload : "");
    });
    app.addHook("onResponse", (request, reply, done) => {
        const record = records.get(request);
        if (record !== undefined) {
            record.status = reply.statusCode;
        }
        done();
    });
}
