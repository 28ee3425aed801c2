import http from "node:http";
import type { AddressInfo } from "node:net";

/** A request on its way to the API, as a fault is decided on. */
export interface Passing {
    method: string;
    /** What follows the project, with the query. */
    path: string;
    body: string;
    /** The connection or table that it is about, where that can be told. */
    subject: string;
    /** How many requests with this method went to this subject before. */
    before: number;
}

/** Answers in place of the API, or not at all. */
type Misbehave = (response: http.ServerResponse) => void;

/** `after` lets the API do its work first; its answer is lost. `then` is called when the work is done. */
export interface Fault {
    after?: boolean;
    misbehave: Misbehave;
    then?: () => void;
}

export interface FaultProxy {
    url: string;
    /** Decides on each request; undefined lets it pass. */
    react: (request: Passing) => Fault | undefined;
    /** Where requests go on to; another port after a restart of the API. */
    target: string;
    close: () => Promise<void>;
}

export const cut: Misbehave = (response) => void response.socket?.destroy();
export const hang: Misbehave = () => undefined;

export const answer =
    (status: number, body = "", headers: Record<string, string> = {}): Misbehave =>
    (response) =>
        void response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);

function subjectOf(path: string, body: string): string {
    const url = new URL(path, "http://api");
    const [, family = "", name = ""] = url.pathname.split("/");
    const table = url.searchParams.get("targetTableName");
    if (name !== "") return decodeURIComponent(name);
    if (table !== null || body === "") return table ?? family;
    const sent = JSON.parse(body) as { name?: string; target?: { tableName?: string } };
    return sent.name ?? sent.target?.tableName ?? family;
}

async function bodyOf(stream: AsyncIterable<Buffer>): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    return Buffer.concat(chunks).toString("utf8");
}

/** An HTTP server before the API that lets requests and answers get lost, resource by resource. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
    const counts = new Map<string, number>();
    const proxy = { url: "", target, react: (): Fault | undefined => undefined } as Omit<FaultProxy, "close">;

    const handle = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
        const [method, url] = [request.method ?? "", request.url ?? ""];
        const body = await bodyOf(request);
        const path = url.replace(/^\/v1\/projects\/[^/?]*/, "");
        const subject = subjectOf(path, body);
        const before = counts.get(`${method} ${subject}`) ?? 0;
        counts.set(`${method} ${subject}`, before + 1);
        const fault = proxy.react({ method, path, body, subject, before });
        if (fault && fault.after !== true) {
            fault.then?.();
            fault.misbehave(response);
            return;
        }
        const passed = ["authorization", "content-type", "user-agent"].flatMap((name) => {
            const value = request.headers[name];
            return typeof value === "string" ? [[name, value] as const] : [];
        });
        const real = await fetch(proxy.target + url, {
            method,
            headers: Object.fromEntries(passed),
            ...(body !== "" && { body }),
        }).catch(() => undefined);
        const text = await real?.text();
        fault?.then?.();
        if (fault || !real) {
            (fault?.misbehave ?? cut)(response);
            return;
        }
        const kept = ["content-type", "retry-after", "location", "date"].flatMap((name) => {
            const value = real.headers.get(name);
            return value === null ? [] : [[name, value] as const];
        });
        response.writeHead(real.status, Object.fromEntries(kept)).end(text);
    };

    const server = http.createServer((request, response) => {
        handle(request, response).catch(() => {
            cut(response);
        });
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return Object.assign(proxy, {
        close: async () => {
            const closed = new Promise((done) => server.close(done));
            server.closeAllConnections();
            await closed;
        },
    });
}
