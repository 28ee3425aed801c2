import { z } from "zod";
import type { ProjectAddress } from "../config";
import type { Mask } from "../values/mask";
import { AnswerError, ApiError, apiError, ConnectionError, ProjectMissingError } from "./errors";
import type { Request } from "./errors";
import { RateLimiter } from "./rate-limiter";
import { defaultPolicy, withRetries } from "./retry";
import type { Attempt, Repeat, RetryPolicy } from "./retry";
import type { Response, Transport } from "./transport";

export interface ClientOptions {
    /** `https://{organization}.{region}.{cloud}.api.imply.io`, without a trailing slash. */
    readonly baseUrl: string;
    readonly projectId: string;
    readonly apiKey: string;
    /** From the start of a request to the last byte of its answer. */
    readonly requestTimeoutMs: number;
    readonly policy?: RetryPolicy;
}

export interface RequestOptions<T> {
    readonly repeat: Repeat<T>;
    readonly body?: object;
    readonly query?: Record<string, string | number | readonly string[]>;
}

/** What an answer has. The large ones are `z.lazy`: most previews have no answer to check. */
type Schema<T> = z.ZodType<T>;

/** The answer to a request of which only the success matters. */
const acknowledgement = z.unknown().transform((): true => true);

const longestQuote = 500;

/** What is searched for secrets: far more than is shown. */
const longestSearch = 50_000;

function parsedBody(request: Request, { status, body }: Response): unknown {
    try {
        return JSON.parse(body);
    } catch {
        throw new AnswerError(request, `${status} and ${body === "" ? "nothing" : "text that is not JSON"}`);
    }
}

/** Loads the HTTP library with the first request: most previews send none, and it is half of a handler's load time. */
async function connect(options: ClientOptions): Promise<Transport> {
    const { Transport } = await import("./transport.js");
    return new Transport(options);
}

/** The one HTTP client of a project: authentication, time limits, rate limits, retries, typed errors. */
export class Client {
    private readonly limiter = new RateLimiter();
    private readonly policy: RetryPolicy;
    private transport: Promise<Transport> | undefined;
    private aheadMs = 0;
    private writes = 0;
    private knownUser: string | undefined;

    constructor(
        private readonly options: ClientOptions,
        private readonly mask: Mask,
    ) {
        this.policy = options.policy ?? defaultPolicy;
        mask.add(options.apiKey);
    }

    /** The user that the API takes this client for; undefined until an answer to a write has named it. */
    get user(): string | undefined {
        return this.knownUser;
    }

    get address(): ProjectAddress {
        const { baseUrl, projectId } = this.options;
        return { baseUrl, projectId };
    }

    /** An address in an answer as a whole one: it may be a path of the API. */
    resolve(address: string): string {
        return new URL(address, this.options.baseUrl).href;
    }

    /** Answers to writes name the user who wrote. */
    learnUser(user: string | undefined): void {
        this.knownUser = user ?? this.knownUser;
    }

    /** How many requests that change something this client has sent: an answer from before such a one may be outdated. */
    get writeCount(): number {
        return this.writes;
    }

    /** By the API's clock: the time of what happened at `time` by the clock of this machine. */
    serverTime(time: number): number {
        return time + this.aheadMs;
    }

    /** Foreign text for a sentence: without secrets, one line, bounded. */
    readonly quote = (text: string): string => {
        const line = this.mask.hide(text.trim().slice(0, longestSearch)).replace(/\s+/g, " ");
        return line.length > longestQuote ? `${line.slice(0, longestQuote)}…` : line;
    };

    /** Closes the connections that are kept open, which would keep a program from ending. */
    close(): void {
        void this.transport?.then((transport) => transport.close());
    }

    /** Sends a request whose answer carries nothing of use; true once it was accepted. */
    command(method: string, path: string, options: RequestOptions<true>): Promise<true> {
        return this.request(method, path, options, acknowledgement);
    }

    /** Like `request`; undefined where the object does not exist. */
    async find<T>(method: string, path: string, options: RequestOptions<T>, answer: Schema<T>): Promise<T | undefined> {
        try {
            return await this.request(method, path, options, answer);
        } catch (error) {
            if (error instanceof ApiError && error.status === 404) return undefined;
            throw error;
        }
    }

    /** Like `command`; undefined where the object does not exist. */
    findCommand(method: string, path: string, options: RequestOptions<true>): Promise<true | undefined> {
        return this.find(method, path, options, acknowledgement);
    }

    /** Sends a request and returns the parsed answer, checked for the members that this package relies on. */
    async request<T>(method: string, path: string, options: RequestOptions<T>, answer: Schema<T>): Promise<T> {
        try {
            return await this.send(method, path, options, answer);
        } catch (error) {
            if (!(error instanceof ApiError) || error.status !== 404 || path === "") throw error;
            const family = (["/connections", "/tables"] as const).find((one) => path.startsWith(one)) ?? "/jobs";
            throw (await this.projectExists(family)) ? error : new ProjectMissingError(error, this.options.projectId);
        }
    }

    /** Tells a missing object from a missing project; asked each time, as a project can go away. */
    private async projectExists(family: "/connections" | "/tables" | "/jobs"): Promise<boolean> {
        const query = family === "/jobs" ? { query: { paginationLimit: 1 } } : {};
        try {
            await this.send("GET", family, { repeat: "always", ...query }, z.unknown());
        } catch (error) {
            if (error instanceof ApiError && error.status === 404) return false;
            throw error;
        }
        return true;
    }

    private send<T>(method: string, path: string, options: RequestOptions<T>, answer: Schema<T>): Promise<T> {
        if (method !== "GET") this.writes += 1;
        const attempt: Attempt<T> = async (wasAmbiguous, onStart) => {
            const response = await this.limiter.run(() => {
                onStart();
                return this.attempt({ method, path }, options, wasAmbiguous);
            });
            // A page of text with 200, such as a proxy's to log in, does not acknowledge anything.
            if (response.body === "" && answer.safeParse(undefined).success) return answer.parse(undefined);
            const parsed = answer.safeParse(parsedBody({ method, path }, response));
            if (parsed.success) return parsed.data;
            const places = parsed.error.issues.map((issue) => issue.path.join(".") || "the whole").join(", ");
            throw new AnswerError({ method, path }, `${response.status} and an unexpected body (see ${places})`);
        };
        const serverTime = (time: number) => this.serverTime(time);
        return withRetries(attempt, options.repeat, { policy: this.policy, serverTime });
    }

    private async attempt(
        request: Request,
        { body, query }: Pick<RequestOptions<unknown>, "body" | "query">,
        wasAmbiguous: boolean,
    ): Promise<Response> {
        const transport = await (this.transport ??= connect(this.options));
        const begin = Date.now();
        const signal = AbortSignal.timeout(this.options.requestTimeoutMs);
        let response: Response;
        try {
            response = await transport.request({
                method: request.method,
                url: request.path,
                signal,
                params: query,
                ...(body && { data: body, headers: { "Content-Type": "application/json" } }),
            });
        } catch (error) {
            // The library's own error carries the request with its headers: only code and text are passed on.
            throw new ConnectionError(request, this.failureOf(error, signal), wasAmbiguous);
        }
        const { status } = response;
        const date = Date.parse(String(response.headers.date));
        if (!Number.isNaN(date)) this.aheadMs = date - Date.now();
        if (status >= 200 && status < 300) {
            this.limiter.onAnswer();
            return response;
        }
        const error = apiError(request, response, this.quote, wasAmbiguous);
        // All requests wait for it, and none may wait for longer than one that is repeated.
        const waitMs = Math.min(error.retryAfterMs ?? this.policy.firstDelayMs, this.policy.totalMs);
        if (status === 429) this.limiter.onRateLimit(begin, waitMs);
        else this.limiter.onAnswer();
        throw error;
    }

    private failureOf(error: unknown, signal: AbortSignal): { code: string; message: string } {
        if (signal.aborted) {
            const seconds = this.options.requestTimeoutMs / 1000;
            return { code: "ETIMEDOUT", message: `gave no whole answer within ${seconds} seconds` };
        }
        const { code, message } = error as { code?: unknown; message?: unknown };
        const name = typeof code === "string" ? code : "UNKNOWN";
        // OpenSSL's text has places of its source around the one part that matters.
        const text = String(message).replace(/^.*:SSL routines:[^:]*:([^:]+):.*$/s, "TLS failed: $1");
        return { code: name, message: `could not be reached (${this.quote(text) || name})` };
    }
}
