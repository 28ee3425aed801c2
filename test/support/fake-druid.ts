import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

interface Reply {
    status?: number;
    body: unknown;
}

/** Answers by method and path, without the query. */
export type Replies = Record<string, Reply | ((body: unknown) => Reply)>;

const MODULES = ["druid-kafka-indexing-service", "druid-datasketches"];

const DEFAULTS: Replies = {
    "GET /status": { body: { version: "33.0.0", modules: MODULES.map((artifact) => ({ artifact })) } },
    "GET /druid/indexer/v1/supervisor": { body: [] },
    "POST /druid/indexer/v1/sampler": { body: { numRowsRead: 0 } },
};

async function bodyOf(request: IncomingMessage): Promise<unknown> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    return text === "" ? undefined : JSON.parse(text);
}

/** A Druid router that gives recorded answers, and 404 for all else. */
export class FakeDruid {
    readonly requests: { route: string; body: unknown; authorization: string | undefined }[] = [];
    readonly #server: Server;

    private constructor(replies: Replies) {
        const all = { ...DEFAULTS, ...replies };
        this.#server = createServer((request, response) => {
            void bodyOf(request).then((body) => {
                const route = `${request.method ?? ""} ${(request.url ?? "").split("?")[0] ?? ""}`;
                this.requests.push({ route, body, authorization: request.headers.authorization });
                const found = all[route];
                const reply =
                    typeof found === "function" ? found(body) : (found ?? { status: 404, body: { error: "none" } });
                response.writeHead(reply.status ?? 200, { "content-type": "application/json" });
                response.end(JSON.stringify(reply.body));
            });
        });
    }

    static async start(replies: Replies = {}): Promise<FakeDruid> {
        const druid = new FakeDruid(replies);
        druid.#server.listen(0, "127.0.0.1");
        await once(druid.#server, "listening");
        return druid;
    }

    get url(): string {
        return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    }

    async close(): Promise<void> {
        this.#server.closeAllConnections();
        this.#server.close();
        await once(this.#server, "close");
    }
}
