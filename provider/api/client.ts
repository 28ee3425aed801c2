import type { AxiosInstance, AxiosResponse } from "axios";
import http from "node:http";
import https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { z } from "zod";
import { AnswerError, ApiError, apiError, ConnectionError, foreign, RequestError } from "./errors";
import { Pace } from "./rate-limiter";
import { remember } from "../values/mask";
import { defaultPolicy, nextDelayMs } from "./retry";
import type { Repeat, RetryPolicy } from "./retry";
import type { Agents } from "./transport";

export interface ClientOptions {
    /** `https://{organization}.{region}.{cloud}.api.imply.io`, without a trailing slash. */
    readonly baseUrl: string;
    readonly projectId: string;
    readonly apiKey: string;
    /** From the start of a request to the last byte of its answer. */
    readonly requestTimeoutMs: number;
    readonly policy?: RetryPolicy;
}

export interface RequestOptions {
    readonly repeat: Repeat;
    readonly body?: object;
    readonly query?: Record<string, string | number | readonly string[]>;
}

function parsedBody(request: { method: string; path: string }, { status, data }: AxiosResponse<string>): unknown {
    try {
        return JSON.parse(data);
    } catch {
        throw new AnswerError(request, `${status} and ${data === "" ? "nothing" : "text that is not JSON"}`);
    }
}

/** Loads what sends requests with the first of them: a preview sends none, and it takes half of a handler's time to load. */
async function connected(options: ClientOptions, agents: Agents): Promise<AxiosInstance> {
    const { createTransport } = await import("./transport.js");
    return createTransport(options, agents);
}

/** The one HTTP client of a project: authentication, time limits, pace, retries, typed errors. */
export class Client {
    readonly projectId: string;
    readonly baseUrl: string;
    private readonly transport: () => Promise<AxiosInstance>;
    private readonly agents: Agents = [new http.Agent({ keepAlive: true }), new https.Agent({ keepAlive: true })];
    private readonly pace = new Pace();
    private readonly policy: RetryPolicy;
    private readonly timeoutMs: number;
    private ahead = 0;
    /** The paths of what this client has sent a change for: what it read of them before may be over. */
    readonly written = new Set<string>();
    /** Who the API takes this client for, once it was told in an answer to a write. */
    self: string | undefined;

    constructor(options: ClientOptions) {
        this.projectId = options.projectId;
        this.baseUrl = options.baseUrl;
        this.policy = options.policy ?? defaultPolicy;
        this.timeoutMs = options.requestTimeoutMs;
        remember(options.apiKey);
        let http: Promise<AxiosInstance> | undefined;
        this.transport = () => (http ??= connected(options, this.agents));
    }

    /** Sends a request and gives the parsed answer, checked for what this package relies on. */
    async request<S extends z.ZodType>(
        method: string,
        path: string,
        options: RequestOptions,
        answer: S,
    ): Promise<z.output<S>> {
        const response = await this.send(method, path, options);
        const body = parsedBody({ method, path }, response);
        const parsed = answer.safeParse(body);
        if (parsed.success) return parsed.data;
        const where = parsed.error.issues.map((issue) => issue.path.join(".") || "the whole").join(", ");
        throw new AnswerError({ method, path }, `${response.status} and an unexpected body (see ${where})`);
    }

    /** Sends a request whose answer carries nothing of use. */
    async command(method: string, path: string, options: RequestOptions): Promise<void> {
        const response = await this.send(method, path, options);
        // A page of text with 200, such as a proxy's to log in, is no sign that anything was done.
        if (response.data !== "") parsedBody({ method, path }, response);
    }

    /** Tells a missing object from a missing project: asked each time, as a project that was there can go away. */
    async projectExists(family: "/connections" | "/jobs"): Promise<boolean> {
        try {
            await this.send("GET", family, {
                repeat: "always",
                ...(family === "/jobs" && { query: { paginationLimit: 1 } }),
            });
        } catch (error) {
            if (error instanceof ApiError && error.status === 404) return false;
            throw error;
        }
        return true;
    }

    /** Lets go of the connections that are kept open, which would hold a program up at its end. */
    close(): void {
        for (const agent of this.agents) agent.destroy();
    }

    /** By the API's clock: when something happened that happened at `time` by this machine's. */
    serverTime(time: number): number {
        return time + this.ahead;
    }

    private async send(method: string, path: string, options: RequestOptions): Promise<AxiosResponse<string>> {
        if (method !== "GET") this.written.add(path);
        // Time in the queue is not the API's.
        let begun: number | undefined;
        let isOpen = false;
        for (let attempt = 0; ; attempt += 1) {
            try {
                const response = await this.pace.run(() => {
                    begun ??= Date.now();
                    return this.attempt(method, path, options);
                });
                return response;
            } catch (error) {
                if (error instanceof RequestError) {
                    error.wasOpen = isOpen;
                    isOpen = error.mayHaveHappened;
                }
                const state = { attempt, elapsedMs: Date.now() - (begun ?? Date.now()), repeat: options.repeat };
                const delay = nextDelayMs(error, state, this.policy);
                if (delay === undefined) throw error;
                if (error instanceof ApiError && error.status === 429) attempt -= 1;
                await sleep(delay);
            }
        }
    }

    private async attempt(method: string, path: string, options: RequestOptions): Promise<AxiosResponse<string>> {
        const http = await this.transport();
        const begunAt = Date.now();
        const signal = AbortSignal.timeout(this.timeoutMs);
        const request = { method, path };
        let response: AxiosResponse<string>;
        try {
            response = await http.request<string>({
                method,
                url: path,
                signal,
                params: options.query,
                ...(options.body && { data: options.body, headers: { "Content-Type": "application/json" } }),
            });
        } catch (error) {
            // The library's own error carries the request with its headers; nothing of it but code and text goes on.
            throw new ConnectionError(request, this.failureOf(error, signal));
        }
        const date = Date.parse(String(response.headers.date));
        if (!Number.isNaN(date)) this.ahead = date - Date.now();
        if (response.status >= 200 && response.status < 300) {
            this.pace.accepted();
            return response;
        }
        const refused = apiError(request, {
            status: response.status,
            headers: response.headers as Record<string, string | undefined>,
            body: response.data,
        });
        // All requests wait for it, and none may wait for longer than one in trouble does.
        const waitMs = Math.min(refused.retryAfterMs ?? this.policy.firstDelayMs, this.policy.totalMs);
        if (refused.status === 429) this.pace.limited(begunAt, waitMs);
        else this.pace.accepted();
        throw refused;
    }

    private failureOf(error: unknown, signal: AbortSignal): { code: string; message: string } {
        if (signal.aborted) {
            return { code: "ETIMEDOUT", message: `gave no whole answer within ${this.timeoutMs / 1000} seconds` };
        }
        const { code, message } = error as { code?: unknown; message?: unknown };
        const name = typeof code === "string" ? code : "UNKNOWN";
        // OpenSSL's text has places in its source around the one part that says something.
        const said = String(message).replace(/^.*:SSL routines:[^:]*:([^:]+):.*$/s, "TLS failed: $1");
        return { code: name, message: `could not be asked (${foreign(said) || name})` };
    }
}
