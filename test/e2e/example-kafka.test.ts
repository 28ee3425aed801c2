import { changesIn, deletedIn, dependenciesOf, edit, withExample } from "../support/aws";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import type { ConfigValue } from "../support/pulumi";
import { connectionIn, held, liveJobOn, newRequests, writesIn } from "../support/seen";
import { changes, expectNoChanges } from "../support/summary";

// Each test runs pulumi six to ten times.
jest.setTimeout(300_000);

let emulator: EmulatorUnderTest;

beforeEach(async () => {
    emulator = await startTestEmulator();
});
afterEach(() => emulator.close());

interface Expected {
    config: Record<string, ConfigValue>;
    env?: Record<string, string>;
    connection: string;
    properties: Record<string, unknown>;
    table: string;
    spec: Record<string, unknown>;
}

/** An example of one connection and one job: what it makes at Imply Polaris, and that it stays and goes as it should. */
async function expectOneIngestion(name: string, expected: Expected): Promise<void> {
    await withExample(name, emulator, expected, async (stack) => {
        expect(changes(await stack.preview())).toEqual({ create: 3 });
        expect(await newRequests(emulator)).toEqual([]);
        expect(changes(await stack.up())).toEqual({ create: 3 });
        expect(writesIn(await newRequests(emulator)).slice(0, 2)).toEqual([
            "POST /connections",
            `POST /connections/${expected.connection}/test`,
        ]);
        expect(await connectionIn(emulator, expected.connection)).toMatchObject({
            type: "kafka",
            properties: expected.properties,
            credentials: { "secrets.password": { fingerprint: expect.any(String) as string } },
        });
        const job = await liveJobOn(emulator, expected.table);
        expect(job.spec).toMatchObject(expected.spec);
        expect(await stack.outputs()).toEqual({ jobId: job.id });
        expect(stack.stateText()).not.toContain(password);
        await expectNoChanges(stack, ["--refresh"]);
        expect(deletedIn(await stack.destroy())).toEqual([
            `StreamingJob ${expected.table}`,
            `KafkaConnection ${expected.connection}`,
        ]);
        expect(await held(emulator)).toMatchObject({ connections: [], tables: [{ name: expected.table }] });
    });
}

const password = "what-nobody-may-read";

const connectionString = `Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=reader;SharedAccessKey=${password}`;

test("event-hubs signs in with the connection string, at the port that speaks Kafka", async () => {
    await expectOneIngestion("event-hubs", {
        config: { namespace: "shop", eventHub: "orders", connectionString: { secret: connectionString } },
        connection: "orders-event-hubs",
        properties: {
            bootstrapServers: "shop.servicebus.windows.net:9093",
            topicName: "orders",
            secrets: { type: "sasl_plain", username: "$ConnectionString" },
        },
        table: "orders",
        spec: { source: { connectionName: "orders-event-hubs", formatSettings: { format: "nd-json" } } },
    });
});

test("confluent-cloud signs in with an API key whose secret is nowhere but in the environment", async () => {
    await expectOneIngestion("confluent-cloud", {
        config: {
            bootstrapServers: "pkc-4r087.us-east-1.aws.confluent.cloud:9092",
            topicName: "orders",
            apiKey: "ABCDEFGHIJKLMNOP",
        },
        env: { CONFLUENT_API_SECRET: password },
        connection: "orders-confluent",
        properties: { secrets: { type: "sasl_plain", username: "ABCDEFGHIJKLMNOP" } },
        table: "orders",
        spec: { source: { connectionName: "orders-confluent", formatSettings: { format: "nd-json" } } },
    });
});

test("kafka-metadata makes columns of keys and headers, and __time of the timestamp", async () => {
    await expectOneIngestion("kafka-metadata", {
        config: {
            bootstrapServers: "b-1.example.com:9096",
            kafkaUsername: "polaris",
            kafkaPassword: { secret: password },
        },
        connection: "clicks-kafka",
        properties: { topicName: "clicks" },
        table: "clicks",
        spec: {
            source: {
                formatSettings: {
                    format: "kafka",
                    valueFormat: { format: "nd-json" },
                    keyFormat: { format: "csv", columns: ["key"] },
                    headerFormat: "utf-8",
                },
            },
            mappings: [
                { columnName: "__time", expression: 'MILLIS_TO_TIMESTAMP("kafka.timestamp")' },
                { columnName: "visitor", expression: '"kafka.key"' },
                { columnName: "trace_id", expression: '"kafka.header.trace-id"' },
                { columnName: "page", expression: '"page"' },
            ],
        },
    });
});

test("many-topics makes a connection and a job of each entry of the list, after what all depend on; an entry more leaves the others alone", async () => {
    const config = {
        bootstrapServers: "b-1.example.com:9096",
        kafkaUsername: "polaris",
        kafkaPassword: { secret: password },
    };
    await withExample("many-topics", emulator, { config }, async (stack) => {
        const component = "shop:ingestion:IngestedTopic";
        const tables = ["customers", "orders", "payments", "returns"];
        expect(changes(await stack.preview())).toEqual({ create: 13 });
        expect(await newRequests(emulator)).toEqual([]);
        expect(changes(await stack.up())).toEqual({ create: 13 });
        const { connections } = await held(emulator);
        expect(connections.map(({ name }) => name).sort()).toEqual(tables);
        const posted = (await newRequests(emulator)).filter(
            ({ method, path }) => method === "POST" && /\/jobs$/.test(path),
        );
        expect(posted[0]?.body).toMatchObject({ target: { tableName: "customers" } });
        const jobs = await Promise.all(tables.map(async (table) => [table, (await liveJobOn(emulator, table)).id]));
        expect(await stack.outputs()).toEqual({ jobIds: Object.fromEntries(jobs) as unknown });
        expect((await liveJobOn(emulator, "payments")).spec.mappings).toEqual([
            { columnName: "__time", expression: 'TIME_PARSE("paid_at")' },
            { columnName: "order_id", expression: '"order_id"' },
            { columnName: "amount", expression: '"amount"' },
        ]);
        const orders = stack.resources().filter(({ urn }) => urn.endsWith("::orders"));
        expect(orders.map((one) => [one.type.split(":").pop(), dependenciesOf(one)])).toEqual([
            ["IngestedTopic", ["KafkaConnection customers", "StreamingJob customers"]],
            ["KafkaConnection", []],
            ["StreamingJob", ["KafkaConnection orders"]],
        ]);
        await expectNoChanges(stack);

        const list = 'Omit<IngestedTopicArgs, "cluster">[] = [';
        edit(stack, list, `${list}{ topic: "refunds", timeField: "at", fields: { order_id: "string" } },`);
        expect(changesIn(await stack.steps())).toEqual([
            `create ${component} refunds`,
            "create KafkaConnection refunds",
            "create StreamingJob refunds",
        ]);
        const destroyed = deletedIn(await stack.destroy());
        expect(destroyed.slice(-2)).toEqual(["StreamingJob customers", "KafkaConnection customers"]);
        for (const table of ["orders", "payments", "returns"]) {
            const [job, connection] = [`StreamingJob ${table}`, `KafkaConnection ${table}`];
            expect(destroyed.filter((resource) => [job, connection].includes(resource))).toEqual([job, connection]);
        }
    });
});
