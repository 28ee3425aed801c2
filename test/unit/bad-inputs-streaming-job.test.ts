import { hidden, problemsWith, type BadInput } from "../support/bad-inputs";

const at = { name: "at", dataType: "string" };
const valid = {
    target: { tableName: "orders" },
    source: { connectionName: "orders", formatSettings: { format: "nd-json" }, inputSchema: [at] },
    mappings: [{ columnName: "__time", expression: 'TIME_PARSE("at")' }],
};

const table: BadInput[] = [
    [{ target: undefined }, "target: required, expected object"],
    [{ target: {} }, "target.tableName: required, expected string"],
    [{ target: "orders" }, "target: expected object"],
    [{ "target.tableName": "" }, "target.tableName: expected 1 to 255 characters"],
    [{ "target.tableName": " orders" }, "target.tableName: expected no space at either end"],
    [{ "target.tableName": ".orders" }, 'target.tableName: expected no "." at the start'],
    [{ "target.tableName": "a/b" }, 'target.tableName: expected no "/"'],
    [{ "target.tableName": "a\tb" }, "target.tableName: expected no white space but spaces"],
    [{ "target.tableName": "x".repeat(256) }, "target.tableName: expected 1 to 255 characters"],
    [{ "target.tableName": "orders😀" }, "target.tableName: expected no emoji"],
    [{ "target.type": "tabel" }, 'target.type: expected "table"'],
    [{ "target.name": "x" }, 'target: unknown property "name"; known are type, tableName'],
    [{ source: undefined }, "source: required, expected object"],
    [{ "source.connectionName": undefined }, "source.connectionName: required, expected string"],
    [
        { "source.connectionName": "" },
        'source.connectionName: expected 1 to 64 of ASCII letters, digits, ".", "_", "-"',
    ],
    [
        { "source.connectionName": "a b" },
        'source.connectionName: expected 1 to 64 of ASCII letters, digits, ".", "_", "-"',
    ],
    [{ "source.type": "kafka" }, 'source.type: expected "connection"'],
    [{ "source.formatSettings": undefined }, "source.formatSettings: required, expected an object"],
    [
        { "source.formatSettings": {} },
        'source.formatSettings.format: required, expected one of "nd-json", "csv", "regex", "avro_stream", "protobuf", "kafka", "kinesis"',
    ],
    [
        { "source.formatSettings.format": "json" },
        'source.formatSettings.format: expected one of "nd-json", "csv", "regex", "avro_stream", "protobuf", "kafka", "kinesis"',
    ],
    [
        { "source.formatSettings.format": "parquet" },
        'source.formatSettings.format: expected one of "nd-json", "csv", "regex", "avro_stream", "protobuf", "kafka", "kinesis"',
    ],
    [{ "source.formatSettings": { format: "csv" } }, "source.formatSettings.columns: required, expected array"],
    [
        { "source.formatSettings": { format: "csv", columns: [] } },
        "source.formatSettings.columns: expected the names of the columns, which a stream does not carry",
    ],
    [
        { "source.formatSettings": { format: "csv", columns: ["at"], skipHeaderRows: 1 } },
        'source.formatSettings: unknown property "skipHeaderRows"; known are format, columns, delimiter, listDelimiter',
    ],
    [
        { "source.formatSettings": { format: "csv", columns: ["at"], delimeter: ";" } },
        'source.formatSettings: unknown property "delimeter"; did you mean "delimiter"?',
    ],
    [
        { "source.formatSettings": { format: "avro_stream" } },
        "source.formatSettings.parseSchemaProvider: required, expected an object",
    ],
    [
        { "source.formatSettings": { format: "avro_stream", parseSchemaProvider: { type: "inline" } } },
        'source.formatSettings.parseSchemaProvider.type: expected one of "connection", "inline-avro", "inline-protobuf"',
    ],
    [
        { "source.formatSettings": { format: "avro_stream", parseSchemaProvider: { type: "inline-avro" } } },
        "source.formatSettings.parseSchemaProvider.schema: required, expected an object",
    ],
    [
        {
            "source.formatSettings": {
                format: "protobuf",
                parseSchemaProvider: { type: "inline-protobuf", descriptor: "not base64!" },
            },
        },
        "source.formatSettings.parseSchemaProvider.descriptor: expected the descriptor in base64",
    ],
    [
        { "source.formatSettings": { format: "avro_stream", parseSchemaProvider: { type: "connection" } } },
        "source.formatSettings.parseSchemaProvider.connectionName: required, expected string",
    ],
    [
        { "source.formatSettings": { format: "kafka" } },
        "source.formatSettings.valueFormat: required, expected an object",
    ],
    [
        { "source.formatSettings": { format: "kafka", valueFormat: { format: "nd-json" }, headerFormat: "utf8" } },
        'source.formatSettings.headerFormat: expected one of "utf-8", "utf-16", "utf-16be", "utf-16le", "iso-8859-1", "us-ascii"',
    ],
    [
        { "source.formatSettings": { format: "kafka", valueFormat: { format: "csv" } } },
        "source.formatSettings.valueFormat.columns: required, expected array",
    ],
    [
        {
            "source.formatSettings": {
                format: "kafka",
                valueFormat: { format: "nd-json" },
                keyFormat: { format: "csv", columns: ["key"], skipHeaderRows: 2 },
            },
        },
        'source.formatSettings.keyFormat: unknown property "skipHeaderRows"; known are format, columns, delimiter, listDelimiter',
    ],
    [
        {
            "source.formatSettings": {
                format: "kafka",
                valueFormat: { format: "kafka", valueFormat: { format: "nd-json" } },
            },
        },
        'source.formatSettings.valueFormat.format: expected one of "nd-json", "csv", "regex", "avro_stream", "protobuf"',
    ],
    [
        { "source.inputSchema": [{ name: "at" }] },
        'source.inputSchema[0].dataType: required, expected one of "bigint", "complex<json>", "double", "float", "geo", "HLLSketch", "ipAddress", "ipPrefix", "json", "long", "longStringPair", "doubleArray", "floatArray", "longArray", "stringArray", "quantilesDoublesSketch", "string", "thetaSketch", "ingest_timeseries", "timestamp", "varchar", "variance"',
    ],
    [
        { "source.inputSchema": [{ name: "at", dataType: "text" }] },
        'source.inputSchema[0].dataType: expected one of "bigint", "complex<json>", "double", "float", "geo", "HLLSketch", "ipAddress", "ipPrefix", "json", "long", "longStringPair", "doubleArray", "floatArray", "longArray", "stringArray", "quantilesDoublesSketch", "string", "thetaSketch", "ingest_timeseries", "timestamp", "varchar", "variance"',
    ],
    [
        { "source.inputSchema": [at, { name: "", dataType: "string" }] },
        "source.inputSchema[1].name: expected a text that is not empty",
    ],
    [{ "source.inputSchema": "a" }, "source.inputSchema: expected array"],
    [{ mappings: undefined }, "mappings: required, expected array"],
    [{ mappings: [] }, 'mappings: expected a mapping for the column "__time"'],
    [{ mappings: [{ columnName: "a", expression: '"at"' }] }, 'mappings: expected a mapping for the column "__time"'],
    [{ mappings: [{ columnName: "__time" }] }, "mappings[0].expression: required, expected string"],
    [
        { mappings: [{ columnName: "__time", expression: "" }] },
        "mappings[0].expression: expected a text that is not empty",
    ],
    [
        {
            mappings: [
                { columnName: "__time", expression: 'TIME_PARSE("at")' },
                { columnName: "a", expression: '"at"' },
                { columnName: "a", expression: 'UPPER("at")' },
            ],
        },
        "mappings[2].columnName: maps the same column as mappings[1]; a column takes one mapping",
    ],
    [
        { mappings: [{ column: "__time", expression: '"at"' }] },
        "mappings[0].columnName: required, expected string",
        'mappings[0]: unknown property "column"; did you mean "columnName"?',
    ],
    [
        { mappings: [{ columnName: "__time", expression: 'TIME_PARSE("at")', isAggregation: "no" }] },
        "mappings[0].isAggregation: expected boolean",
    ],
    [
        { "source.formatSettings": { format: "regex", columns: ["at"] } },
        "source.formatSettings.pattern: required, expected string",
    ],
    [
        { "source.formatSettings": { format: "regex", pattern: "", columns: [] } },
        "source.formatSettings.pattern: expected a text that is not empty",
        "source.formatSettings.columns: expected the names of the pattern's groups",
    ],
    [
        { "source.inputSchema": [at, { name: hidden, dataType: "long" }, at] },
        "source.inputSchema[2].name: declares the same field as inputSchema[0]",
    ],
    [
        { "source.formatSettings": { format: "csv", columns: ["at", hidden, hidden] } },
        "source.formatSettings.columns[2]: is the same name as columns[1]",
    ],
    [
        { filterExpression: `"${hidden}" = 'DE'` },
        "filterExpression: the field at character 1 is not declared in source.inputSchema; known are at",
    ],
    [
        { filterExpression: `WHERE "at" = '${hidden}'` },
        "filterExpression: expected the expression alone, without WHERE before it",
    ],
    [
        { mappings: [{ columnName: "__time", expression: `TIME_PARSE("at", '${hidden})` }] },
        "mappings[0].expression: the text in single quotes at character 18 is not closed",
    ],
    [{ createTableIfNotExists: "yes" }, "createTableIfNotExists: expected boolean"],
    [{ readFromPoint: "beginning" }, 'readFromPoint: expected one of "earliest", "latest"'],
    [{ readFromPoint: "Earliest" }, 'readFromPoint: expected one of "earliest", "latest"'],
    [
        { lateMessageRejectionPeriod: "30d" },
        'lateMessageRejectionPeriod: expected an ISO 8601 duration, such as "P30D" or "PT12H"',
    ],
    [
        { lateMessageRejectionPeriod: "P" },
        'lateMessageRejectionPeriod: expected an ISO 8601 duration, such as "P30D" or "PT12H"',
    ],
    [
        { lateMessageRejectionPeriod: "P1DT" },
        'lateMessageRejectionPeriod: expected an ISO 8601 duration, such as "P30D" or "PT12H"',
    ],
    [{ lateMessageRejectionPeriod: 30 }, "lateMessageRejectionPeriod: expected string"],
    [
        { earlyMessageRejectionPeriod: "-P1D" },
        'earlyMessageRejectionPeriod: expected an ISO 8601 duration, such as "P30D" or "PT12H"',
    ],
    [{ filterExpression: "" }, "filterExpression: expected a text that is not empty"],
    [{ filterExpression: false }, "filterExpression: expected string"],
    [{ dimensionExclusions: "a" }, "dimensionExclusions: expected array"],
    [{ dimensionExclusions: [1] }, "dimensionExclusions[0]: expected string"],
    [{ useSchemaDiscovery: 1 }, "useSchemaDiscovery: expected boolean"],
    [
        { partitionedBy: "week" },
        'partitionedBy: expected one of "second", "minute", "five_minute", "ten_minute", "fifteen_minute", "thirty_minute", "hour", "six_hour", "eight_hour", "day", "month", "quarter", "year", "all"',
    ],
    [
        { partitionedBy: "daily" },
        'partitionedBy: expected one of "second", "minute", "five_minute", "ten_minute", "fifteen_minute", "thirty_minute", "hour", "six_hour", "eight_hour", "day", "month", "quarter", "year", "all"',
    ],
    [{ clusteringColumns: "country" }, "clusteringColumns: expected array"],
    [{ maxParseExceptions: -1 }, "maxParseExceptions: expected 0 or more"],
    [{ maxParseExceptions: 1.5 }, "maxParseExceptions: expected a whole number"],
    [{ maxParseExceptions: 2147483648 }, "maxParseExceptions: expected at most 2147483647"],
    [{ maxParseExceptions: "10" }, "maxParseExceptions: expected a whole number"],
    [{ enableUpserts: true }, "upsertKeyColumns: required with enableUpserts"],
    [{ enableUpserts: true, upsertKeyColumns: [] }, "upsertKeyColumns: required with enableUpserts"],
    [{ upsertKeyColumns: ["id"] }, "upsertKeyColumns: has no effect without enableUpserts: true"],
    [{ upsertVersionColumn: "v" }, "upsertVersionColumn: has no effect without enableUpserts: true"],
    [{ desiredExecutionStatus: "canceled" }, 'desiredExecutionStatus: expected one of "running", "suspended"'],
    [{ desiredExecutionStatus: "paused" }, 'desiredExecutionStatus: expected one of "running", "suspended"'],
    [{ restartTrigger: 2 }, "restartTrigger: expected string"],
    [{ resetTrigger: {} }, "resetTrigger: expected string"],
    [{ adopt: 1 }, 'adopt: expected true, false or "unchanged"'],
    [
        { replaceRunning: true },
        'unknown property "replaceRunning"; known are target, source, mappings, createTableIfNotExists, readFromPoint, lateMessageRejectionPeriod, earlyMessageRejectionPeriod, filterExpression, dimensionExclusions, useSchemaDiscovery, partitionedBy, clusteringColumns, maxParseExceptions, enableUpserts, upsertKeyColumns, upsertVersionColumn, desiredExecutionStatus, restartTrigger, restartOnConnectionChange, resetTrigger, adopt, waitForHealthy',
    ],
    [{ maping: [] }, 'unknown property "maping"; did you mean "mappings"?'],
    [{ timeouts: { update: "soon" } }, 'customTimeouts.update: expected a duration such as "10m" or "1h30m"'],
];

test("a preview accepts the arguments that the cases change", async () => {
    expect(await problemsWith("StreamingJob", valid, {})).toEqual([]);
});

const cases = table.map(([changes, ...expected]) => ({ changes, expected }));

test.each(cases)("a preview refuses $changes, and says where and what is expected", async ({ changes, expected }) => {
    const problems = await problemsWith("StreamingJob", valid, changes);
    expect(problems).toEqual(expected);
    for (const problem of problems) {
        expect(problem).not.toContain(hidden);
        expect(problem).not.toContain("\n");
    }
});
