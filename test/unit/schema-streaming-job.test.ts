import { unknown } from "../../provider/values/unknown";
import { problemsOf, problemText } from "../../provider/engine/validation";
import { streamingJobInputs, streamingJobProblems } from "../../provider/streaming-job/schema";

const time = { columnName: "__time", expression: 'TIME_PARSE("t")' };
const country = { columnName: "country", expression: '"country"' };
const fields = ["t", "country"].map((name) => ({ name, dataType: "string" }));
const source = { connectionName: "orders", formatSettings: { format: "nd-json" }, inputSchema: fields };

const valid = { target: { tableName: "orders" }, source, mappings: [time] };

/** As the engine hands arguments on: without members that are undefined. */
const problemsIn = (change: Record<string, unknown>) => {
    const given = JSON.parse(JSON.stringify({ ...valid, ...change })) as Record<string, unknown>;
    return problemsOf(streamingJobInputs, streamingJobProblems, given).map(problemText);
};

const duration = 'expected an ISO 8601 duration, such as "P30D" or "PT12H"';

describe("a streaming job", () => {
    it.each<[string, Record<string, unknown>]>([
        ["the required arguments", {}],
        [
            "all arguments",
            {
                target: { type: "table", tableName: "Orders 2024" },
                source: { ...source, type: "connection" },
                mappings: [time, { ...country, isAggregation: false }],
                createTableIfNotExists: true,
                readFromPoint: "earliest",
                lateMessageRejectionPeriod: "P1D",
                earlyMessageRejectionPeriod: "PT1H",
                filterExpression: "\"country\" = 'DE'",
                dimensionExclusions: ["a"],
                useSchemaDiscovery: true,
                partitionedBy: "hour",
                clusteringColumns: ["country"],
                maxParseExceptions: 0,
                enableUpserts: true,
                upsertKeyColumns: ["country"],
                upsertVersionColumn: "__time",
                desiredExecutionStatus: "suspended",
                restartTrigger: "1",
                resetTrigger: "1",
                adopt: true,
            },
        ],
        ["the defaults of what it leaves out", { enableUpserts: false, upsertKeyColumns: [], dimensionExclusions: [] }],
    ])("is valid with %s", (_, change) => {
        expect(problemsIn(change)).toEqual([]);
    });

    it.each<[Record<string, unknown>, string[]]>([
        [{ target: undefined }, ["target: required, expected object"]],
        [{ target: {} }, ["target.tableName: required, expected string"]],
        [{ target: { tableName: "a/b" } }, ['target.tableName: expected no "/"']],
        [{ target: { type: "topic", tableName: "a" } }, ['target.type: expected "table"']],
        [
            { target: { name: "a" } },
            [
                "target.tableName: required, expected string",
                'target: unknown property "name"; known are type, tableName',
            ],
        ],
        [{ source: undefined }, ["source: required, expected object"]],
        [
            { source: { ...source, connectionName: "" } },
            ['source.connectionName: expected 1 to 64 of ASCII letters, digits, ".", "_", "-"'],
        ],
        [{ source: { ...source, type: "s3" } }, ['source.type: expected "connection"']],
        [{ source: { ...source, formatSettings: undefined } }, ["source.formatSettings: required, expected an object"]],
        [
            { source: { ...source, formatSettings: { format: "csv", columns: [] } } },
            ["source.formatSettings.columns: expected the names of the columns, which a stream does not carry"],
        ],
        [
            { source: { ...source, inputSchema: [...fields, { name: "a", dataType: "int" }] } },
            [expect.stringMatching(/^source\.inputSchema\[2\]\.dataType: expected one of "bigint", /) as string],
        ],
        [{ readFromPoint: "EARLIEST" }, ['readFromPoint: expected one of "earliest", "latest"']],
        [{ lateMessageRejectionPeriod: "30D" }, [`lateMessageRejectionPeriod: ${duration}`]],
        [{ earlyMessageRejectionPeriod: "P" }, [`earlyMessageRejectionPeriod: ${duration}`]],
        [{ filterExpression: "" }, ["filterExpression: expected a text that is not empty"]],
        [{ dimensionExclusions: "a" }, ["dimensionExclusions: expected array"]],
        [{ dimensionExclusions: ["a", null] }, ["dimensionExclusions[1]: expected string"]],
        [
            { partitionedBy: "week" },
            [expect.stringMatching(/^partitionedBy: expected one of "second", .*"all"$/) as string],
        ],
        [{ maxParseExceptions: -1 }, ["maxParseExceptions: expected 0 or more"]],
        [{ maxParseExceptions: 2_147_483_648 }, ["maxParseExceptions: expected at most 2147483647"]],
        [{ maxParseExceptions: 1.5 }, ["maxParseExceptions: expected a whole number"]],
        [{ maxParseExceptions: "5" }, ["maxParseExceptions: expected a whole number"]],
        [{ desiredExecutionStatus: "canceled" }, ['desiredExecutionStatus: expected one of "running", "suspended"']],
        [
            { replaceRunning: true },
            [expect.stringMatching(/^unknown property "replaceRunning"; known are target, /) as string],
        ],
        [{ filterExpresion: "x" }, ['unknown property "filterExpresion"; did you mean "filterExpression"?']],
    ])("is refused with %j", (change, expected) => {
        expect(problemsIn(change)).toEqual(expected);
    });
});

describe("the mappings of a job", () => {
    it.each<[unknown, string[]]>([
        [undefined, ["mappings: required, expected array"]],
        [[], ['mappings: expected a mapping for the column "__time"']],
        [[country], ['mappings: expected a mapping for the column "__time"']],
        [
            [time, country, country],
            ["mappings[2].columnName: maps the same column as mappings[1]; a column takes one mapping"],
        ],
        [
            [time, country, time, country],
            [
                "mappings[2].columnName: maps the same column as mappings[0]; a column takes one mapping",
                "mappings[3].columnName: maps the same column as mappings[1]; a column takes one mapping",
            ],
        ],
        [[time, { columnName: "a" }], ["mappings[1].expression: required, expected string"]],
        [
            [time, { ...country, expresion: "x" }],
            ['mappings[1]: unknown property "expresion"; did you mean "expression"?'],
        ],
        [[time, { ...country, expression: "" }], ["mappings[1].expression: expected a text that is not empty"]],
        [[time, "country"], ["mappings[1]: expected object"]],
        [{ country: "x" }, ["mappings: expected array"]],
    ])("are refused as %j", (mappings, expected) => {
        expect(problemsIn({ mappings })).toEqual(expected);
    });

    it("are not reported as missing where they are not known yet", () => {
        expect(problemsIn({ mappings: [country, unknown] })).toEqual([]);
        expect(problemsIn({ mappings: [country, { columnName: unknown, expression: "x" }] })).toEqual([]);
        expect(problemsIn({ mappings: [unknown, unknown, country, country] })).toEqual([
            "mappings[3].columnName: maps the same column as mappings[2]; a column takes one mapping",
        ]);
    });
});

describe("upserts", () => {
    it.each<[Record<string, unknown>, string[]]>([
        [{ enableUpserts: true }, ["upsertKeyColumns: required with enableUpserts"]],
        [{ enableUpserts: true, upsertKeyColumns: [] }, ["upsertKeyColumns: required with enableUpserts"]],
        [{ upsertKeyColumns: ["a"] }, ["upsertKeyColumns: has no effect without enableUpserts: true"]],
        [
            { enableUpserts: false, upsertKeyColumns: ["a"], upsertVersionColumn: "b" },
            [
                "upsertKeyColumns: has no effect without enableUpserts: true",
                "upsertVersionColumn: has no effect without enableUpserts: true",
            ],
        ],
        [{ enableUpserts: unknown, upsertKeyColumns: ["a"] }, []],
        [{ enableUpserts: true, upsertKeyColumns: unknown }, []],
        [{ enableUpserts: true, upsertKeyColumns: [unknown] }, []],
        [{ upsertKeyColumns: unknown, upsertVersionColumn: unknown }, []],
    ])("with %j are reported", (change, expected) => {
        expect(problemsIn(change)).toEqual(expected);
    });
});

describe("the problems of a job", () => {
    it("are reported all at once", () => {
        const change = {
            target: { tableName: ".orders" },
            source: { connectionName: 7, formatSettings: { format: "json" } },
            mappings: [country],
            lateMessageRejectionPeriod: "soon",
            enableUpserts: true,
            adoptt: true,
        };
        expect(problemsIn(change)).toEqual([
            'target.tableName: expected no "." at the start',
            "source.connectionName: expected string",
            'source.formatSettings.format: expected one of "nd-json", "csv", "regex", "avro_stream", "protobuf", "kafka", "kinesis"',
            `lateMessageRejectionPeriod: ${duration}`,
            'unknown property "adoptt"; did you mean "adopt"?',
            'mappings: expected a mapping for the column "__time"',
            "mappings[0].expression: the field at character 1 has to be declared in source.inputSchema",
            "upsertKeyColumns: required with enableUpserts",
        ]);
    });
});
