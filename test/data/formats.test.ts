import { emulator, ordersJob, query } from "../support/data";
import { cancel, connect, ingest, jobState, postJob, until, untilStatus } from "../support/data-jobs";

/** What a job can say about the form of records and rows, as Druid does it. */

const TIME = "2026-01-15T10:00:00.000Z";
const late = { lateMessageRejectionPeriod: "P3650D" };
const time = { columnName: "__time", expression: 'TIME_PARSE("t")' };
const column = (columnName: string, expression = `"${columnName}"`) => ({ columnName, expression });
const source = (formatSettings: object, ...inputSchema: [name: string, dataType: string][]) => ({
    source: { formatSettings, inputSchema: inputSchema.map(([name, dataType]) => ({ name, dataType })) },
});

const json = { format: "nd-json" };

test("numbers in text, nested values, arrays and conditions reach the table as the mappings say", async () => {
    const record = { t: TIME, id: "a", amount: "250.126", note: null, nested: { a: { b: 5 } }, tags: ["x", "y"] };
    const job = {
        ...late,
        ...source(
            json,
            ["t", "string"],
            ["id", "string"],
            ["amount", "double"],
            ["note", "string"],
            ["nested", "json"],
        ),
        mappings: [
            time,
            column("id", "UPPER(\"id\") || '-1'"),
            column("amount", 'ROUND("amount", 2)'),
            column("size", "CASE WHEN \"amount\" > 100 THEN 'big' ELSE 'small' END"),
            column("note", "COALESCE(\"note\", 'none')"),
            column("inner", "JSON_VALUE(\"nested\", '$.a.b' RETURNING BIGINT)"),
        ],
        filterExpression: '"amount" > 1',
    };
    const small = { ...record, id: "b", amount: 0.5 };
    const { id, rows } = await ingest("shapes", [{ value: record }, { value: small }], {
        job,
        count: 1,
        sql: 'SELECT * FROM "shapes"',
    });
    expect(rows).toEqual([{ __time: TIME, id: "A-1", amount: 250.13, size: "big", note: "none", inner: 5 }]);
    const isCounted = ({ numRowsSkippedByFilter }: Record<string, number>) => numRowsSkippedByFilter === 1;
    const totals = async () => (await emulator.api("GET", `/jobs/${id}/metrics`)).json.totals as Record<string, number>;
    expect(await until(totals, isCounted)).toMatchObject({ numRowsProcessed: 1, numRowsSkippedByError: 0 });
    await cancel(id);
});

test("csv, other delimiters and regular expressions are read", async () => {
    const fields: [string, string][] = [
        ["t", "string"],
        ["id", "string"],
        ["amount", "double"],
    ];
    const columns = ["t", "id", "amount"];
    const mappings = [time, column("id"), column("amount")];
    const expected = [{ __time: TIME, id: "a", amount: 1.5 }];
    const formats: [string, object, string][] = [
        ["of_csv", { format: "csv", columns }, `${TIME},a,1.5`],
        ["of_bars", { format: "csv", columns, delimiter: "|" }, `${TIME}|a|1.5`],
        ["of_regex", { format: "regex", columns, pattern: "(\\S+) (\\S+) (\\S+)" }, `${TIME} a 1.5`],
    ];
    for (const [table, format, value] of formats) {
        const job = { ...late, ...source(format, ...fields), mappings };
        const { id, rows } = await ingest(table, [{ value }], { job, count: 1, sql: `SELECT * FROM "${table}"` });
        expect({ table, rows }).toEqual({ table, rows: expected });
        await cancel(id);
    }
});

test("key, headers and timestamp of a record are read", async () => {
    const formatSettings = {
        format: "kafka",
        valueFormat: json,
        keyFormat: { format: "csv", columns: ["key"] },
        headerFormat: "utf-8",
    };
    const job = {
        ...late,
        ...source(
            formatSettings,
            ["kafka.timestamp", "long"],
            ["kafka.key", "string"],
            ["kafka.header.shop", "string"],
            ["id", "string"],
        ),
        mappings: [
            column("__time", 'MILLIS_TO_TIMESTAMP("kafka.timestamp")'),
            column("id"),
            column("key", '"kafka.key"'),
            column("shop", '"kafka.header.shop"'),
        ],
    };
    const record = { value: { id: "a" }, key: "k1", headers: { shop: "Lyon" }, timestamp: Date.parse(TIME) };
    const { id, rows } = await ingest("envelopes", [record], { job, count: 1, sql: 'SELECT * FROM "envelopes"' });
    expect(rows).toEqual([{ __time: TIME, id: "a", key: "k1", shop: "Lyon" }]);
    await cancel(id);
});

test("an aggregate table rolls rows up, by its resolution of time", async () => {
    await emulator.api("POST", "/tables", {
        type: "aggregate",
        name: "sums",
        timeResolution: "hour",
        schema: [
            { type: "dimension", name: "country", dataType: "string" },
            { type: "measure", name: "total", dataType: "double" },
            { type: "measure", name: "orders", dataType: "long" },
        ],
    });
    const job = {
        ...late,
        ...source(json, ["t", "string"], ["country", "string"], ["amount", "double"]),
        mappings: [time, column("country"), column("total", 'SUM("amount" * 2)'), column("orders", "COUNT(*)")],
    };
    const minutes = ["10:05", "10:45", "11:01"].map((minute) => `2026-01-15T${minute}:00.000Z`);
    const records = minutes.map((t) => ({ value: { t, country: "DE", amount: "1.5" } }));
    const sql = 'SELECT "__time", "country", "total", "orders" FROM "sums" ORDER BY "__time"';
    const { id, rows } = await ingest("sums", records, { job, count: 2, sql });
    expect(rows).toEqual([
        { __time: TIME, country: "DE", total: 6, orders: 2 },
        { __time: "2026-01-15T11:00:00.000Z", country: "DE", total: 3, orders: 1 },
    ]);
    await cancel(id);
});

test("with useSchemaDiscovery, fields without a mapping become columns, except those that are excluded", async () => {
    const job = {
        ...late,
        ...source(json, ["t", "string"]),
        mappings: [time],
        useSchemaDiscovery: true,
        dimensionExclusions: ["t", "internal"],
    };
    const value = { t: TIME, id: "a", amount: 2.5, internal: "x" };
    const { id, rows } = await ingest("found", [{ value }], { job, count: 1, sql: 'SELECT * FROM "found"' });
    expect(rows).toEqual([{ __time: TIME, id: "a", amount: 2.5 }]);
    await cancel(id);
});

describe("what cannot be ingested is refused when the job is posted, with the member that is wrong", () => {
    beforeAll(() => connect("refusals", "refusals"));

    const refusals: [string, Record<string, unknown>, string, RegExp][] = [
        [
            "a function that does not exist",
            { mappings: [...ordersJob().mappings.slice(0, 3), column("amount", 'ROUNDD("amount")')] },
            "mappings[3].expression",
            /\(column 'amount'\): No match found for function signature ROUNDD.*\(line 1, column 1\)/,
        ],
        [
            "a field that inputSchema does not have",
            { mappings: [...ordersJob().mappings, column("more", 'UPPER("none")')] },
            "mappings[4].expression",
            /\(column 'more'\): Column 'none' not found/,
        ],
        ["a filter that cannot be read", { filterExpression: '"amount" >' }, "filterExpression", /^filterExpression: /],
        [
            "two columns in one expression",
            { mappings: [...ordersJob().mappings, column("more", '1 AS "x", 2')] },
            "mappings[4].expression",
            /must be one expression/,
        ],
        [
            "an average",
            { mappings: [...ordersJob().mappings, column("mean", 'AVG("amount")')] },
            "mappings[4].expression",
            /\(column 'mean'\): only plain expressions and single aggregation functions/,
        ],
        ["upserts", { enableUpserts: true, upsertKeyColumns: ["order_id"] }, "enableUpserts", /has no upserts/],
        [
            "Avro without its extension",
            source({ format: "avro_stream", parseSchemaProvider: { type: "inline-avro", schema: {} } }, [
                "t",
                "string",
            ]),
            "source.formatSettings.format",
            /has no druid-avro-extensions/,
        ],
        [
            "a type that only files have",
            source(json, ["timestamp", "string"], ["place", "geo"]),
            "source.inputSchema[1].dataType",
            /cannot read 'geo'/,
        ],
    ];

    test.each(refusals)("%s", async (_what, job, target, message) => {
        const { status, json: body } = await postJob("refusals", { job });
        expect({ status, target: body.target }).toEqual({ status: 400, target });
        expect(body.message).toMatch(message);
        expect((await emulator.api("GET", "/tables/refusals")).status).toBe(404);
    });
});

test("delete_data removes the rows of an interval, and drop_table all rows and offsets", async () => {
    const days = ["2026-01-14", "2026-01-15"];
    const records = days.map((day, index) => ({ value: { t: `${day}T10:00:00Z`, id: `${index}` } }));
    const job = { ...late, ...source(json, ["t", "string"], ["id", "string"]), mappings: [time, column("id")] };
    const sql = 'SELECT "id" FROM "days"';
    const { id } = await ingest("days", records, { job, count: 2, sql });
    await cancel(id);
    const post = async (body: object) => String((await emulator.api("POST", "/jobs", body)).json.id);
    const target = { type: "table", tableName: "days" };
    const intervals = ["2026-01-14/2026-01-15"];
    await untilStatus(await post({ type: "delete_data", target: { ...target, intervals } }), "completed");
    expect(
        await until(
            () => query(sql),
            (rows) => rows.length === 1,
        ),
    ).toEqual([{ id: "1" }]);
    await untilStatus(await post({ type: "drop_table", target }), "completed");
    expect((await emulator.api("POST", "/query/sql", { query: sql })).status).toBe(400);
    const again = String((await postJob("days", { job })).json.id);
    const two = async () => (await emulator.api("POST", "/query/sql", { query: sql })).text;
    expect(JSON.parse(await until(two, (text) => text.split("id").length === 3))).toHaveLength(2);
    expect((await jobState(again)).health.status).toBe("ok");
    await cancel(again);
});
