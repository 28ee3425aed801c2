import { samples } from "../support/connections";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { linesTold, nowhere, ProviderProcess, shortenWaits, unknownValue } from "../support/handler";
import type { State } from "../support/handler";
import type { Arguments } from "../support/handler-arguments";

/** Which connections a job can read, and in which formats: the preview and the API refuse the same. */

const lines = linesTold();
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

test("restartOnConnectionChange follows the schema registries of the format, of the key as of the value, and says so", async () => {
    await emulator.control("POST", "reset");
    const source: Arguments = { name: "followed", ...kafka.given };
    const sample = samples.find(({ type }) => type === "confluent_schema_registry")!;
    const registries: Record<string, Arguments> = {
        keys: { name: "keys", ...sample.given },
        values: { name: "values", ...sample.given },
    };
    const avro = (connectionName: string) => ({
        format: "avro_stream",
        parseSchemaProvider: { type: "connection", connectionName },
    });
    const settings = { format: "kafka", valueFormat: avro("values"), keyFormat: avro("keys") };
    const follower = { ...jobOf("followed", settings), restartOnConnectionChange: true };
    const states: Record<string, State | undefined> = {};
    /** A run of the program; `without` are connections that `--target` leaves out. */
    const run = async (given: Arguments = follower, without: readonly string[] = []) => {
        const process = await ProviderProcess.start(emulator);
        const declared = [
            ["KafkaConnection", source] as const,
            ...Object.values(registries).map((one) => [sample.noun, one] as const),
        ];
        for (const [noun, one] of declared) {
            const name = String(one.name);
            if (without.includes(name)) continue;
            const connection = process.resource(noun, states[name]);
            expect((await connection.up(one)).failure).toBeUndefined();
            states[name] = connection.state;
        }
        const job = process.resource("StreamingJob", states.job);
        lines.splice(0);
        const { step, failure } = await job.up(given);
        states.job = job.state;
        const because = /because the .*? (?=has changed|the job)/.exec(lines.join("\n"))?.[0];
        return [step, failure, because?.trim()];
    };
    const changed = "because the schema registry";
    expect(await run()).toEqual(["create", undefined, undefined]);
    expect(JSON.stringify(states.job)).not.toContain("hidden");
    const jobId = states.job?.outputs.jobId;
    expect(await run()).toEqual(["same", undefined, undefined]);

    registries.values = { ...registries.values, description: "for people" };
    expect(await run()).toEqual(["same", undefined, undefined]);
    for (const [name, change] of [
        ["values", sample.rotated],
        ["keys", sample.rotated],
        ["keys", { urls: ["https://other.example.com"] }],
    ] as const) {
        registries[name] = { ...registries[name], ...change };
        expect(await run()).toEqual(["update", undefined, changed]);
        expect(await run()).toEqual(["same", undefined, undefined]);
    }

    // What a run leaves out counts neither as changed nor as gone.
    expect(await run(follower, ["keys", "values"])).toEqual(["same", undefined, undefined]);
    const process = await ProviderProcess.start(emulator);
    const job = process.resource("StreamingJob", states.job);
    expect(await job.refresh()).toEqual({ step: "read" });
    states.job = job.state;
    expect(await run()).toEqual(["same", undefined, undefined]);

    // A state that does not say which settings of a registry the job has.
    const { state } = job;
    if (!state) throw new Error("The job has left the state.");
    states.job = { ...state, outputs: { ...state.outputs, registryFingerprints: undefined } };
    expect(await run()).toEqual([
        "update",
        undefined,
        "because the state does not say with which settings of the schema registry",
    ]);
    expect(states.job.outputs).toMatchObject({
        jobId,
        registryFingerprints: { keys: expect.stringMatching(/./) as string },
    });

    registries.keys = { ...registries.keys, ...sample.given, urls: [unknownValue] };
    const preview = await ProviderProcess.start(emulator);
    await preview.resource("KafkaConnection", states.followed).preview(source);
    for (const one of Object.values(registries)) {
        await preview.resource(sample.noun, states[String(one.name)]).preview(one);
    }
    lines.splice(0);
    await preview.resource("StreamingJob", states.job).preview(follower);
    expect(lines.join("\n")).toContain(
        "not known yet: urls of its schema registry, and so what happens to the running job",
    );
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
