import { Client } from "../../provider/api/client";
import {
    createConnection,
    deleteConnection,
    getConnection,
    getConnectionsMeta,
    testConnection,
    updateConnection,
} from "../../provider/api/connections";
import { ApiError } from "../../provider/api/errors";
import {
    createJob,
    findLiveJob,
    findLiveJobsOn,
    getJob,
    getJobHealth,
    getJobLogs,
    getJobMetrics,
    getJobStatus,
    resetJob,
    setJobStatus,
} from "../../provider/api/jobs";
import { Mask } from "../../provider/values/mask";
import { version } from "../../provider/version";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { findsNothing } from "../support/once";
import { json, startRawServer, type RawServer } from "../support/raw-server";
import { newRequests } from "../support/seen";

const quick = { attempts: 3, firstDelayMs: 5, longestDelayMs: 20, totalMs: 3_000 };

let emulator: EmulatorUnderTest;
let client: Client;

const clientOf = ({ url, projectId, apiKey }: Pick<EmulatorUnderTest, "url" | "projectId" | "apiKey">) =>
    new Client({ baseUrl: url, projectId, apiKey, requestTimeoutMs: 2_000, policy: quick }, new Mask());

const connection = {
    type: "kafka",
    name: "orders",
    bootstrapServers: "a:1",
    topicName: "orders",
    secrets: { type: "sasl_plain", username: "imply", password: "hidden-word" },
};

const spec = {
    type: "streaming",
    target: { type: "table", tableName: "Orders 2024 &=ü" },
    createTableIfNotExists: true,
    source: { type: "connection", connectionName: "orders", formatSettings: { format: "nd-json" } },
    mappings: [{ columnName: "__time", expression: '"t"' }],
};

beforeAll(async () => {
    emulator = await startTestEmulator({ transitionMs: 0 });
});
afterAll(() => emulator.close());
beforeEach(async () => {
    await emulator.control("POST", "reset");
    client = clientOf(emulator);
});
afterEach(() => {
    client.close();
});

describe("a client", () => {
    it("calls each operation on connections", async () => {
        const created = await createConnection(client, connection, findsNothing);
        expect(created).toMatchObject({ name: "orders", type: "kafka", bootstrapServers: "a:1" });
        expect(await getConnection(client, "orders")).toEqual(created);
        const updated = await updateConnection(client, "orders", { type: "kafka", topicName: "returns" });
        expect(updated?.topicName).toBe("returns");
        expect(await updateConnection(client, "returns", { type: "kafka" })).toBeUndefined();
        expect(await testConnection(client, "orders")).toBe(true);
        expect(await deleteConnection(client, "orders")).toBe(true);
        expect(await getConnection(client, "orders")).toBeUndefined();
        expect(await deleteConnection(client, "orders")).toBeUndefined();
        await expect(testConnection(client, "orders")).rejects.toMatchObject({ status: 404 });
        expect(await getConnectionsMeta(client)).toMatchObject({ implyArn: expect.any(String) as string });
    });

    it("calls each operation on jobs, also where the table's name has to be encoded", async () => {
        await createConnection(client, connection, findsNothing);
        const job = await createJob(client, spec, findsNothing);
        expect(await getJob(client, job.id)).toEqual(job);
        expect(await getJobStatus(client, job.id)).toBe("running");
        expect((await findLiveJob(client, spec.target.tableName))?.id).toBe(job.id);
        expect((await findLiveJobsOn(client, "orders")).map(({ id }) => id)).toEqual([job.id]);
        expect(await getJobHealth(client, job.id)).toMatchObject({ status: expect.any(String) as string });
        expect(await getJobMetrics(client, job.id)).toMatchObject({ processed: expect.any(Number) as number });
        expect(await resetJob(client, job.id)).toBe(true);
        expect(await setJobStatus(client, job.id, "suspended")).toBe("suspended");
        expect(await setJobStatus(client, job.id, "canceled")).toBe("canceled");
        expect(await findLiveJob(client, spec.target.tableName)).toBeUndefined();
        expect(await getJobLogs(client, job.id)).toContainEqual(
            expect.objectContaining({ message: "The job is running.", timestamp: expect.any(String) as string }),
        );
    });

    it("finds no job where there is none, and none of another table", async () => {
        await createConnection(client, connection, findsNothing);
        await createJob(client, spec, findsNothing);
        expect(await findLiveJob(client, "Orders")).toBeUndefined();
        for (const call of [getJob, getJobStatus, getJobHealth, getJobMetrics, resetJob]) {
            expect(await call(client, "0f3a8a52-6c0e-4b0b-9b52-5f0b0b8f6d10")).toBeUndefined();
        }
    });

    it("asks for live jobs with repeated keys, as the API takes lists", async () => {
        await findLiveJob(client, "orders");
        const [request] = await newRequests(emulator);
        const { searchParams } = new URL(request!.path, emulator.url);
        expect(searchParams.getAll("executionStatus")).toEqual(["pending", "running", "idle", "suspended", "unknown"]);
        expect(searchParams.getAll("type")).toEqual(["streaming"]);
    });

    it("learns from the answers to its writes which user the API takes it for", async () => {
        expect(client.user).toBeUndefined();
        const created = await createConnection(client, connection, findsNothing);
        expect(client.user).toBe(created.submittedByUser?.username);
    });

    it("reports what the API refuses, and does not repeat it", async () => {
        await createConnection(client, connection, findsNothing);
        await newRequests(emulator);
        const error: unknown = await createConnection(client, connection, findsNothing).catch(
            (thrown: unknown) => thrown,
        );
        expect(error).toBeInstanceOf(ApiError);
        expect(error).toMatchObject({
            status: 409,
            method: "POST",
            path: "/connections",
            code: "ConnectionExists",
            reason: "Connection 'orders' already exists.",
            requestId: expect.any(String) as string,
        });
        expect(await newRequests(emulator)).toHaveLength(1);
    });

    it("reports a wrong key, and shows nothing of it", async () => {
        const stranger = clientOf({ ...emulator, apiKey: "pok_wrong-key" });
        const error = (await getConnection(stranger, "orders").catch((thrown: unknown) => thrown)) as ApiError;
        expect(error).toMatchObject({ status: 401 });
        expect(`${error.stack ?? ""}${JSON.stringify(error)}`).not.toContain("pok_wrong-key");
        stranger.close();
    });

    it("sends a body only where there is one, and as JSON", async () => {
        const server = await startRawServer(json(200, {}));
        const raw = clientOf({ ...emulator, url: server.url });
        expect(await raw.command("DELETE", "/connections/a", { repeat: "always" })).toBe(true);
        await raw.command("PATCH", "/connections/a", { repeat: "always", body: { description: "ü" } });
        expect(server.requests.map(({ headers }) => headers["content-type"])).toEqual([undefined, "application/json"]);
        raw.close();
        await server.close();
    });
});

describe("a request", () => {
    let server: RawServer;

    beforeEach(async () => {
        server = await startRawServer(json(200, { values: [] }));
        client = clientOf({ url: server.url, projectId: "0f3a8a52-6c0e-4b0b-9b52-5f0b0b8f6d10", apiKey: "pok_~?>" });
    });
    afterEach(() => server.close());

    it("carries the key as user name of Basic authentication, base64url, with an empty password", async () => {
        await findLiveJob(client, "orders");
        const { authorization = "" } = server.requests[0]!.headers;
        expect(authorization).toBe("Basic cG9rX34_Pjo");
        expect(Buffer.from(authorization.slice(6), "base64url").toString()).toBe("pok_~?>:");
    });

    it("names the package that sends it, and the content type that it accepts", async () => {
        await findLiveJob(client, "orders");
        expect(server.requests[0]!.headers["user-agent"]).toBe(
            `pulumi-imply-polaris/${version} (node ${process.versions.node})`,
        );
        expect(server.requests[0]!.headers.accept).toBe("application/json");
    });

    it("goes below the project, at whatever path the address has", async () => {
        const proxied = clientOf({ url: `${server.url}/proxy`, projectId: emulator.projectId, apiKey: "k" });
        await findLiveJob(proxied, "orders");
        expect(server.requests[0]!.url).toMatch(`/proxy/v1/projects/${emulator.projectId}/jobs?`);
        proxied.close();
    });

    it("goes over the connection of the one before", async () => {
        for (let index = 0; index < 10; index += 1) await findLiveJob(client, "orders");
        expect(server.requests).toHaveLength(10);
        expect(server.sockets.size).toBe(1);
    });

    it("goes over at most 32 connections, however many there are at once", async () => {
        await Promise.all(Array.from({ length: 100 }, () => findLiveJob(client, "orders")));
        expect(server.requests).toHaveLength(100);
        expect(server.sockets.size).toBeLessThanOrEqual(32);
    });
});
