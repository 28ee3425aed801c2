import { consumerProperties, type Source } from "../../emulator/druid/consumer";
import { inputFormat, UnreadableFormat } from "../../emulator/druid/input-format";
import { supervisorSpec, type Plan } from "../../emulator/druid/supervisor-spec";
import { createJob } from "../../emulator/schemas/jobs";
import { tableBody } from "../../emulator/schemas/tables";
import { jobBody } from "../support/pair";

const source: Source = { bootstrapServers: "a:1", topic: "orders", isPattern: false, isTls: false };
const none: ReadonlySet<string> = new Set();

function planOf({ job = {}, table = {}, ...more }: { job?: object; table?: object; source?: Source } = {}): Plan {
    const spec = createJob.parse({ ...jobBody, ...job });
    if (spec.type !== "streaming") throw new Error("no streaming job");
    return {
        jobId: "j-1",
        spec,
        table: tableBody.parse({ type: "detail", name: "sales", ...table }),
        translation: {
            transforms: [{ type: "expression", name: "__time", expression: "0" }],
            dimensions: [
                { type: "long", name: "size" },
                { type: "string", name: "country" },
            ],
            metrics: [],
            filterColumn: undefined,
        },
        source,
        extensions: none,
        ...more,
    };
}

const specOf = (options?: Parameters<typeof planOf>[0]) =>
    supervisorSpec(planOf(options), false) as unknown as {
        suspended: boolean;
        context: unknown;
        spec: Record<"dataSchema" | "ioConfig" | "tuningConfig", Record<string, unknown>>;
    };

test("a job becomes a supervisor that carries its id, with time limits that Druid can keep", () => {
    const { context, spec, suspended } = specOf({ job: { readFromPoint: "earliest", maxParseExceptions: 5 } });
    expect({ context, suspended }).toEqual({ context: { polarisJobId: "j-1" }, suspended: false });
    expect(spec.ioConfig).toMatchObject({
        topic: "orders",
        useEarliestOffset: true,
        inputFormat: { type: "json" },
        lateMessageRejectionPeriod: "P30D",
        earlyMessageRejectionPeriod: "P2000D",
        taskDuration: "PT1H",
    });
    expect(spec.tuningConfig).toMatchObject({ maxParseExceptions: 5, maxSavedParseExceptions: 100 });
    expect(spec.dataSchema).toMatchObject({
        dataSource: "sales",
        transformSpec: { filter: null },
        granularitySpec: { segmentGranularity: "DAY", queryGranularity: "NONE", rollup: false },
    });
});

test("the table decides types, partitions and the order of rows, and the job may override it", () => {
    const schema = [{ name: "size", dataType: "double" }];
    const table = { schema, partitioningGranularity: "month", clusteringColumns: ["size"] };
    const dimensions = [
        { type: "double", name: "size" },
        { type: "string", name: "country" },
    ];
    expect(specOf({ table }).spec.dataSchema).toMatchObject({
        dimensionsSpec: { dimensions },
        granularitySpec: { segmentGranularity: "MONTH" },
    });
    const job = { partitionedBy: "hour", clusteringColumns: ["country"] };
    expect(specOf({ table, job }).spec.dataSchema).toMatchObject({
        dimensionsSpec: { dimensions: dimensions.reverse() },
        granularitySpec: { segmentGranularity: "HOUR" },
    });
});

test("an aggregate table rolls rows up at its resolution of time", () => {
    const granularity = (table: object) =>
        specOf({ table: { type: "aggregate", ...table } }).spec.dataSchema.granularitySpec;
    expect(granularity({ timeResolution: "hour" })).toMatchObject({ queryGranularity: "HOUR", rollup: true });
    const queryGranularity = { type: "period", period: "PT2H" };
    expect(granularity({ queryGranularity })).toMatchObject({
        queryGranularity: { ...queryGranularity, timeZone: "UTC" },
    });
});

test("a filter tests its own column, and discovery includes what no mapping names", () => {
    const plan = planOf({ job: { useSchemaDiscovery: true, dimensionExclusions: ["internal"] } });
    const { spec } = supervisorSpec(
        { ...plan, translation: { ...plan.translation, filterColumn: "sql:filter" } },
        true,
    ) as {
        spec: { dataSchema: unknown };
    };
    expect(spec.dataSchema).toMatchObject({
        transformSpec: { filter: { type: "equals", column: "sql:filter", matchValueType: "LONG", matchValue: 1 } },
        dimensionsSpec: { useSchemaDiscovery: true, includeAllDimensions: true, dimensionExclusions: ["internal"] },
    });
});

test("a pattern of topics is one for Druid", () => {
    const pattern = { ...source, topic: "orders-.*", isPattern: true };
    expect(specOf({ source: pattern }).spec.ioConfig).toMatchObject({ topicPattern: "orders-.*" });
});

describe("a connection as consumer properties", () => {
    const security = (more: Partial<Source>) => {
        const properties = Object.entries(consumerProperties({ ...source, ...more }));
        return Object.fromEntries(properties.filter(([name]) => /^(security|sasl|ssl|client\.rack)/.test(name)));
    };
    const sasl = { mechanism: "PLAIN", username: "u", password: 'a"b\\c' };

    test("topics are not created by a look-up, and brokers have seconds to answer", () => {
        expect(consumerProperties(source)).toMatchObject({
            "bootstrap.servers": "a:1",
            "allow.auto.create.topics": "false",
            "default.api.timeout.ms": "5000",
            "security.protocol": "PLAINTEXT",
        });
    });

    test("SASL PLAIN and SCRAM, with any characters in the password", () => {
        const login = `org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="a\\"b\\\\c";`;
        expect(security({ sasl, clientRack: "z1" })).toEqual({
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": "PLAIN",
            "sasl.jaas.config": login,
            "client.rack": "z1",
        });
        expect(security({ sasl: { ...sasl, mechanism: "SCRAM-SHA-512" }, isTls: true })).toMatchObject({
            "security.protocol": "SASL_SSL",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.jaas.config": expect.stringContaining(".scram.ScramLoginModule required ") as string,
        });
    });

    test("a truststore and a client certificate", () => {
        const keystore = { certificates: "CERT", key: "KEY", keyPassword: "pw" };
        expect(security({ isTls: true, truststore: "CA", keystore })).toEqual({
            "security.protocol": "SSL",
            "ssl.truststore.type": "PEM",
            "ssl.truststore.certificates": "CA",
            "ssl.keystore.type": "PEM",
            "ssl.keystore.certificate.chain": "CERT",
            "ssl.keystore.key": "KEY",
            "ssl.key.password": "pw",
        });
    });
});

describe("formats", () => {
    const format = (settings: Record<string, unknown>, extensions = none) =>
        inputFormat(settings, "settings", extensions);
    const columns = ["a", "b"];
    const avro = { format: "avro_stream", parseSchemaProvider: { type: "inline-avro", schema: { type: "record" } } };
    const protobuf = {
        format: "protobuf",
        parseSchemaProvider: { type: "inline-protobuf", descriptor: "AAAA", protoMessageType: "Order" },
    };

    test.each([
        [{ format: "nd-json" }, { type: "json" }],
        [
            { format: "csv", columns, delimiter: ",", listDelimiter: ";" },
            { type: "csv", columns, listDelimiter: ";" },
        ],
        [
            { format: "csv", columns, delimiter: "|", listDelimiter: ";" },
            { type: "tsv", columns, delimiter: "|" },
        ],
        [
            { format: "regex", columns, pattern: "(.)(.)" },
            { type: "regex", columns, pattern: "(.)(.)" },
        ],
    ])("%j", (settings, expected) => {
        expect(format(settings)).toMatchObject(expected);
    });

    test("the envelope of a record, with key, headers and timestamp", () => {
        const settings = {
            format: "kafka",
            valueFormat: { format: "nd-json" },
            keyFormat: { format: "csv", columns: ["key"], delimiter: ",", listDelimiter: ";" },
            headerFormat: "iso-8859-1",
            keyColumnName: "kafka.key",
            headerLabelPrefix: "kafka.header.",
            timestampColumnName: "kafka.timestamp",
        };
        expect(format(settings)).toMatchObject({
            type: "kafka",
            valueFormat: { type: "json" },
            keyFormat: { type: "csv" },
            headerFormat: { type: "string", encoding: "ISO-8859-1" },
            headerColumnPrefix: "kafka.header.",
        });
    });

    test("Avro and Protobuf need an extension of Druid, also inside an envelope", () => {
        const all = new Set(["druid-avro-extensions", "druid-protobuf-extensions"]);
        expect(format(avro, all)).toMatchObject({
            type: "avro_stream",
            avroBytesDecoder: { type: "schema_inline", schema: { type: "record" } },
        });
        expect(format(protobuf, all)).toMatchObject({
            type: "protobuf",
            protoBytesDecoder: { type: "inline", descriptorString: "AAAA", protoMessageType: "Order" },
        });
        expect(() => format(avro)).toThrow(UnreadableFormat);
        const envelope = { format: "kafka", valueFormat: protobuf };
        expect(() => format(envelope)).toThrow(
            /^settings\.valueFormat\.format: this Apache Druid has no druid-protobuf/,
        );
    });

    test("a schema registry cannot be used", () => {
        const settings = { ...avro, parseSchemaProvider: { type: "connection", connectionName: "registry" } };
        const extensions = new Set(["druid-avro-extensions"]);
        expect(() => format(settings, extensions)).toThrow(/^settings\.parseSchemaProvider\.type: a schema registry/);
    });
});
