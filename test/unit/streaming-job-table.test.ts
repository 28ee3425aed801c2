import { linesTold, nowhere, ProviderProcess, unknownValue } from "../support/handler";
import { job, table } from "../support/pair";

type Arguments = Record<string, unknown>;

const lines = linesTold();

const time = { columnName: "__time", expression: 'TIME_PARSE("t")' };
const aggregate = {
    name: "sales",
    type: "aggregate",
    schemaMode: "strict",
    schema: [
        { type: "dimension", name: "country", dataType: "string" },
        { type: "measure", name: "amount", dataType: "double" },
    ],
};
const source = {
    ...job.source,
    inputSchema: [...job.source.inputSchema, { name: "amount", dataType: "double" }],
};

/** What the preview of a program with a table and a job reports about the job. */
async function problemsOf(declared: Arguments, change: Arguments): Promise<string[]> {
    const engine = await ProviderProcess.start(nowhere);
    const { problems } = await engine.resource("Table").preview(declared);
    expect(problems).toEqual([]);
    return (await engine.resource("StreamingJob").preview({ ...job, source, ...change })).problems.map((problem) =>
        problem.replace(" [PolarisArgumentInvalid]", ""),
    );
}

const mapped = (...mappings: Arguments[]) => ({ mappings: [time, ...mappings] });

describe("the mappings of a job into a table of the program", () => {
    it.each<[string, Arguments, Arguments]>([
        ["a declared column", table, mapped({ columnName: "country", expression: '"country"' })],
        [
            "any column of a flexible table",
            { ...table, schemaMode: "flexible" },
            mapped({ columnName: "city", expression: '"country"' }),
        ],
        [
            "any column of a table without schemaMode",
            { ...table, schemaMode: undefined },
            mapped({ columnName: "city", expression: '"country"' }),
        ],
        ["an aggregated measure", aggregate, mapped({ columnName: "amount", expression: 'SUM("amount")' })],
        [
            "an aggregation within an expression",
            aggregate,
            mapped({ columnName: "amount", expression: 'CAST(MAX("amount") AS DOUBLE) * 2' }),
        ],
        [
            "a filtered aggregation",
            aggregate,
            mapped({ columnName: "amount", expression: `SUM("amount") FILTER (WHERE "country" = 'DE')` }),
        ],
        [
            "a function that is not known",
            aggregate,
            mapped({ columnName: "amount", expression: 'NEW_SKETCH("amount")' }),
        ],
        ["a plain dimension", aggregate, mapped({ columnName: "country", expression: 'UPPER("country")' })],
        ["a column that is not known", table, mapped({ columnName: unknownValue, expression: '"country"' })],
        ["an expression that is not known", aggregate, mapped({ columnName: "amount", expression: unknownValue })],
        ["mappings that are not known", table, { mappings: unknownValue }],
        [
            "columns that are not known",
            { ...table, schema: unknownValue },
            mapped({ columnName: "city", expression: '"country"' }),
        ],
        [
            "one column that is not known",
            { ...table, schema: [{ name: unknownValue, dataType: "long" }] },
            mapped({ columnName: "city", expression: '"country"' }),
        ],
        [
            "another table",
            table,
            { target: { tableName: "returns" }, ...mapped({ columnName: "city", expression: '"country"' }) },
        ],
    ])("may have %s", async (_, declared, change) => {
        expect(await problemsOf(declared, change)).toEqual([]);
    });

    it.each<[string, Arguments, Arguments, string]>([
        [
            "a column that a strict table does not declare",
            table,
            mapped({ columnName: "contry", expression: '"country"' }),
            'mappings[1].columnName: is no column of the strict table "sales", which has to declare it in its schema; did you mean "country"?',
        ],
        [
            "a measure without an aggregation",
            aggregate,
            mapped({ columnName: "amount", expression: 'ROUND("amount")' }),
            'mappings[1].expression: expected an aggregation, such as SUM(…), MAX(…) or COUNT(*), as it feeds the measure "amount" of the aggregate table "sales"',
        ],
        [
            "a measure of a flexible table without an aggregation",
            { ...aggregate, schemaMode: "flexible" },
            mapped({ columnName: "amount", expression: '"amount" * 100' }),
            'mappings[1].expression: expected an aggregation, such as SUM(…), MAX(…) or COUNT(*), as it feeds the measure "amount" of the aggregate table "sales"',
        ],
        [
            "a measure that is marked as no aggregation",
            aggregate,
            mapped({ columnName: "amount", expression: 'SUM("amount")', isAggregation: false }),
            'mappings[1].isAggregation: expected true or no value, as it feeds the measure "amount" of the aggregate table "sales"',
        ],
        [
            "schema discovery into a strict table",
            table,
            { useSchemaDiscovery: true },
            'useSchemaDiscovery: expected false, as the table "sales" is strict: ingestion cannot add columns to it',
        ],
        [
            "clustering by a measure",
            aggregate,
            { clusteringColumns: ["amount"] },
            'clusteringColumns[0]: expected a dimension, as it is a measure of the aggregate table "sales"',
        ],
        [
            "clustering by a column that is not declared",
            table,
            { clusteringColumns: ["__time", "contry"] },
            'clusteringColumns[1]: is no column of the strict table "sales"; did you mean "country"?',
        ],
        [
            "upserts by a column that is not declared",
            table,
            { enableUpserts: true, upsertKeyColumns: ["country", "contry"] },
            'upsertKeyColumns[1]: is no column of the strict table "sales"; did you mean "country"?',
        ],
        [
            "upserts with the version in a column that is not declared",
            table,
            { enableUpserts: true, upsertKeyColumns: ["country"], upsertVersionColumn: "contry" },
            'upsertVersionColumn: is no column of the strict table "sales"; did you mean "country"?',
        ],
    ])("cannot have %s", async (_, declared, change, problem) => {
        expect(await problemsOf(declared, change)).toEqual([problem]);
    });

    it("go with a warning where the job would create the table of the program itself", async () => {
        await problemsOf(table, { createTableIfNotExists: true });
        expect(lines.join("\n")).toContain(
            "warning: createTableIfNotExists: has no effect beside the Table of this program; remove it, and take tableName from `table.name`, which orders the two",
        );
    });

    it("are not checked against a table of another project, nor where the program declares no table", async () => {
        const engine = await ProviderProcess.start(nowhere);
        const project = { projectId: "5d6b8a52-6c0e-4b0b-9b52-5f0b0b8f6d10", baseUrl: nowhere.url };
        await engine.resource("Table").preview({ ...table, project });
        const given = { ...job, ...mapped({ columnName: "city", expression: '"country"' }) };
        expect((await engine.resource("StreamingJob").preview(given)).problems).toEqual([]);
    });
});
