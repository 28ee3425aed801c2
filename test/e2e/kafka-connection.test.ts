import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { iam, pair, plain, scram } from "../support/fixtures";
import { client, encrypted, root } from "../support/pem";
import { envOf } from "../support/project";
import { withStack } from "../support/pulumi";
import {
    connectionIn,
    diffIn,
    expectSettled,
    held,
    jobsOn,
    liveJobOn,
    newRequests,
    plannedIn,
    writesIn,
} from "../support/seen";
import { changes, expectNoChanges } from "../support/summary";

const authority = root;
const { certificates: certificate, key } = client;
const lockedKey = encrypted(key, "key-password");
const windows = (text: string) => text.trimEnd().replaceAll("\n", "\r\n");
const keystore = { certificates: certificate, key };

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    emulator = await startTestEmulator();
});
afterEach(() => emulator.control("POST", "reset"));
afterAll(() => emulator.close());

const one = `const connection = new polaris.KafkaConnection("orders", args.connection);
for (const name of ["name", "bootstrapServers", "submittedByUser", "submittedOnTimestamp", "projectId"])
    exports[name] = connection[name];`;

const everything = {
    name: "orders-kafka.v1",
    description: "Orders of the web shop",
    bootstrapServers: ["b-2.kafka.example.com:9096", "b-1.kafka.example.com:9096"],
    topicName: "orders-[a-z]+",
    topicNameIsPattern: true,
    clientRack: "use1-az4",
    secrets: scram,
    ssl: {
        truststore: { type: "pem", certificates: authority },
        keystore: { type: "pem", ...keystore, key: lockedKey, keyPassword: "key-password" },
    },
};

test("a connection with every argument is created as the API names them, changed by one PATCH, cleared of what is removed, and deleted", async () => {
    await withStack({ program: one, args: { connection: everything }, env: envOf(emulator) }, async (stack) => {
        expect(plannedIn(await stack.preview())).toEqual(["+ KafkaConnection orders create"]);
        expect((await held(emulator)).connections).toEqual([]);

        expect(changes(await stack.up())).toEqual({ create: 2 });
        const made = await connectionIn(emulator, "orders-kafka.v1");
        const brokers = "b-2.kafka.example.com:9096,b-1.kafka.example.com:9096";
        expect(made).toMatchObject({
            type: "kafka",
            properties: {
                description: "Orders of the web shop",
                bootstrapServers: brokers,
                topicName: "orders-[a-z]+",
                topicNameIsPattern: true,
                clientRack: "use1-az4",
                secrets: { type: "sasl_scram", mechanism: "SCRAM-SHA-512", username: "polaris" },
                ssl: { truststore: { type: "pem", certificates: authority } },
            },
        });
        expect(made!.properties.ssl).not.toHaveProperty("keystore");
        const keystoreMembers = ["certificates", "key", "keyPassword", "type"].map((name) => `ssl.keystore.${name}`);
        expect(Object.keys(made!.credentials).sort()).toEqual(["secrets.password", ...keystoreMembers]);
        expect(await stack.outputs()).toEqual({
            name: "orders-kafka.v1",
            bootstrapServers: brokers,
            projectId: emulator.projectId,
            submittedByUser: expect.objectContaining({
                username: expect.stringContaining("api-key-") as string,
            }) as object,
            submittedOnTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
        });
        await expectSettled(stack);

        await newRequests(emulator);
        const connection = {
            name: "orders-kafka.v1",
            bootstrapServers: "b-3.kafka.example.com:9098",
            topicName: "orders",
            secrets: { ...scram, username: "reader", password: "second-password" },
            ssl: { truststore: { certificates: certificate } },
        };
        stack.args({ connection });
        const preview = await stack.preview(["--diff"]);
        expect(changes(preview)).toEqual({ update: 1, unchanged: 1 });
        expect(diffIn(preview)).toEqual(
            expect.arrayContaining([
                `~ bootstrapServers: "${brokers}" => "b-3.kafka.example.com:9098"`,
                '- clientRack: "use1-az4"',
                '~ username: "polaris" => "reader"',
            ]),
        );
        expect(await newRequests(emulator)).toEqual([]);

        expect(changes(await stack.up())).toEqual({ update: 1, unchanged: 1 });
        const requests = await newRequests(emulator);
        expect(writesIn(requests)).toEqual([
            "PATCH /connections/orders-kafka.v1",
            "POST /connections/orders-kafka.v1/test",
        ]);
        expect(requests.find(({ method }) => method === "PATCH")?.body).toMatchObject({
            type: "kafka",
            topicNameIsPattern: false,
            description: null,
            clientRack: null,
            ssl: { keystore: null },
        });
        const changed = await connectionIn(emulator, "orders-kafka.v1");
        expect(changed?.properties).toEqual({
            description: null,
            bootstrapServers: "b-3.kafka.example.com:9098",
            topicName: "orders",
            topicNameIsPattern: false,
            secrets: { type: "sasl_scram", mechanism: "SCRAM-SHA-512", username: "reader" },
            ssl: { truststore: { type: "pem", certificates: certificate } },
        });
        expect(Object.keys(changed!.credentials)).toEqual(["secrets.password"]);
        expect(changed!.credentials).not.toEqual({ "secrets.password": made!.credentials["secrets.password"] });
        const { id, outputs } = stack.resource("orders")!;
        expect(id).toBe("orders-kafka.v1");
        expect(outputs).toMatchObject({ topicName: "orders", submittedOnTimestamp: made!.submittedOnTimestamp });
        expect(outputs).not.toHaveProperty("clientRack");
        await expectSettled(stack);

        expect(changes(await stack.destroy())).toEqual({ delete: 2 });
        expect((await held(emulator)).connections).toEqual([]);
        expect(stack.resources()).toEqual([]);
    });
});

test("what means the same is no change: order and spacing of brokers, line ends of PEM, defaults, null and absent", async () => {
    const connection = {
        bootstrapServers: everything.bootstrapServers,
        topicName: "orders",
        topicNameIsPattern: false,
        secrets: scram,
        ssl: everything.ssl,
    };
    await withStack({ program: one, args: { connection }, env: envOf(emulator) }, async (stack) => {
        await stack.up();
        await newRequests(emulator);
        stack.args({
            connection: {
                ...connection,
                name: "orders",
                description: null,
                clientRack: null,
                topicNameIsPattern: null,
                bootstrapServers: " b-1.kafka.example.com:9096 ,b-2.kafka.example.com:9096",
                ssl: {
                    truststore: { certificates: windows(authority) },
                    keystore: { ...everything.ssl.keystore, certificates: `${certificate}\n`, key: windows(lockedKey) },
                },
            },
        });
        await expectNoChanges(stack);
        expect(changes(await stack.up())).toEqual({ unchanged: 2 });
        expect(await newRequests(emulator)).toEqual([]);
    });
});

test("each way to authenticate is accepted, and one can be changed for another in place", async () => {
    const at = { bootstrapServers: "b-1.kafka.example.com:9098", topicName: "orders" };
    const program = `for (const [name, given] of Object.entries(args)) new polaris.KafkaConnection(name, given);`;
    const args = {
        plain: { ...at, secrets: plain },
        scram: { ...at, secrets: scram },
        iam: { ...at, secrets: iam },
        mutual: { ...at, ssl: { keystore } },
    };
    const secretsHeld = async () =>
        Object.fromEntries(
            (await held(emulator)).connections.map(({ name, properties }) => [name, properties.secrets]),
        );
    const shown = {
        plain: { type: "sasl_plain", username: "polaris" },
        scram: { type: "sasl_scram", mechanism: "SCRAM-SHA-512", username: "polaris" },
    };

    await withStack({ program, args, env: envOf(emulator) }, async (stack) => {
        await stack.up();
        expect(await secretsHeld()).toEqual({ ...shown, iam, mutual: undefined });
        await expectSettled(stack);

        stack.args({
            plain: { ...at, secrets: iam },
            scram: { ...at, ssl: { keystore } },
            iam: { ...at, secrets: plain },
            mutual: { ...at, secrets: scram },
        });
        expect(changes(await stack.up())).toEqual({ update: 4, unchanged: 1 });
        expect(await secretsHeld()).toEqual({ plain: iam, scram: undefined, iam: shown.plain, mutual: shown.scram });
        expect((await connectionIn(emulator, "mutual"))?.properties).not.toHaveProperty("ssl");
        await expectSettled(stack);
    });
});

test("the name defaults to the logical name; another name makes a new connection, moves the running job, then deletes the old", async () => {
    const connection = { bootstrapServers: "b-1.kafka.example.com:9096", topicName: "orders", secrets: scram };
    await withStack({ program: pair, args: { connection }, env: envOf(emulator) }, async (stack) => {
        await stack.up();
        expect(await connectionIn(emulator, "orders")).toBeDefined();
        const first = await liveJobOn(emulator, "orders");
        await newRequests(emulator);

        stack.args({ connection: { ...connection, name: "orders-2" } });
        const steps = (await stack.steps(["--show-replacement-steps"])).map(({ op, name }) => `${op} ${name}`);
        expect(steps).toEqual([
            "same e2e-dev",
            "create-replacement orders",
            "replace orders",
            "update ingestion",
            "delete-replaced orders",
        ]);
        expect(await newRequests(emulator)).toEqual([]);

        expect(changes(await stack.up())).toEqual({ replace: 1, update: 1, unchanged: 1 });
        const writes = writesIn(await newRequests(emulator)).filter((call) => !call.endsWith("/test"));
        expect(writes).toEqual(["POST /connections", "POST /jobs", "DELETE /connections/orders"]);
        expect((await held(emulator)).connections.map(({ name }) => name)).toEqual(["orders-2"]);
        const second = await liveJobOn(emulator, "orders");
        expect(second).toMatchObject({ executionStatus: "running", spec: { source: { connectionName: "orders-2" } } });
        expect((await jobsOn(emulator, "orders")).map(({ id }) => id)).toEqual([first.id, second.id]);
        expect(stack.resource("orders")).toMatchObject({ id: "orders-2" });
        await expectSettled(stack);
    });
});
