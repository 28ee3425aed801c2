/** Requests to a Druid router. */
import { z } from "zod";
import { Refusal } from "../errors";
import type { DruidSettings } from "./settings";

/** Druid answered with an error. */
export class DruidError extends Error {
    constructor(
        readonly status: number,
        message: string,
        /** Line and column in a SQL statement. */
        readonly place?: { line: number; column: number },
    ) {
        super(message);
    }
}

/** Druid did not answer at all; a caller of the API gets a 503. */
export class DruidUnreachable extends Refusal {
    constructor(message: string) {
        super(503, { code: "ServiceUnavailable", message });
    }
}

interface Reply {
    status: number;
    type: string;
    text: string;
}

const TIME_LIMIT_MS = 30_000;

const errorBody = z.object({
    error: z.string().optional(),
    errorMessage: z.string().optional(),
    context: z.object({ line: z.coerce.number(), column: z.coerce.number() }).optional().catch(undefined),
});

function headerOf(auth: string | undefined): Record<string, string> {
    const [, scheme = "", credentials = ""] = /^(basic|bearer)\s+(.+)$/i.exec(auth ?? "") ?? [];
    switch (scheme.toLowerCase()) {
        case "basic":
            return { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` };
        case "bearer":
            return { authorization: `Bearer ${credentials}` };
        default:
            return {};
    }
}

const parse = (text: string): unknown => {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
};

function errorOf({ status, text }: Reply): DruidError {
    const body = errorBody.safeParse(parse(text));
    const { errorMessage, error, context } = body.success ? body.data : {};
    const message = errorMessage ?? error ?? text.slice(0, 500).trim();
    return new DruidError(status, message === "" ? `Apache Druid answers with status ${status}.` : message, context);
}

const isMissing = (error: unknown) => error instanceof DruidError && error.status === 404;

export class DruidClient {
    readonly url: string;
    readonly #headers: Record<string, string>;

    constructor({ url, auth }: DruidSettings) {
        this.url = url.replace(/\/+$/, "");
        this.#headers = { "content-type": "application/json", ...headerOf(auth) };
    }

    async send(method: string, path: string, body?: unknown): Promise<Reply> {
        try {
            const response = await fetch(`${this.url}${path}`, {
                method,
                headers: this.#headers,
                redirect: "error",
                signal: AbortSignal.timeout(TIME_LIMIT_MS),
                ...(body === undefined ? {} : { body: JSON.stringify(body) }),
            });
            const type = response.headers.get("content-type") ?? "application/json";
            return { status: response.status, type, text: await response.text() };
        } catch (error) {
            const cause = (error as Error).cause;
            const reason = cause instanceof Error ? cause.message : (error as Error).message;
            throw new DruidUnreachable(`Apache Druid at ${this.url} does not answer: ${reason}`);
        }
    }

    async #ask(method: string, path: string, body?: unknown): Promise<unknown> {
        const reply = await this.send(method, path, body);
        if (reply.status >= 400) {
            throw errorOf(reply);
        }
        return parse(reply.text);
    }

    get = async <Output>(path: string, schema: z.ZodType<Output>) => schema.parse(await this.#ask("GET", path));

    /** `undefined` if Druid has no such object. */
    find = <Output>(path: string, schema: z.ZodType<Output>): Promise<Output | undefined> =>
        this.get(path, schema).catch((error: unknown) => {
            if (isMissing(error)) {
                return undefined;
            }
            throw error;
        });

    post = (path: string, body: unknown = {}) => this.#ask("POST", path, body);

    /** The answer as it is, with its content type. */
    async text(path: string, body: unknown): Promise<{ contentType: string; text: string }> {
        const reply = await this.send("POST", path, body);
        if (reply.status >= 400) {
            throw errorOf(reply);
        }
        return { contentType: reply.type, text: reply.text };
    }

    /** A request for what may be gone already. */
    async postIfExists(path: string, body: unknown = {}): Promise<void> {
        await this.post(path, body).catch((error: unknown) => {
            if (!isMissing(error)) {
                throw error;
            }
        });
    }

    async delete(path: string): Promise<void> {
        await this.#ask("DELETE", path).catch((error: unknown) => {
            if (!isMissing(error)) {
                throw error;
            }
        });
    }
}
