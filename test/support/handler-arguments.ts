import fc from "fast-check";
import { client, clientKeyAgain, encrypted, intermediate, other, root } from "./pem";

/** Arguments of a resource as a program gives them, without Outputs. */
export type Arguments = Record<string, unknown>;

type Arbitrary<T> = fc.Arbitrary<T>;

/** How often a property is tried: as many times as is usual, or as `POLARIS_FUZZ_RUNS` says. */
export const fuzzRuns = (usual: number): number => Number(process.env.POLARIS_FUZZ_RUNS ?? usual);

/** The time limit of a test that tries a property so often. */
export const fuzzTimeoutMs = (usual: number): number => 120_000 + fuzzRuns(usual) * 500;

/** Environment variables that valid arguments may name. */
export const secretVariables = { POLARIS_TEST_PASSWORD: "from-the-environment", POLARIS_TEST_KEY_PASSWORD: "too" };

const some = <T>(value: Arbitrary<T>) => fc.option(value, { nil: undefined });
const record = (members: Record<string, Arbitrary<unknown>>): Arbitrary<Arguments> => fc.record(members);
const literal = <T>(...values: T[]) => fc.constantFrom(...values);

/** Without members that are undefined, as the engine drops them. */
export const dropped = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const plain = <T>(arguments_: Arbitrary<T>) => arguments_.map((value) => dropped(value) as Arguments);

const name = fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/).filter((given) => !/^\.\.?$/.test(given));
const text = fc.oneof(fc.stringMatching(/^[ -~]{1,20}$/), fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" }));
const secret = text.filter((given) => /[^\s\p{Cf}]/u.test(given) && !/[\r\n]/.test(given));
const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?$/);
const broker = fc
    .tuple(fc.array(label, { minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 65_535 }))
    .map(([labels, port]) => `${labels.join(".")}:${port}`);
const brokerList = fc.array(broker, { minLength: 1, maxLength: 4 });

const certificates = fc
    .shuffledSubarray([root, intermediate, client.certificates, other.certificates], { minLength: 1 })
    .map((chain) => chain.join(""));

const login = {
    username: secret,
    given: fc.oneof(
        { weight: 4, arbitrary: record({ password: secret }) },
        { weight: 1, arbitrary: literal({ passwordFrom: { env: "POLARIS_TEST_PASSWORD" } }) },
    ),
};

const secrets = fc.oneof(
    record({ type: literal("sasl_plain"), ...login }),
    record({ type: literal("sasl_scram"), mechanism: literal("SCRAM-SHA-256", "SCRAM-SHA-512"), ...login }),
    record({
        type: literal("aws_iam"),
        awsAssumedRoleArn: name.map((role) => `arn:aws:iam::123456789012:role/${role}`),
    }),
);

/** Members under `given` move up: they go together, or not at all. */
const flat = ({ given, ...members }: Arguments): Arguments => ({ ...members, ...(given as object) });

const passwords = [" ", "key-password", 'q"uo\\te'];
const pairs = [
    client,
    { ...client, key: clientKeyAgain },
    other,
    { ...other, certificates: other.certificates + intermediate },
];
const keystores = pairs.flatMap(({ certificates: chain, key }) => [
    { certificates: chain, key },
    ...passwords.map((keyPassword) => ({ certificates: chain, key: encrypted(key, keyPassword), keyPassword })),
    {
        certificates: chain,
        key: encrypted(key, secretVariables.POLARIS_TEST_KEY_PASSWORD),
        keyPasswordFrom: { env: "POLARIS_TEST_KEY_PASSWORD" },
    },
]);

const keystore = record({ type: some(literal("pem")), given: literal(...keystores) }).map(flat);

const truststore = record({ type: some(literal("pem")), certificates });

const authentication = fc.oneof(
    record({ secrets: secrets.map(flat), ssl: some(record({ truststore: some(truststore) })) }),
    record({ secrets: some(secrets.map(flat)), ssl: record({ truststore: some(truststore), keystore }) }),
);

const topic = fc.oneof(
    record({
        topicName: fc.stringMatching(/^[A-Za-z0-9_-]{1,30}$/),
        topicNameIsPattern: some(literal(false)),
    }),
    record({
        topicName: literal("orders-.*", "(eu|us)\\.[a-z]+", "a{1,3}", "[a-c]+-\\d", "orders"),
        topicNameIsPattern: literal(true),
    }),
);

/** Any valid arguments of a KafkaConnection. */
export const connectionArguments: Arbitrary<Arguments> = plain(
    record({
        name,
        description: some(fc.string({ maxLength: 30 })),
        bootstrapServers: fc.oneof(
            brokerList,
            brokerList.map((list) => list.join(", ")),
        ),
        clientRack: some(text),
        testConnection: some(literal("warn", "error", "off")),
        adopt: some(literal(false)),
        topic,
        authentication,
    }).map(({ topic: topics, authentication: authentications, ...members }) => ({
        ...members,
        ...(topics as object),
        ...(authentications as object),
    })),
);

const flag = some(fc.boolean());
const column = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_ .]{0,10}$/);
const columns = fc.uniqueArray(column, { maxLength: 4 });

/** The fields that every job declares, so that the expressions of one fit the source of another. */
export const fieldNames = ["t", "n", 'a "quoted", one', "größe"];
const field = literal(...fieldNames).map((name) => `"${name.replaceAll('"', '""')}"`);
const quoted = text.map((given) => `'${given.replaceAll("'", "''")}'`);
const comment = literal("", " ", " -- it's \n", ' /* (" */ ');
/** Any expression that quotes, brackets and fields do not show to be none. */
export const expression: Arbitrary<string> = fc.letrec<{ any: string }>((tie) => ({
    any: fc.oneof(
        { depthSize: "small" },
        field,
        quoted,
        literal("1", "CURRENT_TIMESTAMP", "NULL", "COUNT(*)", "ARRAY[1, 2][1]", "{fn PI()}"),
        fc.tuple(literal("UPPER", "MV_TO_ARRAY", '"lower"', ""), tie("any")).map(([name, of]) => `${name}(${of})`),
        fc.tuple(tie("any"), comment, tie("any")).map(([one, between, other]) => `(${one}${between}|| ${other})`),
        fc.tuple(tie("any"), quoted).map(([of, name]) => `COALESCE(LOOKUP(${of}, ${name}), CAST(${of} AS VARCHAR))`),
        tie("any").map((of) => `CASE WHEN ${of} IS NULL THEN ${of} ELSE JSON_VALUE(${of}, '$.a' RETURNING BIGINT) END`),
    ),
})).any;
const time = literal('TIME_PARSE("t")', 'MILLIS_TO_TIMESTAMP("n")', "CURRENT_TIMESTAMP", `TIME_PARSE("t", 'yyyy')`);

const unused = ["A", "b c", "d.e"];

/** Columns of a format among which all fields are. */
const withFields = columns.map((more) => [...new Set([...unused, ...fieldNames, ...more])]);
const inputSchema = fc
    .tuple(
        fc.subarray(unused),
        fc.array(literal("string", "long", "complex<json>", "stringArray"), { minLength: 7, maxLength: 7 }),
    )
    .map(([more, types]) => [...fieldNames, ...more].map((name, at) => ({ name, dataType: types[at] })));
const flattenSpec = some(
    literal({}, { fields: [{ type: "path", name: "a", expr: "$.a" }] }, { deep: [[1, { b: "2" }]] }),
);

const schemaProvider = (inline: Arbitrary<Arguments>) =>
    fc.oneof(record({ type: literal("connection"), connectionName: literal("registry") }), inline);

const avroSchema = record({
    type: literal("inline-avro"),
    schema: literal({ type: "record", name: "r", fields: [] }, { type: "string" }),
});
const protobufDescriptor = record({
    type: literal("inline-protobuf"),
    descriptor: literal("CgVhLnByb3Rv", "Cg=="),
    protoMessageType: some(column),
});

const payload = fc.oneof(
    record({ format: literal("nd-json"), flattenSpec }),
    record({
        format: literal("csv"),
        columns: withFields,
        delimiter: some(literal(",", "|", "\t")),
        listDelimiter: some(literal("\u0001", ";")),
    }),
    record({ format: literal("regex"), pattern: literal("^(.*)$", "(a) (b)"), columns: withFields }),
    record({
        format: literal("avro_stream"),
        parseSchemaProvider: schemaProvider(avroSchema),
        binaryAsString: flag,
        extractUnionsByType: flag,
        flattenSpec,
    }),
    record({ format: literal("protobuf"), parseSchemaProvider: schemaProvider(protobufDescriptor), flattenSpec }),
);

const formatSettings = fc.oneof(
    payload,
    record({
        format: literal("kafka"),
        valueFormat: payload,
        keyFormat: some(payload),
        keyColumnName: some(literal("kafka.key", "key")),
        headerFormat: some(literal("utf-8", "us-ascii")),
        headerLabelPrefix: some(literal("kafka.header.", "", "h.")),
        timestampColumnName: some(literal("kafka.timestamp", "ts")),
    }),
);

const kinesisSettings = record({
    format: literal("kinesis"),
    valueFormat: payload,
    partitionKeyColumnName: some(literal("kinesis.partitionKey", "pk")),
    timestampColumnName: some(literal("kinesis.timestamp", "ts")),
});

const reading = { type: some(literal("connection")), inputSchema };

const source = fc.oneof(
    {
        weight: 3,
        arbitrary: record({ ...reading, connectionName: literal("orders-source", "returns-source"), formatSettings }),
    },
    {
        weight: 1,
        arbitrary: record({ ...reading, connectionName: literal("kinesis-source"), formatSettings: kinesisSettings }),
    },
);

const upserts = fc.oneof(
    literal({}, { enableUpserts: false }, { upsertKeyColumns: [] }),
    record({
        enableUpserts: literal(true),
        upsertKeyColumns: fc.array(column, { minLength: 1, maxLength: 2 }),
        upsertVersionColumn: some(literal("__time", "version")),
    }),
);

const mappings = fc
    .tuple(
        columns,
        fc.integer({ min: 0, max: 4 }),
        fc.array(record({ expression, isAggregation: flag }), { minLength: 5, maxLength: 5 }),
        time,
    )
    .map(([names, place, members, instant]) => {
        const all = [...names.slice(0, place), "__time", ...names.slice(place)];
        return all.map((columnName, index) => ({
            columnName,
            ...members[index],
            ...(columnName === "__time" && { expression: instant }),
        }));
    });

const durations = (standard: string) => some(literal(standard, "PT12H", "P1Y2M3DT4H5M6.5S", "P4W"));

/** Any valid arguments of a StreamingJob: it reads `orders-source` or `returns-source` of Kafka, or `kinesis-source`. */
export const jobArguments: Arbitrary<Arguments> = plain(
    record({
        target: record({
            type: some(literal("table")),
            tableName: fc.stringMatching(/^[A-Za-z0-9_]([A-Za-z0-9_. -]{0,20}[A-Za-z0-9_])?$/),
        }),
        source,
        mappings,
        createTableIfNotExists: literal(true),
        readFromPoint: some(literal("earliest", "latest")),
        lateMessageRejectionPeriod: durations("P30D"),
        earlyMessageRejectionPeriod: durations("P2000D"),
        filterExpression: some(expression),
        dimensionExclusions: some(fc.array(column, { maxLength: 4 })),
        useSchemaDiscovery: flag,
        partitionedBy: some(literal("hour", "five_minute", "all")),
        clusteringColumns: some(columns),
        maxParseExceptions: some(literal(0, 7, 2_147_483_647)),
        desiredExecutionStatus: some(literal("running", "suspended")),
        restartTrigger: some(text),
        restartOnConnectionChange: some(literal(true, false)),
        adopt: some(literal(false)),
        given: upserts,
    }).map(flat),
);

const columnTypes = literal("string", "long", "double", "json", "HLLSketch", "stringArray", "varchar");
const measureTypes = literal("long", "double", "thetaSketch", "variance", "string");
const policy = fc.oneof(
    record({ type: literal("period"), period: literal("P30D", "P1Y", "PT36H") }),
    record({
        type: literal("intervals"),
        intervals: literal(["2024-01-01/2024-07-01"], ["2023-01-01/P1M", "2024-01-01/2025-01-01"]),
        period: some(literal("P7D")),
    }),
);
const queryGranularity = fc.oneof(
    record({ type: literal("simple"), granularity: literal("hour", "week") }),
    record({
        type: literal("period"),
        period: literal("PT6H", "P2W"),
        timeZone: some(literal("UTC", "Europe/Berlin")),
        origin: some(literal("2024-01-01T00:00:00")),
    }),
);
const timeColumn = { name: "__time", dataType: "timestamp" };

/** Columns, and those among them by which a table can be clustered. */
const columnsOf = (type: string) =>
    fc
        .tuple(
            fc.uniqueArray(record({ name: column, dataType: columnTypes }), {
                selector: ({ name }) => name,
                maxLength: 4,
            }),
            fc.array(measureTypes, { maxLength: 2 }),
            fc.boolean(),
        )
        .chain(([plain, measures, hasTime]) => {
            const dimensions = [...(hasTime ? [timeColumn] : []), ...plain];
            const schema =
                type === "detail"
                    ? dimensions
                    : [
                          ...dimensions.map((one) => ({ ...one, type: "dimension" })),
                          ...measures.map((dataType, index) => ({
                              name: `measure ${index}`,
                              dataType,
                              type: "measure",
                          })),
                      ];
            const names = ["__time", ...plain.map(({ name }) => name)];
            return record({ schema: literal(schema), clusteringColumns: some(fc.subarray(names)) });
        });

/** Any valid arguments of a Table of this type, whose columns may change, as it is empty. */
export const tableArguments = (type: "detail" | "aggregate"): Arbitrary<Arguments> =>
    plain(
        record({
            name: fc.stringMatching(/^[A-Za-z0-9_]([A-Za-z0-9_ -]{0,20}[A-Za-z0-9_])?$/),
            type: literal(type),
            schemaMode: some(literal("flexible", "strict")),
            partitioningGranularity: some(literal("hour", "day", "all")),
            description: some(fc.string({ minLength: 1, maxLength: 30 })),
            storagePolicy: some(record({ retain: some(policy), cached: some(policy) })),
            ...(type === "aggregate" && {
                timeResolution: some(literal("millisecond", "hour")),
                queryGranularity: some(queryGranularity),
            }),
            onDestroy: some(literal("retain", "drop", "softDrop")),
            allowColumnChanges: literal(true),
            adopt: some(literal(false)),
            given: columnsOf(type),
        }).map(flat),
    );
