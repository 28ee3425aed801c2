export interface Request {
    readonly method: string;
    readonly path: string;
}

/** Makes foreign text fit for a sentence: without secrets, one line, bounded. */
export type Quote = (text: string) => string;

/** A request that failed. */
export abstract class RequestError extends Error {
    readonly method: string;
    readonly path: string;

    protected constructor(
        message: string,
        request: Request,
        /** Whether this attempt may have been carried out. */
        readonly isOpen: boolean,
        /** Whether this attempt, or an earlier one of the same request, may have been carried out. */
        readonly isAmbiguous: boolean,
    ) {
        super(message);
        this.name = new.target.name;
        this.method = request.method;
        this.path = request.path;
    }
}

interface Answer {
    readonly status: number;
    /** The name of the status, such as `Bad Request`. */
    readonly statusText?: string;
    /** The API's own error code, where the body has one. Its values are not a published contract. */
    readonly code?: string;
    /** What the API said, without secrets; empty where it said nothing readable. */
    readonly reason: string;
    readonly requestId?: string;
    /** What `Retry-After` asks for. */
    readonly retryAfterMs?: number;
}

/** The API answered with a status other than success. */
export class ApiError extends RequestError {
    readonly status: number;
    /** The status with its name, such as `400 Bad Request`. */
    readonly statusName: string;
    readonly code: string | undefined;
    readonly reason: string;
    readonly requestId: string | undefined;
    readonly retryAfterMs: number | undefined;

    constructor(request: Request, answer: Answer, wasAmbiguous = false) {
        const isOpen = answer.status >= 500 || answer.status === 408;
        const statusName = `${answer.status} ${answer.statusText ?? ""}`.trim();
        super(`answered ${statusName}`, request, isOpen, wasAmbiguous || isOpen);
        this.status = answer.status;
        this.statusName = statusName;
        this.code = answer.code;
        this.reason = answer.reason;
        this.requestId = answer.requestId;
        this.retryAfterMs = answer.retryAfterMs;
    }

    /** The same error without the API's words, which may hold a secret that this process cannot know. */
    withoutReason(): ApiError {
        const { status, statusName, code, requestId, retryAfterMs } = this;
        const statusText = statusName.slice(`${status} `.length);
        return new ApiError(this, { status, statusText, code, reason: "", requestId, retryAfterMs }, this.isAmbiguous);
    }
}

const neverSent =
    /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_(TLS|SSL)_|ERR_SSL_|.*CERT|.*SIGNATURE|EPROTO)/;
const permanent = /^(ENOTFOUND|ERR_(TLS|SSL)_|ERR_SSL_|.*CERT|.*SIGNATURE|EPROTO)/;

/** No whole answer came: name resolution, connection, TLS, time limit. */
export class ConnectionError extends RequestError {
    readonly code: string;
    readonly isPermanent: boolean;

    constructor(request: Request, failure: { code: string; message: string }, wasAmbiguous = false) {
        const isOpen = !neverSent.test(failure.code);
        super(failure.message, request, isOpen, wasAmbiguous || isOpen);
        this.code = failure.code;
        this.isPermanent = permanent.test(failure.code);
    }
}

/** The API answered with success, but not in the form that was expected. */
export class AnswerError extends RequestError {
    constructor(request: Request, found: string) {
        super(`answered with ${found}`, request, true, true);
    }
}

/** The project itself does not exist: nothing can be concluded about an object in it. */
export class ProjectMissingError extends RequestError {
    constructor(
        error: RequestError,
        readonly projectId: string,
    ) {
        super(`there is no project ${projectId} at this address`, error, false, error.isAmbiguous);
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
    const details: unknown[] = Array.isArray(body.details) ? body.details : [];
    const causes = [...details, body.innererror];
    return [body.message, ...causes.map(reasonOf)].filter((part) => typeof part === "string" && part !== "").join(": ");
}

function readErrorBody(text: string, quote: Quote): { code?: string; reason: string } {
    let body: unknown;
    try {
        body = JSON.parse(text);
    } catch {
        // A gateway's HTML page means nothing to a user.
        return { reason: /^\s*</.test(text) ? "" : quote(text) };
    }
    if (!isObject(body)) return { reason: "" };
    const { error: nested } = body as { error?: unknown };
    const error = typeof nested === "string" ? { message: nested } : isObject(nested) ? nested : body;
    const { code }: ErrorBody = error;
    return { ...(typeof code === "string" && { code: quote(code) }), reason: quote(reasonOf(error)) };
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
    answer: { status: number; statusText?: string; headers: Record<string, string | undefined>; body: string },
    quote: Quote,
    wasAmbiguous = false,
): ApiError {
    // A date in `Retry-After` is one of the API's clock.
    const sent = Date.parse(answer.headers.date ?? "");
    const details = {
        status: answer.status,
        statusText: answer.statusText,
        ...readErrorBody(answer.body, quote),
        requestId: answer.headers["x-request-id"] && quote(answer.headers["x-request-id"]),
        retryAfterMs: parseRetryAfter(answer.headers["retry-after"], Number.isNaN(sent) ? Date.now() : sent),
    };
    return new ApiError(request, details, wasAmbiguous);
}
