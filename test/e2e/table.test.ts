import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { envOf } from "../support/project";
import { withStack } from "../support/pulumi";
import {
    expectSettled,
    failuresIn,
    held,
    jobsOn,
    liveJobOn,
    newRequests,
    plannedIn,
    problemsIn,
    writesIn,
} from "../support/seen";
import { changes, expectNoChanges } from "../support/summary";

// Each test runs pulumi about ten times.
jest.setTimeout(300_000);

let emulator: EmulatorUnderTest;

beforeEach(async () => {
    emulator = await startTestEmulator();
});
afterEach(() => emulator.close());

const table = {
    type: "detail",
    schemaMode: "strict",
    schema: [{ name: "country", dataType: "string" }],
    onDestroy: "drop",
};
const job = {
    mappings: [
        { columnName: "__time", expression: 'TIME_PARSE("at")' },
        { columnName: "country", expression: '"at"' },
    ],
    createTableIfNotExists: false,
};

const program = `
const connection = new polaris.KafkaConnection("kafka", connectionFixture);
const table = new polaris.Table("orders", args.table, args.options);
if (args.job) new polaris.StreamingJob("ingestion", { ...jobFixture(table.name, connection.name), ...args.job });
exports.tableId = table.tableId;
`;

const shown = async (name = "orders") => (await emulator.api("GET", `/tables/${name}`)).json;
const tables = async () => (await held(emulator)).tables.map(({ name }) => name);

test("the mappings of a job are checked in the first preview, before its table exists", async () => {
    const mappings = [...job.mappings, { columnName: "contry", expression: '"at"' }];
    await withStack({ program, args: { table, job: { ...job, mappings } }, env: envOf(emulator) }, async (stack) => {
        expect(problemsIn(await stack.previewFails(), "ingestion")).toEqual([
            'mappings[2].columnName: is no column of the strict table "orders", which has to declare it in its schema; did you mean "country"?',
        ]);
        expect(await newRequests(emulator)).toEqual([]);
    });
});

test("a table and its job are created in order, changed in place, repaired, replaced, and dropped in order", async () => {
    await withStack({ program, args: { table, job }, env: envOf(emulator) }, async (stack) => {
        const preview = await stack.preview();
        expect(plannedIn(preview)).toEqual([
            "+ KafkaConnection kafka create",
            "+ StreamingJob ingestion create",
            "+ Table orders create",
        ]);
        expect(preview.text).toContain(
            'Table "orders": a destroy drops the table, and its data is lost (onDestroy: "drop")',
        );
        expect(await newRequests(emulator)).toEqual([]);
        await stack.up();
        expect(await stack.outputs()).toEqual({ tableId: (await shown()).id });
        await expectSettled(stack);

        // A column more, and its mapping: the table first, then the job, in one up.
        const city = { name: "city", dataType: "string" };
        const mappings = [...job.mappings, { columnName: "city", expression: '"at"' }];
        await newRequests(emulator);
        stack.args({ table: { ...table, schema: [...table.schema, city] }, job: { ...job, mappings } });
        const added = await stack.preview();
        expect(plannedIn(added)).toEqual([
            "~ StreamingJob ingestion update [diff: ~mappings]",
            "~ Table orders update [diff: ~schema]",
        ]);
        expect(await newRequests(emulator)).toEqual([]);
        await stack.up();
        expect(writesIn(await newRequests(emulator))).toEqual(["PUT /tables/orders", "POST /jobs"]);
        await expectSettled(stack);

        // Another user's change is shown by a refresh and put back; a column of theirs stays.
        const found = await shown();
        const theirs = {
            ...found,
            schemaMode: "flexible",
            schema: [...(found.schema as object[]), { name: "shop", dataType: "long" }],
        };
        await emulator.api("PUT", "/tables/orders", theirs);
        const repair = await stack.up(["--refresh"]);
        expect(repair.text).toContain('Table "orders": updates schemaMode in place');
        expect(await shown()).toMatchObject({
            schemaMode: "strict",
            schema: [{ name: "country" }, { name: "city" }, { name: "shop" }],
        });
        await expectSettled(stack);

        // Another name: a new table, the job moves, and the old table is dropped once its job has ended.
        const renamed = { ...table, schema: [...table.schema, city], name: "sales" };
        stack.args({ table: renamed, job: { ...job, mappings } });
        const replacement = await stack.preview();
        expect(plannedIn(replacement)).toContain("+- Table orders replace [diff: ~name]");
        expect(replacement.text).toContain(
            'the name changes: creates a table of the new name, without data, then drops the old table "orders", and its data is lost (onDestroy: "drop")',
        );
        await stack.up();
        expect(await tables()).toEqual(["sales"]);
        expect(
            (await jobsOn(emulator, "orders")).map(({ type, executionStatus }) => [type, executionStatus]).at(-1),
        ).toEqual(["drop_table", "completed"]);
        await liveJobOn(emulator, "sales");
        await expectSettled(stack);

        await stack.destroy();
        expect(await held(emulator)).toMatchObject({ connections: [], tables: [] });
    });
});

test("what cannot be changed is refused in the preview, and a protected table survives destroy and replacement", async () => {
    const guarded = { ...table, deletionProtection: true };
    await withStack({ program, args: { table: guarded }, env: envOf(emulator) }, async (stack) => {
        await stack.up();
        stack.args({ table: { ...guarded, schema: [{ name: "country", dataType: "long" }] } });
        expect((await stack.previewFails()).text).toContain(
            'schema[0].dataType: changes the column "country" from string',
        );
        stack.args({ table: { ...guarded, name: "sales" } });
        expect(failuresIn(await stack.previewFails())).toContainEqual({
            sentence:
                'Table "orders": check failed: deletionProtection is true; set it to false and run `pulumi up` first.',
            code: "PolarisTableProtected",
            details: [],
        });
        stack.args({ table: guarded });
        expect(failuresIn(await stack.destroyFails())).toContainEqual(
            expect.objectContaining({ code: "PolarisTableProtected" }),
        );
        expect(await tables()).toEqual(["orders"]);

        stack.args({ table: { ...guarded, deletionProtection: false, onDestroy: "retain" } });
        await newRequests(emulator);
        const recorded = await stack.up();
        expect(recorded.text).toContain("from now on, a destroy keeps the table and its data");
        // The destroy has deleted the connection.
        expect(writesIn(await newRequests(emulator)).filter((call) => !call.includes("/connections"))).toEqual([]);
        await expectNoChanges(stack, ["--refresh"]);
        const destroyed = await stack.destroy();
        expect(destroyed.text).toContain('Table "orders": leaves the table and its data (onDestroy: "retain")');
        expect(await tables()).toEqual(["orders"]);
    });
});

test("a replacement that no argument requires takes the table over again, also with onDestroy: drop", async () => {
    const adopted = { ...table, adopt: true };
    await withStack({ program, args: { table: adopted }, env: envOf(emulator) }, async (stack) => {
        await stack.up();
        const { id } = await shown();
        const urn = stack.resource("orders")?.urn ?? "";
        expect(changes(await stack.up(["--replace", urn]))).toMatchObject({ replace: 1 });
        expect(await shown()).toMatchObject({ id });
        await expectSettled(stack);
        await stack.destroy();
        expect(await tables()).toEqual([]);
    });
});
