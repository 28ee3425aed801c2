import { readFileSync } from "node:fs";
import path from "node:path";
import { Client } from "../../provider/api/client";
import { createConnection, deleteConnection, getConnection } from "../../provider/api/connections";
import type { AnswerError, ApiError, ConnectionError } from "../../provider/api/errors";
import { ProjectMissingError } from "../../provider/api/missing";
import { cut, json, silence, startRawServer, text, trickle, type RawServer } from "../support/raw-server";

const projectId = "0f3a8a52-6c0e-4b0b-9b52-5f0b0b8f6d10";
const apiKey = "pok_never-shown";
const policy = { attempts: 3, firstDelayMs: 5, longestDelayMs: 20, totalMs: 5_000 };

const servers: RawServer[] = [];
const clients: Client[] = [];

async function server(...given: Parameters<typeof startRawServer>): Promise<RawServer> {
    const started = await startRawServer(...given);
    servers.push(started);
    return started;
}

function clientOf(baseUrl: string, requestTimeoutMs = 2_000): Client {
    const client = new Client({ baseUrl, projectId, apiKey, requestTimeoutMs, policy });
    clients.push(client);
    return client;
}

afterEach(async () => {
    clients.splice(0).forEach((client) => client.close());
    await Promise.all(servers.splice(0).map((one) => one.close()));
});

type Failure = ApiError & ConnectionError & AnswerError;

/** What a request fails with; it never shows the key or anything of the library's. */
async function failureOf(work: Promise<unknown>): Promise<Failure> {
    const error = (await work.then(
        () => new Error("did not fail"),
        (thrown: unknown) => thrown,
    )) as Failure;
    const shown = `${error.message} ${error.stack ?? ""} ${JSON.stringify(Object.entries(error))}`;
    expect(shown).not.toMatch(/never-shown|Basic |AxiosError|"config"/);
    expect(error).not.toHaveProperty("cause");
    return error;
}

const connection = (more = {}) => json(200, { type: "kafka", name: "orders", submittedOnTimestamp: "2024", ...more });

describe("an answer that is not what it should be", () => {
    it.each([
        ["an empty 200", text(200, ""), "answered with 200 and nothing"],
        ["a page of HTML with 200", text(200, "<html>log in</html>"), "answered with 200 and text that is not JSON"],
        ["cut JSON", text(200, '{"name": "ord'), "answered with 200 and text that is not JSON"],
        [
            "JSON of something else",
            json(200, { values: [] }),
            "answered with 200 and an unexpected body (see type, name, submittedOnTimestamp)",
        ],
        ["a list", json(200, []), "answered with 200 and an unexpected body (see the whole)"],
        [
            "a member of another type",
            connection({ submittedByUser: 7 }),
            "answered with 200 and an unexpected body (see submittedByUser)",
        ],
    ])("is told as such: %s", async (_, answer, message) => {
        const { url } = await server(answer);
        const error = await failureOf(getConnection(clientOf(url), "orders"));
        expect(error).toMatchObject({ name: "AnswerError", message, mayHaveHappened: true });
    });

    it("is no sign of a deletion where it is a page of HTML, and is one where it is empty or JSON", async () => {
        const error = await failureOf(deleteConnection(clientOf((await server(text(200, "<html>"))).url), "orders"));
        expect(error.name).toBe("AnswerError");
        for (const answer of [text(200, ""), text(204, ""), json(200, {})]) {
            await expect(deleteConnection(clientOf((await server(answer)).url), "orders")).resolves.toBeUndefined();
        }
    });

    it("is taken with members that are not known yet, and without those that nobody relies on", async () => {
        const { url } = await server(connection({ new2030: { a: 1 }, modifiedByUser: null }));
        expect(await getConnection(clientOf(url), "orders")).toMatchObject({ name: "orders", new2030: { a: 1 } });
    });

    it("is told with status alone where it is a page of HTML, and asked for again as it may pass", async () => {
        const page = "<html><head><title>502 Bad Gateway</title></head></html>";
        const { url, requests } = await server(text(502, page, { "content-type": "text/html" }));
        const error = await failureOf(getConnection(clientOf(url), "orders"));
        expect(error).toMatchObject({ name: "ApiError", status: 502, reason: "" });
        expect(requests).toHaveLength(policy.attempts);
    });

    it("is told in bounds where it is an error of 2 MB", async () => {
        const { url } = await server(json(400, { message: "x".repeat(2 * 1024 * 1024) }));
        const error = await failureOf(getConnection(clientOf(url), "orders"));
        expect(error.status).toBe(400);
        expect(error.reason).toHaveLength(501);
    });

    it("is not read to its end where it has none", async () => {
        const endless = await server((response) => {
            response.writeHead(200);
            const chunk = Buffer.alloc(1024 * 1024, "x");
            const more = () => {
                if (response.writable) response.write(chunk, more);
            };
            more();
        });
        const error = await failureOf(createConnection(clientOf(endless.url, 20_000), {}));
        expect(error.name).toBe("ConnectionError");
        expect(error.message).toMatch(/^could not be asked \(maxContentLength size of \d+ exceeded\)$/);
    });
});

describe("an answer that does not come", () => {
    it.each([
        ["a body that trickles for ever", trickle],
        ["silence", silence],
    ])("is given up after the time limit: %s", async (_, answer) => {
        const { url, requests } = await server(answer);
        const begun = Date.now();
        const error = await failureOf(getConnection(clientOf(url, 100), "orders"));
        expect(error).toMatchObject({ name: "ConnectionError", code: "ETIMEDOUT", mayHaveHappened: true });
        expect(error.message).toBe("gave no whole answer within 0.1 seconds");
        expect(requests).toHaveLength(policy.attempts);
        expect(Date.now() - begun).toBeLessThan(policy.attempts * 100 + 3_000);
    });

    it("may have done its work where the connection was cut: a create is not sent again", async () => {
        const { url, requests } = await server(cut);
        const error = await failureOf(createConnection(clientOf(url), {}));
        expect(error).toMatchObject({ name: "ConnectionError", mayHaveHappened: true });
        expect(requests).toHaveLength(1);
    });

    it("is asked for again where the connection was cut and repeating does no harm", async () => {
        let answers = 0;
        const { url } = await server((response, request) => {
            answers += 1;
            (answers < 3 ? cut : connection())(response, request);
        });
        expect(await getConnection(clientOf(url), "orders")).toMatchObject({ name: "orders" });
        expect(answers).toBe(3);
    });

    it("was surely not done where the connection is refused: a create is sent again", async () => {
        const { url, close } = await startRawServer(silence);
        await close();
        const error = await failureOf(createConnection(clientOf(url), {}));
        expect(error).toMatchObject({ name: "ConnectionError", code: "ECONNREFUSED", mayHaveHappened: false });
        expect(error.message).toMatch(/^could not be asked \(connect ECONNREFUSED 127\.0\.0\.1:\d+\)$/);
    });

    it("is told where the address has no such host", async () => {
        const error = await failureOf(createConnection(clientOf("https://polaris.invalid"), {}));
        expect(error).toMatchObject({ name: "ConnectionError", mayHaveHappened: false });
        expect(error.message).toMatch(/^could not be asked \(getaddrinfo (ENOTFOUND|EAI_AGAIN) polaris\.invalid\)$/);
    });

    it("is told where the server's certificate is not trusted, and not asked for again", async () => {
        const tls = (file: string) => readFileSync(path.join(__dirname, "../support/tls", file));
        const certified = { key: tls("key.pem"), cert: tls("certificate.pem") };
        const { url, requests, sockets } = await server(connection(), certified);
        const error = await failureOf(getConnection(clientOf(url), "orders"));
        expect(error).toMatchObject({ name: "ConnectionError", mayHaveHappened: false, retriable: false });
        expect(error.message).toMatch(/^could not be asked \(self-signed certificate/);
        expect(requests).toEqual([]);
        expect(sockets.size).toBe(1);
    });
});

describe("a redirect", () => {
    it.each([301, 302, 303, 307, 308])("with %d is not followed: the key goes nowhere", async (status) => {
        const elsewhere = await server(connection());
        const { url } = await server(text(status, "", { location: `${elsewhere.url}/v1` }));
        const client = clientOf(url);
        for (const work of [
            getConnection(client, "orders"),
            createConnection(client, {}),
            deleteConnection(client, "orders"),
        ]) {
            expect(await failureOf(work)).toMatchObject({ name: "ApiError", status });
        }
        expect(elsewhere.requests).toEqual([]);
        expect(elsewhere.sockets.size).toBe(0);
    });
});

describe("a 404", () => {
    it("for everything is the project's, and says nothing about what is in it", async () => {
        const { url } = await server(json(404, { code: "NotFound", message: "no such project" }));
        for (const work of [getConnection, deleteConnection]) {
            const error = await failureOf(work(clientOf(url), "orders"));
            expect(error).toBeInstanceOf(ProjectMissingError);
            expect(error.message).toBe(`there is no project ${projectId} at this address`);
        }
    });

    it("for one object of a project that answers is that object's, told by one request more each time", async () => {
        const { url, requests } = await server((response, request) => {
            const answer = request.url?.endsWith("/connections")
                ? json(200, { values: [] })
                : json(404, { message: "no" });
            answer(response, request);
        });
        const client = clientOf(url);
        expect(await getConnection(client, "orders")).toBeUndefined();
        expect(await getConnection(client, "orders")).toBeUndefined();
        expect(await deleteConnection(client, "orders")).toBeUndefined();
        expect(requests).toHaveLength(6);
    });

    it("for everything is the project's, also where the project has answered before", async () => {
        let isGone = false;
        const { url } = await server((response, request) => {
            json(isGone ? 404 : 200, { type: "kafka", name: "orders", submittedOnTimestamp: "2026-01-01T00:00:00Z" })(
                response,
                request,
            );
        });
        const client = clientOf(url);
        expect(await getConnection(client, "orders")).toBeDefined();
        isGone = true;
        expect(await failureOf(getConnection(client, "orders"))).toBeInstanceOf(ProjectMissingError);
        expect(await failureOf(deleteConnection(client, "orders"))).toBeInstanceOf(ProjectMissingError);
    });

    it.each([401, 403, 500, 302])(
        "is not taken for an object's where asking for the project answers %d",
        async (status) => {
            const { url } = await server((response, request) => {
                (request.method === "GET" ? json(status, {}) : json(404, {}))(response, request);
            });
            expect(await failureOf(deleteConnection(clientOf(url), "orders"))).toMatchObject({ status });
        },
    );
});
