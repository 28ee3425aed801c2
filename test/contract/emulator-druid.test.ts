import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { kafka, startTestEmulator, streaming, type EmulatorUnderTest } from "../support/emulator";
import { FakeDruid, type Replies } from "../support/fake-druid";
import recorded from "../fixtures/druid/plans.json";

/** The emulator with a Druid that gives recorded answers: what it asks, and what it refuses. */

let druid: FakeDruid;
const emulators: EmulatorUnderTest[] = [];

afterEach(async () => {
    await Promise.all(emulators.splice(0).map((emulator) => emulator.close()));
    await druid.close();
});

async function start(replies: Replies = {}, more: { auth?: string; dataFile?: string } = {}) {
    druid = await FakeDruid.start(replies);
    const { auth, ...options } = more;
    const emulator = await startTestEmulator({ druid: { url: druid.url, auth }, ...options });
    emulators.push(emulator);
    return emulator;
}

const status = (version: string, ...modules: string[]) => ({
    "GET /status": { body: { version, modules: modules.map((artifact) => ({ artifact })) } },
});

test.each([
    ["a version that is too old", status("30.0.1", "druid-kafka-indexing-service"), /30\.0\.1 .* too old: version 31 /],
    ["a Druid without Kafka", status("33.0.0"), /has not loaded druid-kafka-indexing-service\.$/],
    [
        "a process that is no router",
        { "GET /druid/indexer/v1/supervisor": { status: 404, body: { error: "none" } } },
        /is not a router of Apache Druid: .*managementProxy/,
    ],
    ["a server of another kind", { "GET /status": { body: "hello" } }, /is not a router of Apache Druid: /],
    [
        "wrong credentials",
        { "GET /status": { status: 401, body: "" } },
        /refuses the sign-in with status 401; set DRUID_AUTH/,
    ],
])("does not start with %s", async (_what, replies, message) => {
    await expect(start(replies)).rejects.toThrow(message);
});

test("starts with a version that is not tested, and reports it", async () => {
    const emulator = await start(status("37.0.0", "druid-kafka-indexing-service"));
    expect(emulator.notice).toBe("Apache Druid 37.0.0 is not tested; tested is version 33.");
});

test.each([
    ["basic admin:pass:word", `Basic ${Buffer.from("admin:pass:word").toString("base64")}`],
    ["bearer t0ken", "Bearer t0ken"],
    [undefined, undefined],
])("signs in with %s", async (auth, authorization) => {
    await start({}, auth === undefined ? {} : { auth });
    expect(druid.requests.map((request) => request.authorization)).toEqual([authorization, authorization]);
});

test("passes a query on as it is, and answers with Druid's rows or with its refusal", async () => {
    const query = 'SELECT * FROM "orders"';
    const emulator = await start({
        "POST /druid/v2/sql": (body) =>
            (body as { query: string }).query === query
                ? { body: [["id"], ["a"]] }
                : { status: 400, body: { error: "druidException", errorMessage: "Object 'none' not found" } },
    });
    const asked = { query, resultFormat: "array", header: true, parameters: [{ type: "VARCHAR", value: "x" }] };
    const { status: code, text, headers } = await emulator.api("POST", "/query/sql", asked);
    expect({ code, text, type: headers.get("content-type")?.split(";")[0] }).toEqual({
        code: 200,
        text: '[["id"],["a"]]',
        type: "application/json",
    });
    expect(druid.requests.at(-1)?.body).toEqual(asked);
    const refused = await emulator.api("POST", "/query/sql", { query: "SELECT * FROM none" });
    expect(refused).toMatchObject({
        status: 400,
        json: { code: "InvalidQuery", message: "Object 'none' not found", target: "query" },
    });
    expect((await emulator.api("POST", "/query/sql", { query: "" })).status).toBe(400);
});

test.each([
    'SELECT "spec" FROM sys.supervisors',
    'SELECT * FROM "sys" . "supervisors"',
    'SELECT * FROM U&"sy\\0073".x',
])("refuses a query that would show passwords: %s", async (query) => {
    const emulator = await start({ "POST /druid/v2/sql": { body: [{ spec: "password" }] } });
    const { status: code, text } = await emulator.api("POST", "/query/sql", { query });
    expect(code).toBe(400);
    expect(text).toContain("passwords of connections");
});

test("without a Druid, a query is refused with what to start", async () => {
    druid = await FakeDruid.start();
    const emulator = await startTestEmulator();
    emulators.push(emulator);
    const { status: code, json } = await emulator.api("POST", "/query/sql", { query: "SELECT 1" });
    expect(code).toBe(400);
    expect(json.message).toContain("start it with --ingest or --druid URL");
});

const plan = JSON.stringify(recorded.plain.plan);

const withPlan: Replies = { "POST /druid/v2/sql": { body: [{ PLAN: plan }] } };

const job = (more: Record<string, unknown> = {}) =>
    streaming("orders", "source", {
        mappings: ["__time", "order_id", "amount"].map((columnName) => ({ columnName, expression: "1" })),
        ...more,
    });

test("a table of Druid that the emulator has not created is refused, with or without a supervisor", async () => {
    const emulator = await start({
        ...withPlan,
        "GET /druid/indexer/v1/supervisor/orders": { body: { spec: { ioConfig: { topic: "theirs" } } } },
        "GET /druid/coordinator/v1/datasources/invoices": { body: { name: "invoices" } },
    });
    await emulator.api("POST", "/connections", kafka("source"));
    for (const tableName of ["orders", "invoices"]) {
        const { status: code, json } = await emulator.api(
            "POST",
            "/jobs",
            job({ target: { type: "table", tableName } }),
        );
        expect({ code, target: json.target }).toEqual({ code: 400, target: "target.tableName" });
        expect(json.message).toContain("that this emulator has not created");
    }
});

test("with the rule jobCreateDials, a job on a connection that cannot connect is refused", async () => {
    const error = "Failed to sample data: Authentication failed: Invalid username or password";
    const sampler = { "POST /druid/indexer/v1/sampler": { status: 400, body: { error } } };
    const emulator = await start({ ...withPlan, ...sampler });
    await emulator.api("POST", "/connections", kafka("source", { bootstrapServers: "127.0.0.1:1" }));
    await emulator.control("POST", "rules", { jobCreateDials: true });
    expect(await emulator.api("POST", "/jobs", job())).toMatchObject({
        status: 400,
        json: {
            code: "ConnectionTestFailed",
            message: "Authentication failed: Invalid username or password",
            target: "source.connectionName",
        },
    });
});

test.each(["batch", "sql"])("a %s job is refused, as Druid reads topics only", async (type) => {
    const emulator = await start();
    await emulator.api("POST", "/tables", { type: "detail", name: "orders" });
    const target = { type: "table", tableName: "orders" };
    const source = { type: "inline", data: "", inputSchema: [], formatSettings: { format: "nd-json" } };
    const body = type === "sql" ? { type, query: 'INSERT INTO "orders" SELECT 1' } : { type, target, source };
    expect(await emulator.api("POST", "/jobs", body)).toMatchObject({
        status: 400,
        json: { code: "JobTypeNotSupported", target: "type" },
    });
});

test("passwords reach Druid, and no answer, no record of requests and no data file but that of the secrets", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "emulator-druid-"));
    const dataFile = path.join(folder, "state.json");
    const password = "swordfish-4711";
    const specs: unknown[] = [];
    const keep = (body: unknown) => {
        specs.push(body);
        return { body: { id: "orders" } };
    };
    const replies = {
        ...withPlan,
        "POST /druid/indexer/v1/supervisor": keep,
        "GET /druid/indexer/v1/tasks": { body: [] },
    };
    const emulator = await start(replies, { dataFile });
    const secrets = { type: "sasl_plain", username: "u", password };
    const created = await emulator.api(
        "POST",
        "/connections",
        kafka("source", { secrets, bootstrapServers: "127.0.0.1:1" }),
    );
    const posted = await emulator.api("POST", "/jobs", job());
    expect(posted.status).toBe(201);
    for (let tries = 0; specs.length === 0 && tries < 200; tries += 1) {
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(JSON.stringify(specs)).toContain(password);
    const state = JSON.stringify(await emulator.control("GET", "state"));
    const requests = JSON.stringify(await emulator.control("GET", "requests"));
    await emulator.close();
    emulators.length = 0;
    for (const text of [created.text, posted.text, state, requests, readFileSync(dataFile, "utf8")]) {
        expect(text).not.toContain(password);
    }
    const file = `${dataFile}.secrets`;
    expect(readFileSync(file, "utf8")).toContain(password);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    rmSync(folder, { recursive: true });
});

test("while Druid does not answer, requests that need it get a 503, and jobs become unknown", async () => {
    const emulator = await start({ ...withPlan, "GET /druid/indexer/v1/tasks": { body: [] } });
    await emulator.api("POST", "/connections", kafka("source", { bootstrapServers: "127.0.0.1:1" }));
    const { json } = await emulator.api("POST", "/jobs", job());
    const { url } = druid;
    await druid.close();
    expect(await emulator.api("POST", "/query/sql", { query: "SELECT 1" })).toMatchObject({
        status: 503,
        json: { message: expect.stringContaining(`Apache Druid at ${url} does not answer: `) as string },
    });
    const look = async () => (await emulator.api("GET", `/jobs/${String(json.id)}`)).json.executionStatus;
    for (let tries = 0; (await look()) !== "unknown" && tries < 200; tries += 1) {
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(await look()).toBe("unknown");
    druid = await FakeDruid.start();
});
