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
const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?$/);
const broker = fc
    .tuple(fc.array(label, { minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 65_535 }))
    .map(([labels, port]) => `${labels.join(".")}:${port}`);
const brokerList = fc.array(broker, { minLength: 1, maxLength: 4 });

const certificates = fc
    .shuffledSubarray([root, intermediate, client.certificates, other.certificates], { minLength: 1 })
    .map((chain) => chain.join(""));

const login = {
    username: text,
    given: fc.oneof(
        { weight: 4, arbitrary: record({ password: text }) },
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
        columns: fc.array(column, { minLength: 1, maxLength: 3 }),
        delimiter: some(literal(",", "|", "\t")),
        listDelimiter: some(literal("\u0001", ";")),
    }),
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
    record({
        format: literal("kinesis"),
        valueFormat: payload,
        partitionKeyColumnName: some(literal("kinesis.partitionKey", "pk")),
        timestampColumnName: some(literal("kinesis.timestamp", "ts")),
    }),
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
        fc.array(record({ expression: text, isAggregation: flag }), { minLength: 5, maxLength: 5 }),
    )
    .map(([names, place, members]) => {
        const all = [...names.slice(0, place), "__time", ...names.slice(place)];
        return all.map((columnName, index) => ({ columnName, ...members[index] }));
    });

const durations = (standard: string) => some(literal(standard, "PT12H", "P1Y2M3DT4H5M6.5S", "P4W"));

/** Any valid arguments of a StreamingJob that reads the connection `orders`. */
export const jobArguments: Arbitrary<Arguments> = plain(
    record({
        target: record({
            type: some(literal("table")),
            tableName: fc.stringMatching(/^[A-Za-z0-9_]([A-Za-z0-9_. -]{0,20}[A-Za-z0-9_])?$/),
        }),
        source: record({
            type: some(literal("connection")),
            connectionName: literal("orders", "returns"),
            formatSettings,
            inputSchema: some(
                fc.array(
                    record({ name: column, dataType: literal("string", "long", "complex<json>", "stringArray") }),
                    {
                        maxLength: 3,
                    },
                ),
            ),
        }),
        mappings,
        createTableIfNotExists: literal(true),
        readFromPoint: some(literal("earliest", "latest")),
        lateMessageRejectionPeriod: durations("P30D"),
        earlyMessageRejectionPeriod: durations("P2000D"),
        filterExpression: some(text),
        dimensionExclusions: some(fc.array(column, { maxLength: 4 })),
        useSchemaDiscovery: flag,
        partitionedBy: some(literal("hour", "five_minute", "all")),
        clusteringColumns: some(columns),
        maxParseExceptions: some(literal(0, 7, 2_147_483_647)),
        desiredExecutionStatus: some(literal("running", "suspended")),
        restartTrigger: some(text),
        adopt: some(literal(false)),
        given: upserts,
    }).map(flat),
);
