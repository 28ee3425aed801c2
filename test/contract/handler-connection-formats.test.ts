import { samples } from "../support/connections";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { linesTold, nowhere, ProviderProcess, shortenWaits, unknownValue } from "../support/handler";
import type { Arguments } from "../support/handler-arguments";

/** Which connections a job can read, and in which formats: the preview and the API refuse the same. */

linesTold();
shortenWaits();

const registry = { type: "connection", connectionName: "confluent_schema_registry" };
const inline = { type: "inline-avro", schema: { type: "record", name: "order", fields: [] } };
const json = { format: "nd-json" };
const formats: Record<string, Arguments> = {
    "nd-json": json,
    csv: { format: "csv", columns: ["a"] },
    regex: { format: "regex", pattern: "(.*)", columns: ["a"] },
    avro_stream: { format: "avro_stream", parseSchemaProvider: inline },
    "avro_stream from a registry": { format: "avro_stream", parseSchemaProvider: registry },
    protobuf: { format: "protobuf", parseSchemaProvider: { type: "inline-protobuf", descriptor: "Cg==" } },
    kafka: { format: "kafka", valueFormat: json },
    "kafka of kinesis": { format: "kafka", valueFormat: { format: "avro_stream", parseSchemaProvider: inline } },
    kinesis: { format: "kinesis", valueFormat: json },
    "kinesis of avro_stream": {
        format: "kinesis",
        valueFormat: { format: "avro_stream", parseSchemaProvider: registry },
    },
};
const kafka = {
    noun: "KafkaConnection",
    type: "kafka",
    given: {
        bootstrapServers: "b-1.example.com:9096",
        topicName: "orders",
        secrets: { type: "sasl_plain", username: "imply", password: "hidden-word" },
    },
} as const;
const all = [kafka, ...samples];

const jobOf = (connectionName: string, formatSettings: Arguments): Arguments => ({
    target: { tableName: "orders" },
    source: { connectionName, formatSettings, inputSchema: [] },
    mappings: [{ columnName: "__time", expression: "CURRENT_TIMESTAMP" }],
    createTableIfNotExists: true,
});

let emulator: EmulatorUnderTest;
beforeAll(async () => {
    emulator = await startTestEmulator({ transitionMs: 0 });
    for (const { type, given } of all) await emulator.api("POST", "/connections", { type, name: type, ...given });
});
afterAll(() => emulator.close());

const refused: Record<string, RegExp> = {
    kafka: /kinesis/,
    confluent: /kinesis/,
    kinesis: /kafka/,
    push_streaming: /kafka|kinesis|avro|protobuf/,
    confluent_schema_registry: /./,
    s3: /./,
    azure: /./,
};

describe.each(all.map((one) => [one.type, one] as const))("a connection of type %s", (type, { noun }) => {
    it.each(Object.entries(formats))("with the format %s: preview and API agree", async (title, settings) => {
        const isRefused = refused[type]?.test(title.replace(/^kafka of.*/, "kafka")) === true;
        const process = await ProviderProcess.start(emulator);
        for (const other of all) await process.resource(other.noun).preview({ name: other.type, ...other.given });
        const { step } = await process.resource("StreamingJob").preview(jobOf(type, settings));
        const answer = await emulator.api("POST", "/jobs", {
            type: "streaming",
            replaceRunning: true,
            ...jobOf(type, settings),
            source: { type: "connection", connectionName: type, formatSettings: settings, inputSchema: [] },
            target: { type: "table", tableName: "orders" },
        });
        expect([step, answer.status]).toEqual(isRefused ? ["refused", 400] : ["create", 201]);
    });

    it("is known by its class alone, where its name is not known yet", async () => {
        const process = await ProviderProcess.start(nowhere);
        const job = { ...jobOf(unknownValue, formats.kinesis ?? {}), __classes: { "source.connectionName": noun } };
        const { problems } = await process.resource("StreamingJob").preview(job);
        const refusal = /^source(\.formatSettings\.format)?: expected a/;
        expect(problems.map((problem) => refusal.test(problem))).toEqual(type === "kinesis" ? [] : [true]);
    });
});

test("a refusal names the path, what is expected, and a code", async () => {
    const process = await ProviderProcess.start(nowhere);
    for (const { noun, type, given } of all) await process.resource(noun).preview({ name: type, ...given });
    const problemsOf = async (name: string, settings: Arguments) =>
        (await process.resource("StreamingJob").preview(jobOf(name, settings))).problems;
    const registryOfS3 = { ...formats.avro_stream, parseSchemaProvider: { type: "connection", connectionName: "s3" } };
    expect(await problemsOf("s3", json)).toEqual([
        "source.connectionName: expected a connection of type kafka, confluent, kinesis or push_streaming, found one of type s3 [PolarisArgumentInvalid]",
    ]);
    expect(await problemsOf("kinesis", formats.kafka ?? {})).toEqual([
        'source.formatSettings.format: expected another format than "kafka", as the connection is one of Kinesis (metadata: "kinesis") [PolarisArgumentInvalid]',
    ]);
    expect(await problemsOf("push_streaming", formats.avro_stream ?? {})).toEqual([
        'source.formatSettings.format: expected another format than "avro_stream", as the connection is one of pushed events, which can be "nd-json", "csv" or "regex" [PolarisArgumentInvalid]',
    ]);
    expect(await problemsOf("kafka", { format: "kafka", valueFormat: registryOfS3 })).toEqual([
        "source.formatSettings.valueFormat.parseSchemaProvider.connectionName: expected a connection of type confluent_schema_registry, found one of type s3 [PolarisArgumentInvalid]",
    ]);
});

test.each([
    ["kinesis", "KinesisConnection", { stream: "returns" }],
    ["confluent", "ConfluentConnection", { topicName: "returns" }],
] as const)("restartOnConnectionChange follows a connection of type %s", async (type, noun, change) => {
    await emulator.control("POST", "reset");
    const sample = all.find((one) => one.type === type)!;
    const given: Arguments = { name: "followed", ...sample.given };
    const process = await ProviderProcess.start(emulator);
    const connection = process.resource(noun);
    const job = process.resource("StreamingJob");
    const follower = { ...jobOf("followed", json), restartOnConnectionChange: true };
    await connection.up(given);
    expect(await job.up(follower)).toEqual({ step: "create" });
    const later = await ProviderProcess.start(emulator);
    const [laterConnection, laterJob] = [
        later.resource(noun, connection.state),
        later.resource("StreamingJob", job.state),
    ];
    await laterConnection.up(given);
    expect((await laterJob.preview(follower)).step).toBe("same");
    await laterConnection.up({ ...given, ...change });
    const { jobId } = laterJob.outputs;
    expect(await laterJob.up(follower)).toEqual({ step: "update" });
    expect(laterJob.outputs).toMatchObject({ jobId, topicName: "returns" });
});

test("an IAM role is refused in a preview where the address names a project on Azure, and by the API there", async () => {
    const onAzure = { ...nowhere, url: "https://acme.eastus.azure.api.imply.io" };
    const process = await ProviderProcess.start(onAzure);
    const { given } = samples.find(({ type }) => type === "kinesis")!;
    expect((await process.resource("KinesisConnection").preview({ name: "orders", ...given })).problems).toEqual([
        "awsAssumedRoleArn: expected a project that is hosted on AWS, as others cannot assume an IAM role; this one is on Azure [PolarisArgumentInvalid]",
    ]);
    await emulator.control("POST", "rules", { cloud: "azure" });
    const answer = await emulator.api("POST", "/connections", { type: "kinesis", name: "on-azure", ...given });
    expect([answer.status, answer.json.code]).toEqual([400, "NotOnAws"]);
    await emulator.control("POST", "rules", { cloud: "aws" });
});

test("events of a push connection are rows of the jobs that read it, and must be JSON objects", async () => {
    await emulator.control("POST", "reset");
    const process = await ProviderProcess.start(emulator);
    const connection = process.resource("PushStreamingConnection");
    const job = process.resource("StreamingJob");
    await connection.up({ name: "events" });
    await job.up(jobOf("events", json));
    const url = String(connection.outputs.endpointUrl);
    expect(url).toBe(`${emulator.url}/v1/projects/${emulator.projectId}/events/events`);
    const post = async (body: string) => (await emulator.api("POST", "/events/events", body)).status;
    expect([await post('{"a":1}\n{"a":2}\n'), await post("[1]"), await post("a".repeat(1_000_001))]).toEqual([
        200, 400, 400,
    ]);
    const metrics = await emulator.api("GET", `/jobs/${String(job.outputs.jobId)}/metrics`);
    expect(metrics.json).toMatchObject({ totals: { numRowsProcessed: 2 } });
    expect((await emulator.api("POST", "/events/none", "{}")).status).toBe(404);
});
