import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { deletedIn, dependenciesOf, exampleFolder, policyIn, unknownIn, withExample } from "../support/aws";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { callOf, connectionIn, held, liveJobOn, newRequests, writesIn } from "../support/seen";
import { changes, expectNoChanges } from "../support/summary";

// Each test runs pulumi five times.
jest.setTimeout(300_000);

let emulator: EmulatorUnderTest;

beforeEach(async () => {
    emulator = await startTestEmulator();
});
afterEach(() => emulator.close());

test("confluent-avro takes the schemas of Avro records from a registry, whose secret is nowhere but in the environment", async () => {
    const config = {
        bootstrapServers: "pkc-4r087.us-east-1.aws.confluent.cloud:9092",
        topicName: "orders",
        apiKey: "ABCDEFGHIJKLMNOP",
        registryUrl: "https://psrc-1.us-east-1.aws.confluent.cloud",
        registryApiKey: "PONMLKJIHGFEDCBA",
    };
    const env = { CONFLUENT_API_SECRET: "hidden-of-cluster", CONFLUENT_REGISTRY_API_SECRET: "hidden-of-registry" };
    await withExample("confluent-avro", emulator, { config, env }, async (stack) => {
        expect(changes(await stack.preview())).toEqual({ create: 4 });
        expect(await newRequests(emulator)).toEqual([]);
        expect(changes(await stack.up())).toEqual({ create: 4 });
        expect(await connectionIn(emulator, "orders-confluent")).toMatchObject({
            type: "confluent",
            properties: { secrets: { type: "sasl_plain", username: "ABCDEFGHIJKLMNOP" } },
        });
        expect(await connectionIn(emulator, "orders-registry")).toMatchObject({
            type: "confluent_schema_registry",
            properties: { urls: [config.registryUrl], secrets: { type: "basic", username: "PONMLKJIHGFEDCBA" } },
        });
        const parseSchemaProvider = { type: "connection", connectionName: "orders-registry" };
        expect((await liveJobOn(emulator, "orders")).spec).toMatchObject({
            source: { formatSettings: { valueFormat: { format: "avro_stream", parseSchemaProvider } } },
        });
        const job = stack.resources().find(({ type }) => type.endsWith(":StreamingJob"));
        expect(dependenciesOf(job)).toEqual([
            "ConfluentConnection orders-confluent",
            "SchemaRegistryConnection orders-registry",
        ]);
        expect(stack.stateText()).not.toContain("hidden-of");
        await expectNoChanges(stack, ["--refresh"]);
        expect(deletedIn(await stack.destroy())[0]).toBe("StreamingJob orders");
        expect(await held(emulator)).toMatchObject({ connections: [], tables: [{ name: "orders" }] });
    });
});

test("kinesis lets Imply Polaris assume a role that reads one stream", async () => {
    await withExample("kinesis", emulator, {}, async (stack) => {
        const planned = await stack.steps();
        const connection = planned.find(({ name }) => name === "orders-kinesis")!;
        expect(unknownIn(connection)).toEqual(["awsAssumedRoleArn", "stream"]);
        expect((await newRequests(emulator)).map(callOf)).toEqual(["GET /connectionsMeta"]);
        expect(changes(await stack.up())).toEqual({ create: 6 });
        const meta = (await emulator.api("GET", "/connectionsMeta")).json;
        expect(policyIn(stack, "polaris", "assumeRolePolicy")).toMatchObject({
            Statement: [
                {
                    Principal: { AWS: meta.implyArn },
                    Condition: { StringEquals: { "sts:ExternalId": meta.externalId } },
                },
            ],
        });
        const stream = stack.resources().find(({ type }) => type === "aws:kinesis/stream:Stream")?.outputs;
        expect(policyIn(stack, "polaris-reads-orders", "policy")).toMatchObject({
            Statement: [{ Effect: "Allow", Resource: [stream?.arn] }],
        });
        expect(await connectionIn(emulator, "orders-kinesis")).toMatchObject({
            type: "kinesis",
            properties: {
                stream: stream?.name,
                awsEndpoint: "kinesis.us-east-1.amazonaws.com",
                awsAssumedRoleArn: stack.resource("polaris")?.outputs?.arn,
            },
        });
        expect((await liveJobOn(emulator, "orders")).spec).toMatchObject({
            source: { formatSettings: { format: "kinesis", valueFormat: { format: "nd-json" } } },
        });
        await expectNoChanges(stack, ["--refresh"]);
        const order = [
            "StreamingJob orders",
            "KinesisConnection orders-kinesis",
            "iam:RolePolicy polaris-reads-orders",
        ];
        const destroyed = deletedIn(await stack.destroy());
        expect(destroyed.filter((resource) => order.includes(resource))).toEqual(order);
    });
});

test("push-events gives a producer of 20 lines the address of its connection, and its events are rows", async () => {
    await withExample("push-events", emulator, {}, async (stack) => {
        expect(changes(await stack.up())).toEqual({ create: 3 });
        const { endpointUrl, jobId } = await stack.outputs();
        expect(endpointUrl).toBe(`${emulator.url}/v1/projects/${emulator.projectId}/events/clicks`);
        const producer = path.join(exampleFolder("push-events"), "send-events.mjs");
        const env = { PATH: process.env.PATH, POLARIS_API_KEY: emulator.apiKey };
        const { stdout } = await promisify(execFile)(process.execPath, [producer, String(endpointUrl)], { env });
        expect(stdout).toBe("sent 3 events\n");
        const metrics = await emulator.api("GET", `/jobs/${String(jobId)}/metrics`);
        expect(metrics.json).toMatchObject({ totals: { numRowsProcessed: 3 } });
        await expectNoChanges(stack, ["--refresh"]);
        await newRequests(emulator);
        await stack.destroy();
        expect(writesIn(await newRequests(emulator)).at(-1)).toBe("DELETE /connections/clicks");
    });
});
