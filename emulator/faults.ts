import { randomUUID } from "node:crypto";
import type { FastifyReply } from "fastify";
import type { FaultBody } from "./schemas/control";

/** A fault, and how many requests it has hit. */
export interface Fault extends FaultBody {
    id: string;
    hits: number;
}

interface Entry {
    fault: Fault;
    path: RegExp | undefined;
}

const NEVER = new Promise<never>(() => undefined);
const TRICKLE_MS = 200;
const CUT_BODY = '{"code":"Unknown","message":"this answer ends in the mid';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export class FaultList {
    #entries: Entry[] = [];

    add(body: FaultBody): Fault {
        const fault = { ...body, id: randomUUID(), hits: 0 };
        this.#entries.push({ fault, path: body.path === undefined ? undefined : new RegExp(body.path) });
        return fault;
    }

    get all(): Fault[] {
        return this.#entries.map(({ fault }) => fault);
    }

    clear(): void {
        this.#entries = [];
    }

    /** The first fault that applies to this request; counts the hit. `path` is the part after the project. */
    match(method: string, path: string): Fault | undefined {
        const match = this.#entries.find(
            ({ fault, path: pattern }) =>
                (fault.times === null || fault.hits < fault.times) &&
                (fault.method === undefined || fault.method === method) &&
                (pattern === undefined || pattern.test(path)),
        )?.fault;
        if (match !== undefined) {
            match.hits += 1;
        }
        return match;
    }
}

function trickle(reply: FastifyReply): void {
    reply.raw.writeHead(200, { "content-type": "application/json" });
    reply.raw.write("{");
    const timer = setInterval(() => reply.raw.write(" "), TRICKLE_MS);
    timer.unref();
    reply.raw.once("close", () => clearInterval(timer));
}

/** Sends half of the real answer with the length of the whole one, then ends the connection. */
function cutAnswer(reply: FastifyReply, status: number, text: string): void {
    const half = text.slice(0, Math.max(1, Math.floor(text.length / 2)));
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(text) + 1 };
    reply.raw.writeHead(status, headers);
    reply.raw.write(half, () => reply.raw.socket?.destroy());
}

/** The answer to a request in place of the real one. */
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
 * Applies a fault. Resolves to the answer to send instead of the real one, or to `undefined` if the request continues;
 * never resolves for a fault without an answer.
 */
export async function applyFault(
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
