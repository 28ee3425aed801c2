import { kafka, startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { envOf } from "../support/project";
import { withStack, type Stack } from "../support/pulumi";
import { expectSettled, held, newRequests, problemsIn } from "../support/seen";
import { changes } from "../support/summary";

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    emulator = await startTestEmulator();
});
beforeEach(() => emulator.control("POST", "reset"));
afterAll(() => emulator.close());

const time = { columnName: "__time", expression: 'MILLIS_TO_TIMESTAMP("at")' };
const inputSchema = [
    { name: "at", dataType: "long" },
    { name: "amount", dataType: "double" },
];
const registry = { type: "connection", connectionName: "registry" };
const avroSchema = { type: "record", name: "Order", fields: [{ name: "amount", type: "double" }] };
const flattenSpec = { fields: [{ type: "path", name: "city", expr: "$.address.city" }] };

const formats: Record<string, object> = {
    "nd-json": { format: "nd-json", flattenSpec },
    regex: { format: "regex", pattern: "^(\\d+) (.*)$", columns: ["at", "amount"] },
    csv: { format: "csv", columns: ["at", "amount"], delimiter: ";", listDelimiter: "|" },
    "avro by registry": { format: "avro_stream", parseSchemaProvider: registry, extractUnionsByType: true },
    "avro inline": {
        format: "avro_stream",
        parseSchemaProvider: { type: "inline-avro", schema: avroSchema },
        binaryAsString: true,
    },
    "protobuf by registry": { format: "protobuf", parseSchemaProvider: registry, flattenSpec },
    "protobuf inline": {
        format: "protobuf",
        parseSchemaProvider: { type: "inline-protobuf", descriptor: "CgVvcmRlcg==", protoMessageType: "Order" },
    },
    kafka: {
        format: "kafka",
        valueFormat: { format: "nd-json" },
        keyFormat: { format: "csv", columns: ["key"] },
        keyColumnName: "order key",
        headerFormat: "utf-8",
        headerLabelPrefix: "header.",
        timestampColumnName: "received",
    },
};

/** Every argument of a spec beyond source, target and mappings. */
const options = {
    createTableIfNotExists: true,
    readFromPoint: "earliest",
    lateMessageRejectionPeriod: "PT36H",
    earlyMessageRejectionPeriod: "P1D",
    filterExpression: '"amount" > 0',
    dimensionExclusions: ["internal", "debug"],
    useSchemaDiscovery: true,
    partitionedBy: "hour",
    clusteringColumns: ["amount"],
    maxParseExceptions: 100,
};

const program = `for (const [name, given] of Object.entries(args)) new polaris.StreamingJob(name, given);`;

test("jobs of every format and with every argument are created as the API names them, and shown as they are by refresh and preview", async () => {
    await emulator.api("POST", "/connections", kafka("orders"));
    await emulator.api("POST", "/connections", {
        type: "confluent_schema_registry",
        name: "registry",
        urls: ["https://registry.example.com"],
        secrets: { type: "basic", username: "polaris", password: "first-password" },
    });
    await emulator.api("POST", "/connections", {
        type: "kinesis",
        name: "clicks",
        awsAssumedRoleArn: "arn:aws:iam::123456789012:role/reader",
        awsEndpoint: "kinesis.us-east-1.amazonaws.com",
        stream: "clicks",
    });
    const sources: Record<string, object> = Object.fromEntries(
        Object.entries(formats).map(([name, formatSettings]) => [
            name,
            { connectionName: "orders", formatSettings, inputSchema },
        ]),
    );
    sources.kinesis = {
        connectionName: "clicks",
        formatSettings: { format: "kinesis", valueFormat: formats.csv, partitionKeyColumnName: "partition" },
        inputSchema,
    };
    const plain = Object.fromEntries(
        Object.entries(sources).map(([tableName, source]) => [
            tableName,
            { target: { tableName }, source, mappings: [time], createTableIfNotExists: true },
        ]),
    );
    const full = {
        ...options,
        target: { type: "table", tableName: "everything" },
        source: { type: "connection", connectionName: "orders", formatSettings: formats.kafka, inputSchema },
        mappings: [time, { columnName: "amount", expression: 'SUM("amount")', isAggregation: true }],
    };
    const upserts = {
        ...plain.csv,
        target: { tableName: "upserts" },
        enableUpserts: true,
        upsertKeyColumns: ["amount"],
        upsertVersionColumn: "version",
    };
    const args = { ...plain, full, upserts };

    await withStack({ program, args, env: envOf(emulator) }, async (stack) => {
        expect(changes(await stack.up())).toEqual({ create: 12 });
        const { jobs } = await held(emulator);
        const specs = Object.fromEntries(jobs.map(({ tableName, spec }) => [tableName, spec]));
        for (const [tableName, source] of Object.entries(sources)) expect(specs[tableName]).toMatchObject({ source });
        expect(specs.everything).toMatchObject(full);
        expect(specs.upserts).toMatchObject(upserts);
        expect(jobs.map(({ executionStatus }) => executionStatus)).toEqual(Array(11).fill("running"));
        await expectSettled(stack);

        // A set in another order, and defaults said aloud, mean the same.
        stack.args({
            ...args,
            full: { ...full, dimensionExclusions: ["debug", "internal"], maxParseExceptions: 100 },
            csv: { ...plain.csv, readFromPoint: "latest", lateMessageRejectionPeriod: "P30D", enableUpserts: false },
            kafka: {
                ...plain.kafka,
                desiredExecutionStatus: "running",
                dimensionExclusions: [],
                filterExpression: null,
            },
        });
        expect(changes(await stack.preview())).toEqual({ unchanged: 12 });
    });
});

async function expectRefusal(stack: Stack, args: object, problems: string[]): Promise<void> {
    stack.args({ ingestion: args });
    const preview = await stack.previewFails();
    const told = problemsIn(preview, "ingestion");
    expect(told).toEqual(expect.arrayContaining(problems));
    expect(told).toHaveLength(problems.length);
    expect(await newRequests(emulator)).toEqual([]);
}

test("bad arguments are refused in the preview, all at once, each with its path and what is expected", async () => {
    await withStack({ program, env: envOf(emulator) }, async (stack) => {
        const source = {
            connectionName: "orders",
            formatSettings: { format: "csv", columns: [], skipHeaderRows: 1 },
            inputSchema: [{ name: "amount", dataType: "text" }],
        };
        const mappings = [
            { columnName: "amount", expression: '"amount"' },
            { columnName: "amount", expression: "" },
        ];
        const values = {
            lateMessageRejectionPeriod: "30 days",
            earlyMessageRejectionPeriod: "P",
            readFromPoint: "beginning",
            partitionedBy: "week",
            maxParseExceptions: -1,
            upsertVersionColumn: "version",
            desiredExecutionStatus: "canceled",
            fliterExpression: '"amount" > 0',
        };
        const duration = 'expected an ISO 8601 duration, such as "P30D" or "PT12H"';
        await expectRefusal(stack, { target: { tableName: " orders" }, source, mappings, ...values }, [
            "target.tableName: expected no space at either end",
            "source.formatSettings.columns: expected the names of the columns, which a stream does not carry",
            expect.stringMatching(/^source\.formatSettings: unknown property "skipHeaderRows"; /) as string,
            expect.stringMatching(/^source\.inputSchema\[0\]\.dataType: expected one of "bigint", /) as string,
            'mappings: expected a mapping for the column "__time"',
            "mappings[1].columnName: maps the same column as mappings[0]; a column takes one mapping",
            "mappings[1].expression: expected a text that is not empty",
            `lateMessageRejectionPeriod: ${duration}`,
            `earlyMessageRejectionPeriod: ${duration}`,
            'readFromPoint: expected one of "earliest", "latest"',
            expect.stringMatching(/^partitionedBy: expected one of "second", /) as string,
            "maxParseExceptions: expected 0 or more",
            "upsertVersionColumn: has no effect without enableUpserts: true",
            'desiredExecutionStatus: expected one of "running", "suspended"',
            'unknown property "fliterExpression"; did you mean "filterExpression"?',
        ]);
        const target = { tableName: "a/b", type: "lookup" };
        const provider = { type: "inline-protobuf", descriptor: "?" };
        const formatSettings = { format: "kafka", valueFormat: { format: "protobuf", parseSchemaProvider: provider } };
        const nested = { connectionName: "orders", formatSettings, inputSchema };
        await expectRefusal(stack, { target, source: nested, mappings: [time], enableUpserts: true }, [
            'target.type: expected "table"',
            'target.tableName: expected no "/"',
            "source.formatSettings.valueFormat.parseSchemaProvider.descriptor: expected the descriptor in base64",
            "upsertKeyColumns: required with enableUpserts",
        ]);
        const bare = { connectionName: "orders", formatSettings: { format: "json" } };
        await expectRefusal(stack, { target: {}, source: bare }, [
            "target.tableName: required, expected string",
            'source.formatSettings.format: expected one of "nd-json", "csv", "regex", "avro_stream", "protobuf", "kafka", "kinesis"',
            "mappings: required, expected array",
        ]);
    });
});
