import { kafka, startTestEmulator, streaming, type EmulatorUnderTest } from "../support/emulator";

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    emulator = await startTestEmulator({ transitionMs: 300 });
});
beforeEach(async () => {
    await emulator.control("POST", "reset");
    await emulator.control("POST", "clock", { freeze: true });
});
afterAll(() => emulator.close());

const CITY = { name: "city", dataType: "string" };
const detail = (more: Record<string, unknown> = {}) => ({ type: "detail", name: "sales", schema: [CITY], ...more });
const create = (body: unknown) => emulator.api("POST", "/tables", body);
const put = (body: unknown, name = "sales") => emulator.api("PUT", `/tables/${encodeURIComponent(name)}`, body);
const advance = (advanceMs: number) => emulator.control("POST", "clock", { advanceMs });

const feed = async () => {
    await emulator.api("POST", "/connections", kafka("orders"));
    const { json } = await emulator.api("POST", "/jobs", streaming("sales", "orders"));
    await advance(300);
    return String(json.id);
};

const postJob = (type: string, more: Record<string, unknown> = {}) =>
    emulator.api("POST", "/jobs", { type, target: { type: "table", tableName: "sales" }, ...more });

describe("create", () => {
    it("answers 201 with the table, its defaults and where it is", async () => {
        const { status, json, headers } = await create(detail({ name: "my sales" }));
        expect(status).toBe(201);
        expect(headers.get("location")).toBe(`/v1/projects/${emulator.projectId}/tables/my%20sales`);
        expect(json).toMatchObject({
            name: "my sales",
            version: 0,
            schemaMode: "flexible",
            partitioningGranularity: "day",
            availability: "available",
            schema: [CITY],
            queryableSchema: [
                { name: "__time", dataType: "timestamp", isDiscovered: false },
                { ...CITY, isDiscovered: false },
            ],
        });
        expect((await emulator.api("GET", "/tables/my%20sales")).json).toEqual(json);
    });

    it("makes aggregate tables of dimensions and measures", async () => {
        const schema = [
            { type: "dimension", ...CITY },
            { type: "measure", name: "total", dataType: "double" },
        ];
        const { json } = await create({ type: "aggregate", name: "totals", schema, timeResolution: "minute" });
        expect(json).toMatchObject({ schema, timeResolution: "minute" });
    });

    it("refuses a name in use with 409", async () => {
        await create(detail());
        expect(await create(detail())).toMatchObject({ status: 409, json: { target: "name" } });
    });

    it.each([
        ["a name with a slash", { name: "a/b" }, "name"],
        ["an empty name", { name: "" }, "name"],
        ["a name that begins with a dot", { name: ".a" }, "name"],
        ["a name with a tab", { name: "a\tb" }, "name"],
        ["a name that ends in a space", { name: "a " }, "name"],
        ["an emoji", { name: "sales 🎉" }, "name"],
        ["a column twice", { schema: [CITY, CITY] }, "schema[1].name"],
        ["a timestamp that is not __time", { schema: [{ name: "at", dataType: "timestamp" }] }, "schema[0].dataType"],
        ["an unknown data type", { schema: [{ name: "at", dataType: "date" }] }, "schema[0].dataType"],
        ["clustering by an unknown column", { clusteringColumns: ["country"] }, "clusteringColumns"],
        ["a deprecated partitioning", { partitioningGranularity: "week" }, "partitioningGranularity"],
        ["a measure in a detail table", { schema: [{ type: "measure", ...CITY }] }, "schema[0].type"],
        ["an unknown member", { colour: "red" }, "colour"],
    ])("refuses %s with 400", async (_what, more, target) => {
        expect(await create(detail(more))).toMatchObject({ status: 400, json: { target } });
    });
});

describe("put", () => {
    it("replaces the whole table, and counts the version up", async () => {
        await create(detail({ description: "d" }));
        const { status, json } = await put(detail({ version: 0, schemaMode: "strict" }));
        expect({ status, json }).toMatchObject({ status: 200, json: { version: 1, schemaMode: "strict" } });
        expect(json).not.toHaveProperty("description");
    });

    it("takes back what get answered, read-only members included", async () => {
        await create(detail());
        const { json } = await emulator.api("GET", "/tables/sales");
        expect((await put({ ...json, description: "d" })).json).toMatchObject({ version: 1, description: "d" });
    });

    it("refuses a stale version with 409, and then holds the newer table", async () => {
        await create(detail());
        await put(detail({ version: 0, description: "newer" }));
        expect(await put(detail({ version: 0 }))).toMatchObject({ status: 409, json: { target: "version" } });
        expect((await emulator.api("GET", "/tables/sales")).json.description).toBe("newer");
    });

    it("refuses another name or type, and 404s for a table that is not there", async () => {
        await create(detail());
        expect(await put(detail({ name: "other" }))).toMatchObject({ status: 400, json: { target: "name" } });
        expect(await put(detail({ type: "aggregate", schema: [] }))).toMatchObject({
            status: 400,
            json: { target: "type" },
        });
        expect((await put(detail(), "absent")).status).toBe(404);
    });

    it("adds columns at any time, but changes none under a job or over data", async () => {
        await create(detail());
        const country = { name: "country", dataType: "string" };
        const id = await feed();
        expect((await put(detail({ version: 0, schema: [CITY, country] }))).status).toBe(200);
        const without = detail({ version: 1, schema: [country] });
        expect(await put(without)).toMatchObject({ status: 400, json: { target: "schema" } });
        await emulator.api("POST", `/jobs/${id}/status`, { desiredExecutionStatus: "canceled" });
        await advance(300);
        expect((await put(without)).json.message).toContain("not empty");
    });

    it("removes a column of an empty table", async () => {
        await create(detail());
        expect((await put(detail({ version: 0, schema: [] }))).status).toBe(200);
    });
});

describe("list", () => {
    it("answers summaries, filtered by partitioning", async () => {
        await create(detail());
        await create(detail({ name: "hourly", partitioningGranularity: "hour" }));
        const names = async (query: string) =>
            ((await emulator.api("GET", `/tables${query}`)).json.values as { name: string }[]).map(({ name }) => name);
        expect(await names("")).toEqual(["sales", "hourly"]);
        expect(await names("?partitioningGranularity=hour")).toEqual(["hourly"]);
        expect(await names("?segmentCount=1")).toEqual([]);
        expect((await emulator.api("GET", "/tables?partitioningGranularity=century")).status).toBe(400);
        expect((await emulator.api("GET", "/tables")).text).not.toContain("queryableSchema");
    });

    it("answers unused segments, of which there are none", async () => {
        await create(detail());
        expect((await emulator.api("GET", "/tables/sales/unusedSegments?limit=5")).json).toEqual({ values: [] });
        expect((await emulator.api("GET", "/tables/absent/unusedSegments")).status).toBe(404);
    });
});

describe("jobs on tables", () => {
    it("drops a table when the job completes, not before", async () => {
        await create(detail());
        const { status, json } = await postJob("drop_table");
        expect(status).toBe(201);
        expect((await emulator.api("GET", "/tables/sales")).json.availability).toBe("deleting");
        const again = { deleteAll: true };
        expect(await postJob("delete_data", again)).toMatchObject({ status: 400, json: { code: "TableDeleting" } });
        await advance(300);
        expect((await emulator.api("GET", "/tables/sales")).status).toBe(404);
        expect((await emulator.api("GET", `/jobs/${String(json.id)}`)).json).toMatchObject({
            executionStatus: "completed",
            completedTimestamp: expect.any(String) as unknown,
        });
        expect((await create(detail())).status).toBe(201);
    });

    it("refuses to drop a table that a streaming job feeds, or one that is not there", async () => {
        expect(await postJob("drop_table")).toMatchObject({ status: 400, json: { code: "TableNotFound" } });
        await feed();
        expect(await postJob("drop_table")).toMatchObject({ status: 400, json: { code: "StreamingJobExists" } });
    });

    it.each([
        ["batch", { source: { type: "table", tableName: "other" }, mappings: [] }],
        ["delete_data", { target: { type: "table", tableName: "sales", intervals: ["2024/2025"] } }],
        ["delete_data", { deleteAll: true }],
        ["restore_data", { interval: "2024/2025" }],
        ["sql", { target: undefined, query: "REPLACE INTO sales OVERWRITE ALL SELECT 1" }],
    ])("runs and completes a %s job", async (type, more) => {
        await create(detail());
        const { status, json } = await postJob(type, more);
        expect({ status, json }).toMatchObject({ status: 201, json: { type, executionStatus: "pending" } });
        await advance(150);
        expect((await emulator.api("GET", `/jobs/${String(json.id)}/status`)).json.executionStatus).toBe("running");
        await advance(150);
        const done = await emulator.api("GET", `/jobs/${String(json.id)}`);
        expect(done.json).toMatchObject({ executionStatus: "completed", target: { tableName: "sales" } });
        expect((await emulator.api("GET", `/jobs/${String(json.id)}/progress`)).json).toEqual({ overallProgress: 1 });
    });

    it.each([
        ["delete_data without intervals", "delete_data", {}],
        [
            "delete_data of everything and of intervals",
            "delete_data",
            { deleteAll: true, target: { type: "table", tableName: "sales", intervals: ["2024/2025"] } },
        ],
        ["sql that writes nowhere", "sql", { target: undefined, query: "SELECT 1" }],
        [
            "batch from a connection that is not there",
            "batch",
            { source: { type: "s3", connectionName: "absent", inputSchema: [] } },
        ],
        ["restore_data without an interval", "restore_data", {}],
    ])("refuses %s with 400", async (_what, type, more) => {
        await create(detail());
        expect((await postJob(type, more)).status).toBe(400);
    });

    it("cancels a batch job, but suspends none, and changes no deletion", async () => {
        await create(detail());
        const ask = (id: unknown, desiredExecutionStatus: string) =>
            emulator.api("POST", `/jobs/${String(id)}/status`, { desiredExecutionStatus });
        const batch = (await postJob("batch", { source: { type: "table", tableName: "other" } })).json.id;
        expect((await ask(batch, "suspended")).status).toBe(400);
        expect((await ask(batch, "canceled")).status).toBe(200);
        await advance(300);
        expect((await ask(batch, "canceled")).json).toEqual({ executionStatus: "canceled" });
        const drop = (await postJob("drop_table")).json.id;
        expect((await ask(drop, "canceled")).status).toBe(400);
        expect((await ask(drop, "running")).status).toBe(400);
    });
});
