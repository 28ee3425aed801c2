import { kafka, startTestEmulator, streaming, type EmulatorUnderTest } from "../support/emulator";

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    emulator = await startTestEmulator({ transitionMs: 300 });
});
beforeEach(async () => {
    await emulator.control("POST", "reset");
    await emulator.control("POST", "clock", { freeze: true });
    await emulator.api("POST", "/connections", kafka("orders"));
});
afterAll(() => emulator.close());

const advance = (advanceMs: number) => emulator.control("POST", "clock", { advanceMs });

const post = (more: Record<string, unknown> = {}, tableName = "sales") =>
    emulator.api("POST", "/jobs", streaming(tableName, "orders", more));

const create = async (more: Record<string, unknown> = {}, tableName = "sales") => {
    const { status, json } = await post(more, tableName);
    expect(status).toBe(201);
    return String(json.id);
};

const get = async (id: string) => (await emulator.api("GET", `/jobs/${id}`)).json;
const statusOf = async (id: string) => (await emulator.api("GET", `/jobs/${id}/status`)).json.executionStatus;
const ask = (id: string, desiredExecutionStatus: string) =>
    emulator.api("POST", `/jobs/${id}/status`, { desiredExecutionStatus });

const running = async (more: Record<string, unknown> = {}, tableName = "sales") => {
    const id = await create(more, tableName);
    await advance(300);
    return id;
};

describe("create", () => {
    it("answers 201 with a pending job, whose spec has the defaults filled in", async () => {
        const { status, json, headers } = await post();
        expect(status).toBe(201);
        expect(headers.get("location")).toBe(`/v1/projects/${emulator.projectId}/jobs/${String(json.id)}`);
        expect(json).toMatchObject({
            type: "streaming",
            executionStatus: "pending",
            desiredExecutionStatus: "running",
            health: { status: "ok" },
            readFromPoint: "latest",
            lateMessageRejectionPeriod: "P30D",
            createdTimestamp: json.lastUpdatedTimestamp,
            spec: {
                replaceRunning: false,
                earlyMessageRejectionPeriod: "P2000D",
                maxParseExceptions: 2147483647,
                dimensionExclusions: [],
                source: { inputSchema: [{ name: "at", dataType: "string" }] },
            },
        });
        expect(json).not.toHaveProperty("startedTimestamp");
        expect(await get(String(json.id))).toEqual(json);
    });

    it("ignores a desired status", async () => {
        const id = await running({ desiredExecutionStatus: "suspended" });
        expect(await get(id)).toMatchObject({ executionStatus: "running", desiredExecutionStatus: "running" });
    });

    it("makes the missing table: detail, or aggregate when a mapping aggregates", async () => {
        const total = { columnName: "total", expression: 'SUM("amount")' };
        const time = { columnName: "__time", expression: "x" };
        await create();
        await create({ mappings: [time, total] }, "totals");
        expect((await emulator.api("GET", "/tables/sales")).json).toMatchObject({
            type: "detail",
            schemaMode: "flexible",
        });
        expect((await emulator.api("GET", "/tables/totals")).json).toMatchObject({
            type: "aggregate",
            queryableSchema: [{ name: "__time" }, { name: "total", isDiscovered: true }],
        });
    });

    it.each([
        [
            "an unknown connection",
            { source: { type: "connection", connectionName: "absent" } },
            "source.connectionName",
        ],
        ["an unknown table", { createTableIfNotExists: false }, "target.tableName"],
        ["no mapping for __time", { mappings: [] }, "mappings"],
        [
            "a column mapped twice",
            {
                mappings: [
                    { columnName: "__time", expression: "x" },
                    { columnName: "__time", expression: "y" },
                ],
            },
            "mappings[1].columnName",
        ],
        ["intervals", { target: { type: "table", tableName: "sales", intervals: [] } }, "target.intervals"],
        ["a malformed duration", { lateMessageRejectionPeriod: "30 days" }, "lateMessageRejectionPeriod"],
        ["upserts without a key", { enableUpserts: true }, "upsertKeyColumns"],
        ["a bad table name", { target: { type: "table", tableName: ".sales" } }, "target.tableName"],
        ["an unknown member", { readFrom: "earliest" }, "readFrom"],
        ["another source", { source: { type: "inline", data: "" } }, "source.type"],
    ])("refuses %s with 400 and makes no table", async (_what, more, target) => {
        const { status, json } = await post(more);
        const targets = [json, ...((json.details as { target: string }[] | undefined) ?? [])].map((at) => at.target);
        expect(status).toBe(400);
        expect(targets).toContain(target);
        expect((await emulator.api("GET", "/tables/sales")).status).toBe(404);
    });

    it.each([
        ["csv without columns", { format: "csv" }, "source.formatSettings.columns"],
        [
            "csv with a header",
            { format: "csv", columns: ["a"], skipHeaderRows: 1 },
            "source.formatSettings.skipHeaderRows",
        ],
        ["a batch format", { format: "parquet" }, "source.formatSettings.format"],
        [
            "a nested csv without columns",
            { format: "kafka", valueFormat: { format: "nd-json" }, keyFormat: { format: "csv" } },
            "source.formatSettings.keyFormat.columns",
        ],
        [
            "a registry that is not there",
            { format: "avro_stream", parseSchemaProvider: { type: "connection", connectionName: "registry" } },
            "source.formatSettings.parseSchemaProvider.connectionName",
        ],
    ])("refuses %s for streaming", async (_what, formatSettings, target) => {
        const answer = await post({ source: { type: "connection", connectionName: "orders", formatSettings } });
        expect(answer).toMatchObject({ status: 400, json: { target } });
    });

    it("holds a strict table to its columns", async () => {
        await emulator.api("POST", "/tables", { type: "detail", name: "sales", schemaMode: "strict" });
        expect(await post({ useSchemaDiscovery: true })).toMatchObject({
            status: 400,
            json: { target: "useSchemaDiscovery" },
        });
        const mappings = [
            { columnName: "__time", expression: "x" },
            { columnName: "city", expression: "y" },
        ];
        expect(await post({ mappings })).toMatchObject({ status: 400, json: { target: "mappings" } });
        expect((await post()).status).toBe(201);
    });
});

describe("status", () => {
    it("goes from pending to running after the transition time, and says when", async () => {
        const id = await create();
        await advance(299);
        expect(await statusOf(id)).toBe("pending");
        await advance(1);
        const job = await get(id);
        expect(job).toMatchObject({ executionStatus: "running", lastUpdatedTimestamp: job.startedTimestamp });
    });

    it("suspends and resumes, each after the transition time", async () => {
        const id = await running();
        expect((await ask(id, "suspended")).json).toEqual({ executionStatus: "running" });
        expect(await get(id)).toMatchObject({ executionStatus: "running", desiredExecutionStatus: "suspended" });
        await advance(300);
        expect((await ask(id, "suspended")).json).toEqual({ executionStatus: "suspended" });
        await ask(id, "running");
        await advance(299);
        expect(await statusOf(id)).toBe("suspended");
        await advance(1);
        expect(await statusOf(id)).toBe("running");
    });

    it("suspends a job that has not started yet", async () => {
        const id = await create();
        await ask(id, "suspended");
        await advance(300);
        expect(await statusOf(id)).toBe("suspended");
        await advance(10_000);
        expect(await statusOf(id)).toBe("suspended");
    });

    it("is not put off by asking again", async () => {
        const id = await running();
        await ask(id, "canceled");
        await advance(200);
        await ask(id, "canceled");
        await advance(100);
        expect(await statusOf(id)).toBe("canceled");
    });

    it("cancels for good: the same again is 200, anything else 400", async () => {
        const id = await running();
        await ask(id, "canceled");
        expect((await ask(id, "running")).status).toBe(400);
        await advance(300);
        expect(await ask(id, "canceled")).toMatchObject({ status: 200, json: { executionStatus: "canceled" } });
        expect((await ask(id, "running")).status).toBe(400);
        expect((await ask(id, "suspended")).status).toBe(400);
    });

    it("takes the old form of the change, which answers the whole job", async () => {
        const id = await running();
        const { status, json } = await emulator.api("PUT", `/jobs/${id}`, { desiredExecutionStatus: "suspended" });
        expect({ status, json }).toMatchObject({ status: 200, json: { id, desiredExecutionStatus: "suspended" } });
    });

    it("refuses what is no status, and any other change", async () => {
        const id = await running();
        expect((await ask(id, "paused")).status).toBe(400);
        const { status, json } = await emulator.api("PUT", `/jobs/${id}`, { mappings: [] });
        expect({ status, json: { ...json } }).toMatchObject({
            status: 400,
            json: { code: expect.any(String) as unknown },
        });
    });

    it("answers 404 for a job that is not there", async () => {
        for (const [method, path] of [
            ["GET", ""],
            ["GET", "/status"],
            ["GET", "/logs"],
            ["GET", "/metrics"],
            ["GET", "/progress"],
            ["POST", "/reset"],
        ] as const) {
            expect((await emulator.api(method, `/jobs/absent${path}`)).status).toBe(404);
        }
        expect((await ask("absent", "running")).status).toBe(404);
    });

    it("becomes what a test forces it to", async () => {
        const id = await running();
        const health = { status: "error", code: "could_not_connect_to_source", message: "no route to b-1" };
        const logs = [{ message: "line 1" }, { message: "line 2", code: "timeout" }];
        await emulator.control("POST", `jobs/${id}`, { executionStatus: "failed", health, logs });
        expect(await get(id)).toMatchObject({ executionStatus: "failed", health });
        const { json } = await emulator.api("GET", `/jobs/${id}/logs`);
        expect(json.logs).toMatchObject([{}, { code: health.code }, { message: "line 1" }, { code: "timeout" }]);
        expect((await post()).status).toBe(201);
    });

    it("becomes what a test arranged for the next job on its table", async () => {
        await emulator.control("POST", "outcomes", { tableName: "sales", executionStatus: "failed" });
        const failed = await running();
        expect(await get(failed)).toMatchObject({ executionStatus: "failed", health: { status: "error" } });
        await emulator.control("POST", "outcomes", { tableName: "sales", executionStatus: "pending", times: 1 });
        const pending = await create();
        await advance(60_000);
        expect(await statusOf(pending)).toBe("pending");
        const next = await running({ replaceRunning: true });
        expect(await statusOf(next)).toBe("running");
    });
});

describe("one streaming job per table", () => {
    it.each(["pending", "running", "idle", "suspended", "unknown"])(
        "counts a job that is %s",
        async (executionStatus) => {
            const id = await create();
            await emulator.control("POST", `jobs/${id}`, { executionStatus });
            expect(await post()).toMatchObject({
                status: 400,
                json: { code: "StreamingJobExists", target: "target.tableName", details: [{ message: id }] },
            });
        },
    );

    it("lets replaceRunning cancel the old job in the same moment", async () => {
        const old = await running();
        const fresh = await create({ replaceRunning: true });
        expect(fresh).not.toBe(old);
        expect(await get(old)).toMatchObject({ executionStatus: "canceled", desiredExecutionStatus: "canceled" });
        expect(await statusOf(fresh)).toBe("pending");
    });

    it("leaves the old job running when the new one is refused", async () => {
        const old = await running();
        expect((await post({ replaceRunning: true, mappings: [] })).status).toBe(400);
        expect(await statusOf(old)).toBe("running");
    });

    it("takes replaceRunning where there is nothing to replace", async () => {
        expect((await post({ replaceRunning: true })).status).toBe(201);
    });
});
