import { samples } from "../support/connections";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { envOf } from "../support/project";
import { withStack } from "../support/pulumi";
import { connectionIn, expectSettled, held, newRequests, writesIn } from "../support/seen";
import { changes } from "../support/summary";

// The test runs pulumi about twelve times, with a resource of each type.
jest.setTimeout(300_000);

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    emulator = await startTestEmulator({ apiKey: ["pok_of-the-provider", "pok_of-another-user"] });
});
afterAll(() => emulator.close());

const stranger = { authorization: "Basic pok_of-another-user" };
const program = `
for (const { noun, name, given } of args.connections) {
    const connection = new polaris[noun](noun, { name, ...given });
    exports[noun] = connection.name;
    if (connection.endpointUrl) exports.endpointUrl = connection.endpointUrl;
}
if (args.read) exports.read = polaris.getConnectionOutput({ name: args.read }).type;
`;
const count = samples.length;
const argsWith = (edit: (sample: (typeof samples)[number]) => object, suffix = "") => ({
    connections: samples.map((sample) => ({
        noun: sample.noun,
        name: `${sample.type}${suffix}`,
        given: { ...sample.given, ...edit(sample) },
    })),
});

test("connections of all types are created, unchanged after a refresh, changed, repaired, replaced and destroyed, and no command shows a secret", async () => {
    const args = argsWith(() => ({}));
    await withStack({ program, args, env: envOf(emulator) }, async (stack) => {
        const preview = await stack.preview(["--diff"]);
        expect(changes(preview)).toEqual({ create: count + 1 });
        expect(await newRequests(emulator)).toEqual([]);
        const created = await stack.up();
        expect(changes(created)).toEqual({ create: count + 1 });
        expect(preview.text + created.text).not.toContain("hidden");
        for (const { type, stored } of samples) {
            expect(await connectionIn(emulator, type)).toMatchObject({ type, properties: stored });
        }
        expect(await stack.outputs()).toMatchObject({
            endpointUrl: `${emulator.url}/v1/projects/${emulator.projectId}/events/push_streaming`,
        });
        expect(stack.stateText()).not.toContain("hidden");
        await expectSettled(stack);

        stack.args({ ...argsWith(({ changed }) => changed), read: "kinesis" });
        await newRequests(emulator);
        expect(changes(await stack.up())).toEqual({ update: count, unchanged: 1 });
        expect(writesIn(await newRequests(emulator)).filter((call) => call.startsWith("PATCH"))).toHaveLength(count);
        for (const { type, changed } of samples) {
            expect((await connectionIn(emulator, type))?.properties).toMatchObject(changed);
        }
        expect(await stack.outputs()).toMatchObject({ read: "kinesis" });
        await expectSettled(stack);

        for (const { type, edit } of samples) {
            await emulator.api("PATCH", `/connections/${type}`, { type, ...edit }, stranger);
        }
        expect(changes(await stack.up(["--refresh"]))).toEqual({ update: count, unchanged: 1 });
        for (const { type, changed } of samples) {
            expect((await connectionIn(emulator, type))?.properties).toMatchObject(changed);
        }
        await expectSettled(stack);

        const renamed = argsWith(({ changed }) => changed, "-2");
        stack.args(renamed);
        expect(changes(await stack.up())).toEqual({ replace: count, unchanged: 1 });
        expect((await held(emulator)).connections.map(({ name }) => name).sort()).toEqual(
            samples.map(({ type }) => `${type}-2`).sort(),
        );

        await stack.destroy();
        expect((await held(emulator)).connections).toEqual([]);
        expect(stack.resources()).toEqual([]);
    });
});

test("what a job cannot read is refused in the preview: a connection that is no stream, a format, a registry of another type or project", async () => {
    const program = `
const project = new polaris.Project("other", args.other);
const connections = {};
for (const { noun, given } of args.connections) connections[noun] = new polaris[noun](noun, { name: noun, ...given });
connections.other = new polaris.SchemaRegistryConnection("other", { ...args.schemas, project });
const { source, registry, kafkaFormat } = args;
const avro = registry && {
    format: "avro_stream",
    parseSchemaProvider: { type: "connection", connectionName: connections[registry].name },
};
const valueFormat = avro ?? { format: "nd-json" };
new polaris.StreamingJob("job", {
    target: { tableName: "orders" },
    source: {
        connectionName: connections[source].name,
        formatSettings: kafkaFormat ? { format: "kafka", valueFormat } : valueFormat,
    },
    mappings: [{ columnName: "__time", expression: "CURRENT_TIMESTAMP" }],
});
`;
    const schemas = samples.find(({ noun }) => noun === "SchemaRegistryConnection")?.given;
    const other = { projectId: "5f0c0a1e-8b1f-4a57-9a53-0f6f5b0d3c11", baseUrl: emulator.url };
    const args = { connections: samples.map(({ noun, given }) => ({ noun, given })), schemas, other };
    await newRequests(emulator);
    await withStack({ program, args, env: envOf(emulator) }, async (stack) => {
        for (const [more, words] of [
            [
                { source: "S3Connection" },
                "source.connectionName: expected a connection of type kafka, confluent, kinesis or push_streaming, found one of type s3 [PolarisArgumentInvalid]",
            ],
            [
                { source: "SchemaRegistryConnection" },
                "found one of type confluent_schema_registry [PolarisArgumentInvalid]",
            ],
            [
                { source: "KinesisConnection", kafkaFormat: true },
                'expected another format than "kafka", as the connection is one of Kinesis (metadata: "kinesis") [PolarisArgumentInvalid]',
            ],
            [
                { source: "PushStreamingConnection", registry: "SchemaRegistryConnection" },
                'source.formatSettings.format: expected another format than "avro_stream", as the connection is one of pushed events, which can be "nd-json", "csv" or "regex" [PolarisArgumentInvalid]',
            ],
            [
                { source: "ConfluentConnection", registry: "AzureConnection" },
                "source.formatSettings.parseSchemaProvider.connectionName: expected a connection of type confluent_schema_registry, found one of type azure [PolarisArgumentInvalid]",
            ],
            [
                { source: "ConfluentConnection", registry: "other", kafkaFormat: true },
                'its schema registry "other" is in another Imply Polaris project than the job; give both the same project. [PolarisProjectMismatch]',
            ],
        ] as const) {
            stack.args({ ...args, ...more });
            expect((await stack.previewFails()).text).toContain(words);
        }
        expect(writesIn(await newRequests(emulator))).toEqual([]);
    });
});
