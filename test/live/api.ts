import { setTimeout as sleep } from "node:timers/promises";
import type { Configuration } from "../../provider/config";

/** An answer of the API; `body` is an empty object where there is no JSON. */
export interface Answer {
    status: number;
    location: string | null;
    body: Record<string, unknown>;
}

/** Sends a request to one project; `path` is what follows its id. */
export type Send = (method: string, path: string, body?: object) => Promise<Answer>;

/** The test of a connection may dial every broker. */
const requestLimitMs = 120_000;
const maxAttempts = 6;
const busy = new Set([429, 502, 503, 504]);

/** A write that a gateway did not answer may be done already: only what is refused for its pace is sent again. */
const isRepeatable = (method: string, status: number) => status === 429 || (method === "GET" && busy.has(status));

const jsonOf = (text: string): Record<string, unknown> => {
    try {
        return JSON.parse(text) as Record<string, unknown>;
    } catch {
        return {};
    }
};

/** Requests to a project, apart from the provider's client, so that the suite also judges that one. */
export function sendTo({ baseUrl, apiKey }: Configuration, projectId: string): Send {
    const headers = {
        authorization: `Basic ${Buffer.from(`${apiKey}:`).toString("base64url")}`,
        "content-type": "application/json",
    };
    return async (method, path, body) => {
        for (let attempt = 1; ; attempt++) {
            const response = await fetch(`${baseUrl}/v1/projects/${projectId}${path}`, {
                method,
                headers,
                signal: AbortSignal.timeout(requestLimitMs),
                redirect: "error",
                ...(body === undefined ? {} : { body: JSON.stringify(body) }),
            });
            const { status } = response;
            const text = await response.text();
            if (attempt === maxAttempts || !isRepeatable(method, status)) {
                return { status, location: response.headers.get("location"), body: jsonOf(text) };
            }
            const seconds = Number(response.headers.get("retry-after") ?? NaN);
            await sleep(seconds > 0 ? Math.min(seconds * 1000, 60_000) : 500 * 2 ** attempt);
        }
    };
}

/** Reads until the value is the wanted one, or the time is up; returns the last value. */
export async function poll<T>(read: () => Promise<T>, isWanted: (value: T) => boolean, limitMs: number): Promise<T> {
    const end = Date.now() + limitMs;
    for (let delayMs = 20; ; delayMs = Math.min(delayMs * 2, 5_000)) {
        const value = await read();
        const leftMs = end - Date.now();
        if (isWanted(value) || leftMs <= 0) return value;
        await sleep(Math.min(delayMs, leftMs));
    }
}
