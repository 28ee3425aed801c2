import { readFileSync } from "node:fs";
import path from "node:path";
import { Client } from "../../provider/api/client";
import { createConnection, deleteConnection, getConnection } from "../../provider/api/connections";
import { ProjectMissingError } from "../../provider/api/errors";
import type { AnswerError, ApiError, ConnectionError } from "../../provider/api/errors";
import { resetJob } from "../../provider/api/jobs";
import type { Once } from "../../provider/api/retry";
import { Mask } from "../../provider/values/mask";
import { findsNothing } from "../support/once";
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
    const client = new Client({ baseUrl, projectId, apiKey, requestTimeoutMs, policy }, new Mask());
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
    ])("is reported as such: %s", async (_, answer, message) => {
        const { url, requests } = await server(answer);
        const error = await failureOf(getConnection(clientOf(url), "orders"));
        expect(error).toMatchObject({ name: "AnswerError", message, isOpen: true, isAmbiguous: true });
        expect(requests).toHaveLength(1);
    });

    it("is no sign of a deletion where it is a page of HTML, and is one where it is empty or JSON", async () => {
        const error = await failureOf(deleteConnection(clientOf((await server(text(200, "<html>"))).url), "orders"));
        expect(error.name).toBe("AnswerError");
        for (const answer of [text(200, ""), text(204, ""), json(200, {})]) {
            await expect(deleteConnection(clientOf((await server(answer)).url), "orders")).resolves.toBe(true);
        }
    });

    it("is accepted with members that are not known yet, and without those that nothing relies on", async () => {
        const { url } = await server(connection({ new2030: { a: 1 }, modifiedByUser: null }));
        expect(await getConnection(clientOf(url), "orders")).toMatchObject({ name: "orders", new2030: { a: 1 } });
    });

    it("is reported by its status alone where it is a page of HTML, and the request is repeated as it may pass", async () => {
        const page = "<html><head><title>502 Bad Gateway</title></head></html>";
        const { url, requests } = await server(text(502, page, { "content-type": "text/html" }));
        const error = await failureOf(getConnection(clientOf(url), "orders"));
        expect(error).toMatchObject({ name: "ApiError", status: 502, reason: "" });
        expect(requests).toHaveLength(policy.attempts);
    });

    it("is reported within bounds where it is an error of 2 MB", async () => {
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
        const error = await failureOf(resetJob(clientOf(endless.url, 20_000), "a-job"));
        expect(error.name).toBe("ConnectionError");
        expect(error.message).toMatch(/^could not be reached \(maxContentLength size of \d+ exceeded\)$/);
    });
});

describe("an answer that does not come", () => {
    it.each([
        ["a body that trickles for ever", trickle],
        ["silence", silence],
    ])("ends the attempt after the time limit: %s", async (_, answer) => {
        const { url, requests } = await server(answer);
        const begin = Date.now();
        const error = await failureOf(getConnection(clientOf(url, 100), "orders"));
        expect(error).toMatchObject({ name: "ConnectionError", code: "ETIMEDOUT", isOpen: true, isAmbiguous: true });
        expect(error.message).toBe("gave no whole answer within 0.1 seconds");
        expect(requests).toHaveLength(policy.attempts);
        expect(Date.now() - begin).toBeLessThan(policy.attempts * 100 + 3_000);
    });

    it("leaves open whether a reset was carried out where the connection was cut: it is not sent again", async () => {
        const { url, requests } = await server(cut);
        const error = await failureOf(resetJob(clientOf(url), "a-job"));
        expect(error).toMatchObject({ name: "ConnectionError", isOpen: true, isAmbiguous: true });
        expect(requests).toHaveLength(1);
    });

    it("leaves open whether a create was carried out: it is sent again only after a look, and then reported", async () => {
        const { url, requests } = await server(cut);
        const looks: number[] = [];
        const onUnconfirmed = jest.fn<undefined, Parameters<Once<never>["onUnconfirmed"]>>();
        const begin = Date.now();
        const once = { beforeRetry: () => Promise.resolve(void looks.push(requests.length)), onUnconfirmed };
        const error = await failureOf(createConnection(clientOf(url), {}, once));
        expect(error).toMatchObject({ name: "ConnectionError", isOpen: true, isAmbiguous: true });
        expect(requests).toHaveLength(policy.attempts);
        expect(looks).toEqual([1, 2, 3]);
        expect(onUnconfirmed).toHaveBeenCalledTimes(1);
        const { from, until } = onUnconfirmed.mock.calls[0]![0]();
        expect(from).toBeGreaterThanOrEqual(begin - 1_000);
        expect(until).toBeGreaterThanOrEqual(from);
    });

    it("is replaced by what the look finds: a create that was carried out is not sent again", async () => {
        const { url, requests } = await server(cut);
        const found = { type: "kafka", name: "orders", submittedOnTimestamp: "2024" };
        const onUnconfirmed = jest.fn();
        const once = { beforeRetry: () => Promise.resolve(found), onUnconfirmed };
        expect(await createConnection(clientOf(url), {}, once)).toBe(found);
        expect(requests).toHaveLength(1);
        expect(onUnconfirmed).not.toHaveBeenCalled();
    });

    it("is requested again where the connection was cut and repeating does no harm", async () => {
        let answers = 0;
        const { url } = await server((response, request) => {
            answers += 1;
            (answers < 3 ? cut : connection())(response, request);
        });
        expect(await getConnection(clientOf(url), "orders")).toMatchObject({ name: "orders" });
        expect(answers).toBe(3);
    });

    it("proves that nothing was carried out where the connection is refused: a create is sent again without a look", async () => {
        const { url, close } = await startRawServer(silence);
        await close();
        const beforeRetry = jest.fn();
        const onUnconfirmed = jest.fn();
        const error = await failureOf(createConnection(clientOf(url), {}, { beforeRetry, onUnconfirmed }));
        expect(error).toMatchObject({
            name: "ConnectionError",
            code: "ECONNREFUSED",
            isOpen: false,
            isAmbiguous: false,
        });
        expect(beforeRetry).not.toHaveBeenCalled();
        expect(onUnconfirmed).not.toHaveBeenCalled();
        expect(error.message).toMatch(/^could not be reached \(connect ECONNREFUSED 127\.0\.0\.1:\d+\)$/);
    });

    it("is reported where the address has no such host", async () => {
        const error = await failureOf(createConnection(clientOf("https://polaris.invalid"), {}, findsNothing));
        expect(error).toMatchObject({ name: "ConnectionError", isOpen: false, isAmbiguous: false });
        expect(error.message).toMatch(/^could not be reached \(getaddrinfo (ENOTFOUND|EAI_AGAIN) polaris\.invalid\)$/);
    });

    it("is reported where the server's certificate is not trusted, and the request is not repeated", async () => {
        const tls = (file: string) => readFileSync(path.join(__dirname, "../support/tls", file));
        const certified = { key: tls("key.pem"), cert: tls("certificate.pem") };
        const { url, requests, sockets } = await server(connection(), certified);
        const error = await failureOf(getConnection(clientOf(url), "orders"));
        expect(error).toMatchObject({ name: "ConnectionError", isOpen: false, isAmbiguous: false, isPermanent: true });
        expect(error.message).toMatch(/^could not be reached \(self-signed certificate/);
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
            createConnection(client, {}, findsNothing),
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

    it("for one object of a project that answers is that object's, which one more request shows each time", async () => {
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
        "is not taken for an object's where the question about the project is answered by %d",
        async (status) => {
            const { url } = await server((response, request) => {
                (request.method === "GET" ? json(status, {}) : json(404, {}))(response, request);
            });
            expect(await failureOf(deleteConnection(clientOf(url), "orders"))).toMatchObject({ status });
        },
    );
});
