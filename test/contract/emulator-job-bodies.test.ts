import { kafka, startTestEmulator, streaming, type EmulatorUnderTest } from "../support/emulator";

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    emulator = await startTestEmulator({ transitionMs: 0 });
});
beforeEach(async () => {
    await emulator.control("POST", "reset");
    await emulator.api("POST", "/connections", kafka("orders"));
});
afterAll(() => emulator.close());

const post = (more: Record<string, unknown>) => emulator.api("POST", "/jobs", streaming("sales", "orders", more));

const source = (formatSettings: unknown) => ({ type: "connection", connectionName: "orders", formatSettings });
const time = { columnName: "__time", expression: "x" };

describe("null", () => {
    it.each([
        ["mappings", [{ ...time, isAggregation: null }]],
        ["source", { ...source(null), inputSchema: [] }],
        ["source", { type: "connection", connectionName: "orders", inputSchema: [] }],
        ["enableUpserts", null],
        ["upsertKeyColumns", null],
        ["upsertVersionColumn", null],
        ["target", { type: "table", tableName: "sales", intervals: null }],
    ])("is accepted in %s and stays in the spec", async (member, value) => {
        const { status, json } = await post({ [member]: value });
        expect(status).toBe(201);
        expect((json.spec as Record<string, unknown>)[member]).toEqual(value);
        expect((await emulator.api("GET", `/jobs/${String(json.id)}`)).json.spec).toEqual(json.spec);
    });

    it.each([
        "readFromPoint",
        "replaceRunning",
        "filterExpression",
        "lateMessageRejectionPeriod",
        "maxParseExceptions",
        "dimensionExclusions",
        "mappings",
    ])("is refused in %s", async (member) => {
        expect(await post({ [member]: null })).toMatchObject({ status: 400, json: { target: member } });
    });

    it("leaves isAggregation absent, null and false apart", async () => {
        const mappings = [time, { columnName: "a", expression: "a", isAggregation: null }];
        const { json } = await post({
            mappings: [...mappings, { columnName: "b", expression: 'SUM("b")', isAggregation: false }],
        });
        expect((json.spec as { mappings: unknown[] }).mappings).toEqual([
            time,
            { columnName: "a", expression: "a", isAggregation: null },
            { columnName: "b", expression: 'SUM("b")', isAggregation: false },
        ]);
    });

    it.each([
        [null, "aggregate"],
        [false, "detail"],
        [true, "aggregate"],
    ])("makes the automatic table by the expression: isAggregation %s, %s", async (isAggregation, type) => {
        await post({ mappings: [time, { columnName: "total", expression: 'SUM("t")', isAggregation }] });
        expect((await emulator.api("GET", "/tables/sales")).json.type).toBe(type);
    });
});

describe("type", () => {
    it("is sql where it is absent", async () => {
        const body = { query: 'INSERT INTO "sales" SELECT 1', createTableIfNotExists: true };
        const { status, json } = await emulator.api("POST", "/jobs", body);
        expect({ status, json }).toMatchObject({ status: 201, json: { type: "sql", spec: { type: "sql" } } });
        expect(await post({ type: undefined })).toMatchObject({
            status: 400,
            json: { details: expect.arrayContaining([expect.objectContaining({ target: "query" })]) as unknown },
        });
    });

    it.each([null, "kafka", 1])("is refused when it is %j", async (type) => {
        expect(await post({ type })).toMatchObject({ status: 400, json: { target: "type" } });
    });
});

describe("regex", () => {
    const regex = { format: "regex", columns: ["at", "level"], pattern: "^(\\S+) (\\S+)" };

    it.each([
        ["a stream", regex],
        ["the values and keys of records", { format: "kafka", valueFormat: regex, keyFormat: regex }],
    ])("reads %s", async (_what, formatSettings) => {
        expect(await post({ source: source(formatSettings) })).toMatchObject({
            status: 201,
            json: { source: { formatSettings } },
        });
    });

    it.each([
        [{ columns: undefined }, "source.formatSettings.columns"],
        [{ pattern: undefined }, "source.formatSettings.pattern"],
        [{ pattern: "" }, "source.formatSettings.pattern"],
        [{ delimiter: "," }, "source.formatSettings.delimiter"],
    ])("is refused with %j", async (more, target) => {
        expect(await post({ source: source({ ...regex, ...more }) })).toMatchObject({ status: 400, json: { target } });
    });
});
