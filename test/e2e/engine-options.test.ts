import { kafka, startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { connectionFixture, iam, jobFixture } from "../support/fixtures";
import { envOf } from "../support/project";
import { withStack } from "../support/pulumi";
import { connectionIn, errorsIn, expectSettled, held, jobsOn, liveJobOn, newRequests, writesIn } from "../support/seen";
import { changes, expectNoChanges } from "../support/summary";

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    emulator = await startTestEmulator();
});
beforeEach(async () => {
    await emulator.control("POST", "reset");
    await emulator.api("POST", "/connections", kafka("source"));
});
afterAll(() => emulator.close());

const connection = { ...connectionFixture, secrets: iam };
const job = jobFixture("orders", "source");

/** Args: `{ logicalName: [class, arguments, options] }`; an alias is given by its name alone. */
const program = `for (const [name, [type, given, { alias, ...options } = {}]] of Object.entries(args))
    new polaris[type](name, given, alias ? { ...options, aliases: [{ name: alias }] } : options);`;

const names = async () => (await held(emulator)).connections.map(({ name }) => name);

test("protect keeps both resources from destroy and from leaving the program, and ignoreChanges keeps what it names as it is", async () => {
    const options = { protect: true };
    const args = { orders: ["KafkaConnection", connection, options], ingestion: ["StreamingJob", job, options] };
    await withStack({ program, args, env: envOf(emulator) }, async (stack) => {
        await stack.up();
        const { id } = await liveJobOn(emulator, "orders");
        expect((await stack.destroyFails()).text).toContain("is protected");
        stack.args({});
        expect((await stack.upFails()).text).toContain("is protected");
        expect(await names()).toEqual(["source", "orders"]);
        expect(await liveJobOn(emulator, "orders")).toMatchObject({ id });

        await newRequests(emulator);
        stack.args({
            orders: ["KafkaConnection", { ...connection, topicName: "payments" }, { ignoreChanges: ["topicName"] }],
            ingestion: ["StreamingJob", { ...job, filterExpression: "TRUE" }, { ignoreChanges: ["filterExpression"] }],
        });
        expect(changes(await stack.up())).toEqual({ unchanged: 3 });
        expect(await newRequests(emulator)).toEqual([]);
        expect(stack.resource("orders")?.outputs).toMatchObject({ topicName: "orders" });
        await expectSettled(stack);
        expect(changes(await stack.destroy())).toEqual({ delete: 3 });
        expect(await names()).toEqual(["source"]);
    });
});

test("replaceOnChanges, which Pulumi does not apply to dynamic providers, is reported at its resource, and the change stays in place", async () => {
    const options = { replaceOnChanges: ["filterExpression"] };
    const args = (given: object) => ({ ingestion: ["StreamingJob", given, options] });
    await withStack({ program, args: args(job), env: envOf(emulator) }, async (stack) => {
        await stack.up();
        stack.args(args({ ...job, filterExpression: "TRUE" }));
        const { text } = await stack.preview();
        expect(text).toContain("filterExpression changes: the running job is swapped for a new one");
        expect(text).toMatch(
            /polaris:StreamingJob \(ingestion\):\s+warning: replaceOnChanges has no effect, as Pulumi does not apply it/,
        );
    });
});

test("another logical name with an alias is no change to Imply Polaris, as long as the connection's name is said", async () => {
    const named = { ...connection, name: "orders" };
    const args = { first: ["KafkaConnection", named], job: ["StreamingJob", job] };
    await withStack({ program, args, env: envOf(emulator) }, async (stack) => {
        await stack.up();
        await newRequests(emulator);
        stack.args({
            second: ["KafkaConnection", named, { alias: "first" }],
            ingestion: ["StreamingJob", job, { alias: "job" }],
        });
        await expectNoChanges(stack);
        expect(changes(await stack.up())).toEqual({ unchanged: 3 });
        expect(await newRequests(emulator)).toEqual([]);
        expect(stack.resource("second")).toMatchObject({ id: "orders" });
        expect(stack.resource("first")).toBeUndefined();

        // Without a name of its own, the connection is named after the resource: the new name replaces.
        stack.args({ third: ["KafkaConnection", connection, { alias: "second" }], ingestion: ["StreamingJob", job] });
        const steps = (await stack.steps()).map(({ op, name }) => `${op} ${name}`);
        expect(steps).toContain("replace third");
    });
});

test("retainOnDelete leaves connection and running job at Imply Polaris when they leave the program", async () => {
    const options = { retainOnDelete: true };
    const args = { orders: ["KafkaConnection", connection, options], ingestion: ["StreamingJob", job, options] };
    await withStack({ program, args, env: envOf(emulator) }, async (stack) => {
        await stack.up();
        const { id } = await liveJobOn(emulator, "orders");
        await newRequests(emulator);
        stack.args({});
        await stack.up();
        expect(stack.resources()).toEqual([]);
        expect(await newRequests(emulator)).toEqual([]);
        expect(await names()).toEqual(["source", "orders"]);
        expect(await liveJobOn(emulator, "orders")).toMatchObject({ id, executionStatus: "running" });
    });
});

test("deleteBeforeReplace deletes the old connection and ends the old job before the new ones are created", async () => {
    const options = { deleteBeforeReplace: true };
    const args = {
        orders: ["KafkaConnection", { ...connection, name: "orders" }, options],
        ingestion: ["StreamingJob", job, options],
    };
    await withStack({ program, args, env: envOf(emulator) }, async (stack) => {
        await stack.up();
        await newRequests(emulator);
        stack.args({
            orders: ["KafkaConnection", { ...connection, name: "payments", testConnection: "off" }, options],
            ingestion: ["StreamingJob", { ...job, target: { tableName: "payments" } }, options],
        });
        expect(changes(await stack.up(["--parallel", "1"]))).toEqual({ replace: 2, unchanged: 1 });
        const writes = writesIn(await newRequests(emulator));
        const order = (calls: string[]) => writes.filter((call) => calls.includes(call));
        expect(order(["DELETE /connections/orders", "POST /connections"])).toEqual([
            "DELETE /connections/orders",
            "POST /connections",
        ]);
        expect(order(["POST /jobs/…/status", "POST /jobs"])).toEqual(["POST /jobs/…/status", "POST /jobs"]);
        expect(await names()).toEqual(["source", "payments"]);
        expect((await jobsOn(emulator, "orders")).map(({ executionStatus }) => executionStatus)).toEqual(["canceled"]);
        expect((await liveJobOn(emulator, "payments")).executionStatus).toBe("running");
        await expectSettled(stack);
    });
});

test("deleteBeforeReplace of a connection that a running job reads is refused with the job and its table, and nothing is lost", async () => {
    const reader = `const connection = new polaris.KafkaConnection("orders", args, { deleteBeforeReplace: true });
const source = { connectionName: connection.name, formatSettings: { format: "nd-json" }, inputSchema: [{ name: "at", dataType: "string" }] };
new polaris.StreamingJob("ingestion", { ...${JSON.stringify(job)}, source });`;
    const args = { ...connection, name: "orders" };
    await withStack({ program: reader, args, env: envOf(emulator) }, async (stack) => {
        await stack.up();
        const { id } = await liveJobOn(emulator, "orders");
        stack.args({ ...args, name: "payments" });
        const failed = await stack.upFails();
        expect(errorsIn(failed)).toContainEqual(
            `KafkaConnection "orders": delete failed: the streaming job ${id} still reads it into the table "orders"; let the job read another connection (\`connection.name\` if this one is replaced, without deleteBeforeReplace), then run it again; or run \`pulumi state delete\` for this resource, unless its URN has two entries. [PolarisConnectionInUse]`,
        );
        expect(await liveJobOn(emulator, "orders")).toMatchObject({ id, executionStatus: "running" });
        expect(await connectionIn(emulator, "orders")).toBeDefined();
        expect(stack.resources().map((resource) => resource.id)).toEqual(["orders", "orders"]);

        stack.program(reader.replace(", { deleteBeforeReplace: true }", ""));
        await stack.up();
        expect(await names()).toEqual(["source", "payments"]);
        expect(await liveJobOn(emulator, "orders")).toMatchObject({ spec: { source: { connectionName: "payments" } } });
        await expectSettled(stack);
    });
});

test("a targeted up changes its target alone", async () => {
    const args = { orders: ["KafkaConnection", connection], payments: ["KafkaConnection", connection] };
    await withStack({ program, args, env: envOf(emulator) }, async (stack) => {
        await stack.up();
        await newRequests(emulator);
        const changed = { ...connection, description: "changed", testConnection: "off" };
        stack.args({ orders: ["KafkaConnection", changed], payments: ["KafkaConnection", changed] });
        await stack.up(["--target", stack.resource("payments")!.urn]);
        expect(writesIn(await newRequests(emulator))).toEqual(["PATCH /connections/payments"]);
        expect((await connectionIn(emulator, "orders"))?.properties).toMatchObject({ description: null });
        expect(stack.resource("orders")?.outputs).not.toHaveProperty("description");
        await stack.up();
        expect((await connectionIn(emulator, "orders"))?.properties).toMatchObject({ description: "changed" });
    });
});

const tables = async () => (await held(emulator)).tables.map(({ name }) => name);

test("of a Table, ignoreChanges, replaceOnChanges, protect and retainOnDelete keep the table and its data, whatever onDestroy says", async () => {
    const declaring = `if (args.table) new polaris.Table("orders", args.table, args.options);`;
    const table = { type: "detail", schema: [{ name: "country", dataType: "string" }], onDestroy: "drop" };
    const changed = { ...table, schema: [{ name: "city", dataType: "string" }], description: "All orders" };
    await withStack({ program: declaring, args: { table }, env: envOf(emulator) }, async (stack) => {
        await stack.up();
        const { id } = (await emulator.api("GET", "/tables/orders")).json;
        stack.args({ table: changed, options: { ignoreChanges: ["schema", "description"] } });
        await expectNoChanges(stack);

        const described = { ...table, description: "All orders" };
        stack.args({ table: described, options: { replaceOnChanges: ["description"], protect: true } });
        expect(changes(await stack.up())).toEqual({ update: 1, unchanged: 1 });
        expect((await emulator.api("GET", "/tables/orders")).json).toMatchObject({ id, description: "All orders" });
        await stack.destroyFails();
        expect(await tables()).toEqual(["orders"]);

        stack.args({ table: described, options: { retainOnDelete: true } });
        await stack.up();
        stack.args({});
        await newRequests(emulator);
        await stack.up();
        expect(writesIn(await newRequests(emulator))).toEqual([]);
        expect(await tables()).toEqual(["orders"]);
    });
});

test("deleteBeforeReplace of a Table that a running job feeds is refused with the job, and nothing is lost", async () => {
    const declaring = `
const connection = new polaris.KafkaConnection("kafka", connectionFixture);
const options = { deleteBeforeReplace: args.before };
const table = new polaris.Table("orders", { name: args.name, type: "detail", onDestroy: "drop" }, options);
new polaris.StreamingJob("ingestion", { ...jobFixture(table.name, connection.name), createTableIfNotExists: undefined });
`;
    const args = { name: "orders", before: true };
    await withStack({ program: declaring, args, env: envOf(emulator) }, async (stack) => {
        await stack.up();
        const { id } = await liveJobOn(emulator, "orders");
        stack.args({ ...args, name: "sales" });
        await newRequests(emulator);
        const refused = await stack.upFails();
        expect(refused.text).toContain(`the streaming job ${id} still feeds the table`);
        expect(refused.text).toContain("unless the table is replaced with deleteBeforeReplace");
        expect(writesIn(await newRequests(emulator))).toEqual([]);
        expect(await liveJobOn(emulator, "orders")).toMatchObject({ id });

        stack.args({ name: "sales", before: false });
        await stack.up();
        expect(await tables()).toEqual(["sales"]);
        await liveJobOn(emulator, "sales");
        await expectSettled(stack);
    });
});
