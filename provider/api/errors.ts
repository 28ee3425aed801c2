import { STATUS_CODES } from "node:http";
import { redact } from "../values/mask";

const longestMessage = 500;

/** What is looked through for secrets: far more than is shown. */
const longestRead = 50_000;

/** Foreign text made fit for a sentence: no secrets, one line, bounded. */
export function foreign(text: string): string {
    const line = redact(text.replace(/\s+/g, " ").trim().slice(0, longestRead));
    return line.length > longestMessage ? `${line.slice(0, longestMessage)}…` : line;
}

interface Request {
    readonly method: string;
    readonly path: string;
}

/** A request that did not bring what it was sent for. */
export abstract class RequestError extends Error {
    readonly method: string;
    readonly path: string;
    /** Whether an earlier attempt at the same request left open whether it was done. */
    wasOpen = false;
    /** False only where this attempt surely did nothing. */
    protected abstract readonly leavesOpen: boolean;

    protected constructor(message: string, request: Request) {
        super(message);
        this.name = new.target.name;
        this.method = request.method;
        this.path = request.path;
    }

    /** False only where the server surely did nothing; decides whether repeating a create is safe. */
    get mayHaveHappened(): boolean {
        return this.wasOpen || this.leavesOpen;
    }
}

/** The API answered with a status other than success. */
export class ApiError extends RequestError {
    readonly status: number;
    /** The API's own error code, where the body has one. Its values are not a published contract. */
    readonly code: string | undefined;
    /** What the API said, redacted; empty where it said nothing readable. */
    readonly reason: string;
    readonly requestId: string | undefined;
    /** What `Retry-After` asks for. */
    readonly retryAfterMs: number | undefined;

    constructor(
        request: Request,
        answer: { status: number; code?: string; reason: string; requestId?: string; retryAfterMs?: number },
    ) {
        super(`answered ${answer.status} ${STATUS_CODES[answer.status] ?? ""}`.trim(), request);
        this.status = answer.status;
        this.code = answer.code;
        this.reason = answer.reason;
        this.requestId = answer.requestId;
        this.retryAfterMs = answer.retryAfterMs;
    }

    protected get leavesOpen(): boolean {
        return this.status >= 500 || this.status === 408;
    }
}

/** The same failure without the words of the API, which may hold what this process cannot know for a secret. */
export function unquoted(error: unknown): unknown {
    if (!(error instanceof ApiError)) return error;
    const { status, code, requestId, retryAfterMs } = error;
    return new ApiError(error, { status, code, reason: "", requestId, retryAfterMs });
}

/** No whole answer came: name resolution, connection, TLS, time limit. */
export class ConnectionError extends RequestError {
    readonly code: string;
    protected readonly leavesOpen: boolean;
    readonly retriable: boolean;

    constructor(request: Request, failure: { code: string; message: string }) {
        super(failure.message, request);
        this.code = failure.code;
        this.leavesOpen = !neverSent.test(failure.code);
        this.retriable = !permanent.test(failure.code);
    }
}

const neverSent =
    /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_(TLS|SSL)_|ERR_SSL_|.*CERT|.*SIGNATURE|EPROTO)/;
const permanent = /^(ENOTFOUND|ERR_(TLS|SSL)_|ERR_SSL_|.*CERT|.*SIGNATURE|EPROTO)/;

/** The API answered with success, but not with what was asked for. */
export class AnswerError extends RequestError {
    protected readonly leavesOpen = true;

    constructor(request: Request, found: string) {
        super(`answered with ${found}`, request);
    }
}

interface ErrorBody {
    code?: unknown;
    message?: unknown;
    details?: unknown;
    innererror?: unknown;
}

const isObject = (value: unknown): value is ErrorBody => typeof value === "object" && value !== null;

/** All that a body says, its causes behind it. */
function reasonOf(body: unknown): string {
    if (typeof body === "string") return body;
    if (!isObject(body)) return "";
    const causes = [...(Array.isArray(body.details) ? (body.details as unknown[]) : []), body.innererror];
    return [body.message, ...causes.map(reasonOf)].filter((part) => typeof part === "string" && part !== "").join(": ");
}

/** Seconds or a date, as `Retry-After` may be either. */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
    if (header === undefined) return undefined;
    if (/^\d+(\.\d+)?$/.test(header.trim())) return Number(header) * 1000;
    const date = Date.parse(header);
    return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** The one place where an unsuccessful answer becomes an error. */
export function apiError(
    request: Request,
    answer: { status: number; headers: Record<string, string | undefined>; body: string },
): ApiError {
    const details = readErrorBody(answer.body);
    // A date is one of the API's clock.
    const sent = Date.parse(answer.headers.date ?? "");
    return new ApiError(request, {
        status: answer.status,
        ...details,
        requestId: answer.headers["x-request-id"] && foreign(answer.headers["x-request-id"]),
        retryAfterMs: parseRetryAfter(answer.headers["retry-after"], Number.isNaN(sent) ? Date.now() : sent),
    });
}

function readErrorBody(text: string): { code?: string; reason: string } {
    let body: unknown;
    try {
        body = JSON.parse(text);
    } catch {
        // A gateway's page of HTML tells a user nothing.
        return { reason: /^\s*</.test(text) ? "" : foreign(text) };
    }
    if (typeof body !== "object" || body === null) return { reason: "" };
    const nested = (body as { error?: unknown }).error;
    const error = typeof nested === "string" ? { message: nested } : isObject(nested) ? nested : body;
    const { code } = error as ErrorBody;
    return { ...(typeof code === "string" && { code: foreign(code) }), reason: foreign(reasonOf(error)) };
}
