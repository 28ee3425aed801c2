import { linesTold, nowhere, ProviderProcess } from "../support/handler";
import { table } from "../support/pair";

type Arguments = Record<string, unknown>;

const lines = linesTold();

const [country] = table.schema;
const dimension = { type: "dimension", name: "country", dataType: "string" };
const measure = { type: "measure", name: "amount", dataType: "double" };
const aggregate = { name: "sales", type: "aggregate", schema: [dimension, measure] };

async function problemsOf(given: Arguments): Promise<string[]> {
    const { problems } = await (await ProviderProcess.start(nowhere)).resource("Table").preview(given);
    return problems.map((problem) => problem.replace(" [PolarisArgumentInvalid]", ""));
}

it.each<[string, Arguments]>([
    ["a type alone", { name: "sales", type: "detail" }],
    ["a strict table", table],
    ["a declared time", { ...table, schema: [{ name: "__time", dataType: "timestamp" }, country] }],
    [
        "a declared time of an aggregate table",
        { ...aggregate, schema: [{ type: "dimension", name: "__time", dataType: "timestamp" }] },
    ],
    [
        "a rollup",
        {
            ...aggregate,
            timeResolution: "hour",
            queryGranularity: {
                type: "period",
                period: "PT6H",
                timeZone: "Europe/Berlin",
                origin: "2024-01-01T00:00:00",
            },
        },
    ],
    ["a simple rollup", { ...aggregate, queryGranularity: { type: "simple", granularity: "hour" } }],
    [
        "policies",
        {
            ...table,
            storagePolicy: {
                retain: { type: "period", period: "P1Y" },
                cached: { type: "intervals", intervals: ["2024-01-01/2024-07-01"], period: "P30D" },
            },
        },
    ],
    ["clustering", { ...table, clusteringColumns: ["country", "__time"] }],
    [
        "clustering by columns that a flexible table may have",
        { name: "sales", type: "detail", clusteringColumns: ["city"], adopt: true },
    ],
    ["week, of a table that is adopted", { ...table, partitioningGranularity: "week", adopt: true }],
])("accepts %s", async (_, given) => {
    expect(await problemsOf(given)).toEqual([]);
});

it.each<[string, Arguments, string]>([
    ["no type", { name: "sales" }, 'type: required, expected one of "detail", "aggregate"'],
    ["another member", { ...table, columns: [] }, 'unknown property "columns"; known are'],
    ["a slash in the name", { ...table, name: "a/b" }, 'name: expected no "/"'],
    [
        "the same column twice",
        { ...table, schema: [country, country] },
        "schema[1].name: declares the same column as schema[0]",
    ],
    [
        "a column of an unknown type",
        { ...table, schema: [{ name: "a", dataType: "text" }] },
        "schema[0].dataType: expected one of",
    ],
    [
        "a time that is a text",
        { ...table, schema: [{ name: "__time", dataType: "string" }] },
        'schema[0].dataType: expected "timestamp", which "__time" always has',
    ],
    [
        "another timestamp",
        { ...table, schema: [{ name: "at", dataType: "timestamp" }] },
        'schema[0].dataType: expected another type than "timestamp", which only "__time" can have',
    ],
    [
        "a measure in a detail table",
        { ...table, schema: [measure] },
        "schema[0].type: expected none, as only columns of aggregate tables have a type",
    ],
    [
        "a column of neither type",
        { ...aggregate, schema: [country] },
        'schema[0].type: required in an aggregate table, expected one of "dimension", "measure"',
    ],
    [
        "a measure that cannot be one",
        { ...aggregate, schema: [{ ...measure, dataType: "json" }] },
        "schema[0].dataType: expected for a measure one of bigint,",
    ],
    [
        "1001 columns",
        { ...table, schema: Array.from({ length: 1001 }, (_, index) => ({ name: `c${index}`, dataType: "long" })) },
        "schema: expected at most 1000 columns",
    ],
    [
        "a rollup of a detail table",
        { ...table, timeResolution: "hour" },
        'timeResolution: expected none in a detail table, as only type "aggregate" rolls rows up',
    ],
    [
        "clustering by an unknown column",
        { ...table, clusteringColumns: ["contry"] },
        'clusteringColumns[0]: expected a column that schema declares; did you mean "country"?',
    ],
    [
        "clustering by a measure",
        { ...aggregate, clusteringColumns: ["amount"] },
        "clusteringColumns[0]: expected a dimension, as Imply Polaris does not cluster by measures",
    ],
    [
        "week",
        { ...table, partitioningGranularity: "week" },
        'partitioningGranularity: expected another time partitioning, as "week" is only left in tables that already have it',
    ],
    [
        "a period that is none",
        { ...table, storagePolicy: { retain: { type: "period", period: "30 days" } } },
        "storagePolicy.retain.period: expected an ISO 8601 duration",
    ],
    [
        "no interval",
        { ...table, storagePolicy: { retain: { type: "intervals", intervals: [] } } },
        "storagePolicy.retain.intervals: expected at least one interval",
    ],
    [
        "an interval that is none",
        { ...table, storagePolicy: { retain: { type: "intervals", intervals: ["2024"] } } },
        "storagePolicy.retain.intervals[0]: expected an ISO 8601 interval",
    ],
    [
        "an interval of other words",
        { ...table, storagePolicy: { retain: { type: "intervals", intervals: ["last/year"] } } },
        "storagePolicy.retain.intervals[0]: expected an ISO 8601 interval",
    ],
    [
        "an interval that ends before it begins",
        { ...table, storagePolicy: { retain: { type: "intervals", intervals: ["2024-07-01/2024-01-01T00:00:00Z"] } } },
        "storagePolicy.retain.intervals[0]: expected an interval that ends after its beginning",
    ],
    [
        "a policy of no type",
        { ...table, storagePolicy: { retain: { period: "P30D" } } },
        'storagePolicy.retain.type: required, expected one of "period", "intervals"',
    ],
    [
        "a long description",
        { ...table, description: "x".repeat(1001) },
        "description: expected at most 1000 characters",
    ],
    ["another fate", { ...table, onDestroy: "delete" }, 'onDestroy: expected one of "retain", "drop", "softDrop"'],
])("refuses %s", async (_, given, problem) => {
    expect((await problemsOf(given)).join("\n")).toContain(problem);
});

it("says in the preview of a create what its retention deletes and when, and what is precached", async () => {
    const storagePolicy = {
        retain: { type: "intervals", intervals: ["2024-01-01/2024-07-01"], period: "P30D" },
        cached: { type: "period", period: "P7D" },
    };
    await problemsOf({ ...table, storagePolicy, onDestroy: "softDrop" });
    expect(lines).toEqual([
        'Table "sales": a destroy drops the table; its data can be restored for 30 days, and is then lost (onDestroy: "softDrop"); storagePolicy.retain deletes data: only rows in 2024-01-01/2024-07-01 or of the last P30D stay; others, by their __time, leave the queries within minutes, can be restored for 30 days, and are then deleted for good; storagePolicy.cached keeps only rows of the last P7D precached: queries of others are slower, and nothing is deleted',
    ]);
});

it("lets a table keep week that has it, and get another time partitioning", async () => {
    const resource = (await ProviderProcess.start(nowhere)).resource("Table");
    const weekly = { ...table, partitioningGranularity: "week" };
    await resource.assume({ ...weekly, adopt: true }, { tableId: "an-id" });
    expect(await resource.preview({ ...weekly, description: "edited" })).toMatchObject({
        step: "update",
        problems: [],
    });
    expect(await resource.preview({ ...table, partitioningGranularity: "day" })).toMatchObject({ step: "update" });
    expect(await resource.preview({ ...weekly, name: "sales-2" })).toMatchObject({ step: "refused" });
});

it("does not hold the columns and the type of a table of another project against one that is new there", async () => {
    const resource = (await ProviderProcess.start(nowhere)).resource("Table");
    await resource.assume(table, { tableId: "an-id" });
    const project = { projectId: "5d6b8a52-6c0e-4b0b-9b52-5f0b0b8f6d10", baseUrl: nowhere.url };
    expect(await resource.preview({ ...aggregate, project })).toMatchObject({ step: "replace", problems: [] });
    expect(lines.join("\n")).toContain(
        'the project changes: creates a table in the new project, without data, then keeps the old table "sales" and its data (onDestroy: "retain")',
    );
});
