import { randomUUID } from "node:crypto";
import type { FastifyReply } from "fastify";
import type { FaultBody } from "./schemas/control";

/** A fault that waits for requests, and what it met so far. */
export interface Fault extends FaultBody {
    id: string;
    hits: number;
}

interface Waiting {
    fault: Fault;
    path: RegExp | undefined;
}

const NEVER = new Promise<never>(() => undefined);
const TRICKLE_MS = 200;
const CUT_BODY = '{"code":"Unknown","message":"this answer ends in the mid';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export class FaultList {
    #waiting: Waiting[] = [];

    add(body: FaultBody): Fault {
        const fault = { ...body, id: randomUUID(), hits: 0 };
        this.#waiting.push({ fault, path: body.path === undefined ? undefined : new RegExp(body.path) });
        return fault;
    }

    get all(): Fault[] {
        return this.#waiting.map(({ fault }) => fault);
    }

    clear(): void {
        this.#waiting = [];
    }

    /** The first fault that this request meets, counted as a hit. `path` is what follows the project. */
    meet(method: string, path: string): Fault | undefined {
        const met = this.#waiting.find(
            ({ fault, path: pattern }) =>
                (fault.times === null || fault.hits < fault.times) &&
                (fault.method === undefined || fault.method === method) &&
                (pattern === undefined || pattern.test(path)),
        )?.fault;
        if (met !== undefined) {
            met.hits += 1;
        }
        return met;
    }
}

function trickle(reply: FastifyReply): void {
    reply.raw.writeHead(200, { "content-type": "application/json" });
    reply.raw.write("{");
    const timer = setInterval(() => reply.raw.write(" "), TRICKLE_MS);
    timer.unref();
    reply.raw.once("close", () => clearInterval(timer));
}

/** Half of the real answer, under the length of the whole; then the connection ends. */
function cutAnswer(reply: FastifyReply, status: number, text: string): void {
    const half = text.slice(0, Math.max(1, Math.floor(text.length / 2)));
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(text) + 1 };
    reply.raw.writeHead(status, headers);
    reply.raw.write(half, () => reply.raw.socket?.destroy());
}

/** The answer that a request gets in place of the real one. */
export interface FaultyAnswer {
    status: number;
    headers: Record<string, string>;
    text: string;
}

function faultyAnswer({ effect }: Fault, real: FaultyAnswer): FaultyAnswer {
    if (effect.kind === "status") {
        const text = typeof effect.body === "string" ? effect.body : JSON.stringify(effect.body ?? {});
        const contentType = effect.contentType ?? (typeof effect.body === "string" ? "text/plain" : "application/json");
        return { status: effect.status, headers: { "content-type": contentType, ...effect.headers }, text };
    }
    const half = real.text.slice(0, Math.max(1, Math.floor(real.text.length / 2)));
    return { status: real.status, headers: { "content-type": "application/json" }, text: half };
}

/**
 * Lets a fault have its effect. Answers what to send instead, or `undefined` to go on as if nothing had happened;
 * for effects that answer nothing it never resolves.
 */
export async function strike(
    fault: Fault,
    reply: FastifyReply,
    real?: FaultyAnswer,
): Promise<FaultyAnswer | undefined> {
    const answer = real ?? { status: 200, headers: {}, text: CUT_BODY };
    switch (fault.effect.kind) {
        case "delay":
            await sleep(fault.effect.delayMs);
            return undefined;
        case "cut":
            reply.raw.socket?.destroy();
            return NEVER;
        case "hang":
            return NEVER;
        case "trickle":
            trickle(reply);
            return NEVER;
        case "truncate":
            if (fault.effect.truncate === "json") {
                return faultyAnswer(fault, answer);
            }
            cutAnswer(reply, answer.status, answer.text);
            return NEVER;
        case "status":
            return faultyAnswer(fault, answer);
    }
}
