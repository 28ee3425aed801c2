import { startEmulator, type Emulator, type EmulatorOptions } from "../../emulator/start";

export { kafka, streaming } from "./fixtures";

/** An answer with its body read: parsed where it is JSON. */
export interface Answer {
    status: number;
    headers: Headers;
    text: string;
    json: Record<string, unknown>;
}

export interface EmulatorUnderTest extends Emulator {
    /** A request to the API of the first project, with the first key unless `headers` say otherwise. */
    api: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;
    /** A request to the control routes; throws unless it succeeds. */
    control: <Result = unknown>(method: string, path: string, body?: unknown) => Promise<Result>;
}

export const basic = (key: string) => `Basic ${Buffer.from(`${key}:`).toString("base64url")}`;

export async function send(url: string, method: string, body?: unknown, headers = {}): Promise<Answer> {
    const response = await fetch(url, {
        method,
        headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    let json: unknown = {};
    try {
        json = JSON.parse(text);
    } catch {
        json = {};
    }
    return { status: response.status, headers: response.headers, text, json: json as Record<string, unknown> };
}

/** An emulator in this process, with short ways to talk to it. */
export async function startTestEmulator(options: EmulatorOptions = {}): Promise<EmulatorUnderTest> {
    const emulator = await startEmulator(options);
    return {
        ...emulator,
        api: (method, path, body, headers) =>
            send(`${emulator.url}/v1/projects/${emulator.projectId}${path}`, method, body, {
                authorization: basic(emulator.apiKey),
                ...headers,
            }),
        control: async <Result>(method: string, path: string, body?: unknown) => {
            const answer = await send(`${emulator.url}/_emulator/${path}`, method, body);
            if (answer.status !== 200) {
                throw new Error(`${method} /_emulator/${path}: ${answer.status} ${answer.text}`);
            }
            return answer.json as Result;
        },
    };
}
