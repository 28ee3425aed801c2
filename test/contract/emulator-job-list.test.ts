import { basic, kafka, send, startTestEmulator, streaming, type EmulatorUnderTest } from "../support/emulator";

const KEYS = ["pok_first", "pok_second"];

let emulator: EmulatorUnderTest;
const ids: Record<string, string> = {};

interface Summary {
    id: string;
    createdBy: { username: string };
    target: { tableName: string };
}

const list = async (query: string) => {
    const { status, json } = await emulator.api("GET", `/jobs?${query}`);
    expect(status).toBe(200);
    const { values, moreResultsAvailable } = json as unknown as { values: Summary[]; moreResultsAvailable: boolean };
    return { values, tables: values.map(({ target }) => target.tableName), moreResultsAvailable };
};

beforeAll(async () => {
    emulator = await startTestEmulator({ transitionMs: 0, apiKey: KEYS });
    await emulator.control("POST", "clock", { freeze: true });
    const later = () => emulator.control("POST", "clock", { advanceMs: 10 });
    for (const name of ["kafka-a", "kafka-b"]) {
        await emulator.api("POST", "/connections", kafka(name));
    }
    for (const [table, connection] of [
        ["a", "kafka-a"],
        ["b", "kafka-a"],
        ["c", "kafka-b"],
    ] as const) {
        const { json } = await emulator.api("POST", "/jobs", streaming(table, connection));
        ids[table] = String(json.id);
        await later();
    }
    await emulator.control("POST", `jobs/${ids.b!}`, {
        executionStatus: "idle",
        health: { status: "warn", code: "multiple" },
    });
    await later();
    const project = `${emulator.url}/v1/projects/${emulator.projectId}`;
    const sql = { type: "sql", query: 'INSERT INTO "d" SELECT 1', createTableIfNotExists: true };
    const { json } = await send(`${project}/jobs`, "POST", sql, { authorization: basic(KEYS[1]!) });
    ids.d = String(json.id);
});
afterAll(() => emulator.close());

it("answers summaries: without spec and mappings, the source by type and name alone", async () => {
    const { values } = await list("targetTableName=a");
    expect(values).toEqual([
        expect.objectContaining({
            id: ids.a,
            executionStatus: "running",
            source: { type: "connection", connectionName: "kafka-a" },
            target: { type: "table", tableName: "a" },
        }),
    ]);
    expect(Object.keys(values[0]!)).not.toEqual(expect.arrayContaining(["spec"]));
    expect(Object.keys(values[0]!)).not.toEqual(expect.arrayContaining(["mappings"]));
});

it.each([
    ["nothing", "", ["d", "b", "c", "a"]],
    ["a type", "type=sql", ["d"]],
    ["several types by repeated keys", "type=sql&type=streaming", ["d", "b", "c", "a"]],
    ["several statuses by a comma list", "executionStatus=idle,completed", ["d", "b"]],
    ["health", "healthStatus=warn", ["b"]],
    ["a connection", "connectionName=kafka-b", ["c"]],
    ["several connections", "connectionName=kafka-a&connectionName=kafka-b", ["b", "c", "a"]],
    ["a table", "targetTableName=c", ["c"]],
    ["two conditions that must both hold", "connectionName=kafka-a&executionStatus=running", ["a"]],
    ["a text anywhere in the summary", "searchString=KAFKA-B", ["c"]],
    ["a text that is in the names of members alone", "searchString=desiredExecution", []],
    ["a table id that is not there", "targetTableId=absent", []],
])("filters by %s", async (_what, query, tables) => {
    expect((await list(query)).tables.sort()).toEqual([...tables].sort());
});

it("filters by the id of a table", async () => {
    const { json } = await emulator.api("GET", "/tables/b");
    expect((await list(`targetTableId=${String(json.id)}`)).tables).toEqual(["b"]);
});

it("sorts by the last change, the latest first, unless the request says otherwise", async () => {
    expect((await list("")).tables).toEqual(["d", "b", "c", "a"]);
    expect((await list("sortColumn=created_date_time&sortOrder=ASC")).tables).toEqual(["a", "b", "c", "d"]);
    expect((await list("sortColumn=target_table_name")).tables).toEqual(["d", "c", "b", "a"]);
    expect((await list("sortColumn=source_name&sortOrder=ASC")).tables).toEqual(["d", "a", "b", "c"]);
    expect((await list("sortColumn=type&sortOrder=ASC")).tables).toEqual(["d", "a", "b", "c"]);
    expect((await list("sortColumn=execution_status&sortOrder=ASC")).tables[0]).toBe("d");
});

it("knows who created each job", async () => {
    const { values } = await list("sortColumn=created_date_time&sortOrder=ASC");
    const makers = values.map(({ createdBy }) => createdBy.username);
    expect(makers.slice(0, 3)).toEqual([makers[0], makers[0], makers[0]]);
    expect(makers[3]).not.toBe(makers[0]);
});

it("answers page by page", async () => {
    const query = "sortColumn=target_table_name&sortOrder=ASC&paginationLimit=3";
    expect(await list(query)).toMatchObject({ tables: ["a", "b", "c"], moreResultsAvailable: true });
    expect(await list(`${query}&paginationOffset=3`)).toMatchObject({ tables: ["d"], moreResultsAvailable: false });
    expect(await list(`${query}&paginationOffset=1`)).toMatchObject({
        tables: ["b", "c", "d"],
        moreResultsAvailable: false,
    });
});

it.each([
    ["type=stream", "type[0]"],
    ["executionStatus=running,paused", "executionStatus[1]"],
    ["paginationLimit=0", "paginationLimit"],
    ["paginationLimit=1001", "paginationLimit"],
    ["paginationOffset=-1", "paginationOffset"],
    ["sortColumn=name", "sortColumn"],
    ["sortOrder=up", "sortOrder"],
    ["tableName=a", "tableName"],
])("refuses %s with 400", async (query, target) => {
    expect(await emulator.api("GET", `/jobs?${query}`)).toMatchObject({ status: 400, json: { target } });
});
