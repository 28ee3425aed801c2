import http from "node:http";
import https from "node:https";
import type { AddressInfo, Socket } from "node:net";

export interface RawServer {
    readonly url: string;
    readonly requests: readonly http.IncomingMessage[];
    /** The connections that clients have opened. */
    readonly sockets: ReadonlySet<Socket>;
    readonly close: () => Promise<void>;
}

type Answer = (response: http.ServerResponse, request: http.IncomingMessage) => void;

/** A server that answers what a test says, for answers that no API gives. With a certificate it speaks TLS. */
export async function startRawServer(answer: Answer, tls?: { key: Buffer; cert: Buffer }): Promise<RawServer> {
    const requests: http.IncomingMessage[] = [];
    const sockets = new Set<Socket>();
    const listener = (request: http.IncomingMessage, response: http.ServerResponse) => {
        requests.push(request);
        request.resume();
        request.once("end", () => {
            answer(response, request);
        });
    };
    const server = tls ? https.createServer(tls, listener) : http.createServer(listener);
    server.on("connection", (socket: Socket) => sockets.add(socket));
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    const { port } = server.address() as AddressInfo;
    return {
        url: `${tls ? "https" : "http"}://127.0.0.1:${port}`,
        requests,
        sockets,
        close: async () => {
            const closed = new Promise((done) => server.close(done));
            server.closeAllConnections();
            await closed;
        },
    };
}

/** An answer as JSON. */
export const json =
    (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
    (response) => {
        response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
    };

/** An answer of plain text, or of what else the headers say. */
export const text =
    (status: number, body: string, headers: Record<string, string> = {}): Answer =>
    (response) => {
        response.writeHead(status, headers).end(body);
    };

/** A head and the beginning of a body, then a byte now and then for ever. */
export const trickle: Answer = (response) => {
    response.writeHead(200, { "content-type": "application/json" }).write('{"values":[');
    const timer = setInterval(() => response.write(" "), 20);
    response.once("close", () => {
        clearInterval(timer);
    });
};

/** No answer, ever. */
export const silence: Answer = () => undefined;

/** The connection ends in the middle of the answer. */
export const cut: Answer = (response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
    response.write('{"values":[', () => response.socket?.destroy());
};
