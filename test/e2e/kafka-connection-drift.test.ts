import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { iam, plain } from "../support/fixtures";
import { envOf } from "../support/project";
import { withStack } from "../support/pulumi";
import {
    connectionIn,
    diffIn,
    errorsIn,
    expectSettled,
    failuresIn,
    held,
    newRequests,
    writesIn,
} from "../support/seen";
import { changes } from "../support/summary";

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    emulator = await startTestEmulator();
});
afterEach(() => emulator.control("POST", "reset"));
afterAll(() => emulator.close());

const program = `for (const [name, given] of Object.entries(args)) new polaris.KafkaConnection(name, given);`;
const at = { bootstrapServers: "b-1.example.com:9098,b-2.example.com:9098", topicName: "orders" };

test("a connection edited outside is shown as what the next up puts back, and no more than that", async () => {
    const args = { edited: { ...at, description: "Orders", secrets: iam }, rewritten: { ...at, secrets: plain } };
    await withStack({ program, args, env: envOf(emulator) }, async (stack) => {
        await stack.up();
        // The order of brokers means nothing, so it is not among what is shown.
        const edit = {
            topicName: "payments",
            clientRack: "use1-az4",
            bootstrapServers: "b-2.example.com:9098,b-1.example.com:9098",
        };
        await emulator.api("PATCH", "/connections/edited", { type: "kafka", description: null, ...edit });
        const drifted = await stack.preview(["--refresh", "--diff"]);
        expect(changes(drifted)).toEqual({ update: 1, unchanged: 2 });
        expect(diffIn(drifted)).toEqual([
            '- clientRack: "use1-az4"',
            '+ description: "Orders"',
            '~ topicName: "payments" => "orders"',
        ]);

        expect(changes(await stack.up(["--refresh"]))).toEqual({ update: 1, unchanged: 2 });
        expect((await connectionIn(emulator, "edited"))?.properties).toMatchObject({
            topicName: "orders",
            description: "Orders",
        });
        await expectSettled(stack);

        // What is write-only cannot be compared: after somebody else's write it is planned to be set again.
        const before = (await connectionIn(emulator, "rewritten"))?.credentials;
        const secrets = { type: "sasl_plain", password: "somebody-else's" };
        await emulator.api("PATCH", "/connections/rewritten", { type: "kafka", topicNameIsPattern: false, secrets });
        expect(changes(await stack.refresh())).toEqual({ update: 1, unchanged: 2 });
        const rotated = await stack.preview(["--diff"]);
        expect(changes(rotated)).toEqual({ update: 1, unchanged: 2 });
        expect(diffIn(rotated)).toEqual(["~ secrets: {", "+ password: [secret]"]);
        await stack.up();
        expect((await connectionIn(emulator, "rewritten"))?.credentials).toMatchObject({
            "secrets.password": { fingerprint: before?.["secrets.password"]?.fingerprint },
        });
        await expectSettled(stack);
    });
});

test("a connection deleted outside leaves the state at a refresh and is created again; deleting what is gone is done", async () => {
    const args = { orders: { ...at, secrets: plain } };
    await withStack({ program, args, env: envOf(emulator) }, async (stack) => {
        await stack.up();
        await emulator.api("DELETE", "/connections/orders");
        expect(changes(await stack.refresh())).toEqual({ delete: 1, unchanged: 1 });
        expect(stack.resource("orders")).toBeUndefined();
        expect(changes(await stack.up())).toEqual({ create: 1, unchanged: 1 });
        expect(await connectionIn(emulator, "orders")).toBeDefined();
        await expectSettled(stack);

        await emulator.api("DELETE", "/connections/orders");
        stack.args({ orders: { ...at, topicName: "payments", secrets: plain } });
        const failed = await stack.upFails();
        expect(errorsIn(failed)).toEqual([
            'KafkaConnection "orders": update failed: the connection does not exist any more; run `pulumi refresh`, then `pulumi up` again to create it. [PolarisConnectionGone]',
        ]);
        expect(stack.resource("orders")?.outputs).toMatchObject({ topicName: "orders" });

        await newRequests(emulator);
        expect(changes(await stack.destroy())).toEqual({ delete: 2 });
        expect(writesIn(await newRequests(emulator))).toEqual([]);
        expect(stack.resources()).toEqual([]);
    });
});

test("a connection that cannot be proven stays in state, and the next up tries it again, also after a refresh", async () => {
    const fault = { method: "POST", path: "^/connections/orders/test$", status: 400, body: { message: "No broker." } };
    const args = { orders: { ...at, secrets: plain, testConnection: "error" } };
    await withStack({ program, args, env: envOf(emulator) }, async (stack) => {
        await emulator.control("POST", "faults", fault);
        expect(failuresIn(await stack.upFails())).toEqual([
            {
                sentence:
                    'KafkaConnection "orders": create failed: Imply Polaris cannot reach the topic with it; check bootstrapServers, topicName, secrets and the network, then run `pulumi up` again.',
                code: "PolarisTopicUnreachable",
                details: ['reason: "No broker."'],
            },
        ]);
        expect(stack.resource("orders")).toMatchObject({ id: "orders", initErrors: [expect.any(String)] });
        await stack.refresh();
        await newRequests(emulator);
        expect(changes(await stack.up())).toEqual({ update: 1, unchanged: 1 });
        expect(writesIn(await newRequests(emulator))).toEqual(["POST /connections/orders/test"]);
        await expectSettled(stack);
    });
});

test("a connection that another user created under the name is not touched, and the message says who created it", async () => {
    const existing = { type: "kafka", name: "orders", ...at, secrets: iam };
    await emulator.api("POST", "/connections", existing);
    await withStack({ program, args: { orders: { ...at, secrets: plain } }, env: envOf(emulator) }, async (stack) => {
        const before = await held(emulator);
        expect(failuresIn(await stack.upFails())).toEqual([
            {
                sentence:
                    'KafkaConnection "orders": create failed: a connection of that name exists already; if this resource was renamed or moved, give it `aliases`; else choose another name, or set adopt: true to take it over.',
                code: "PolarisConnectionExists",
                details: [
                    expect.stringMatching(/^it is of type kafka, created by api-key-\S+ on \S+$/),
                    "from another stack: `pulumi state move`; tainted: `pulumi state untaint`; under `--replace`: run `pulumi up` without it; left by an interrupted `pulumi up`: adopt: true",
                ],
            },
        ]);
        expect((await held(emulator)).connections).toEqual(before.connections);
        expect(stack.resource("orders")).toBeUndefined();
    });
});
