import { setTimeout as sleep } from "node:timers/promises";
import { kafka, startTestEmulator, streaming, type EmulatorUnderTest } from "../support/emulator";
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
    emulator = await startTestEmulator({ apiKey: ["pok_of-the-program", "pok_of-another-user"], transitionMs: 50 });
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
            'the name changes: creates a table of the new name (refused if there is one), without data, then drops the old table "orders", and its data is lost (onDestroy: "drop")',
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

/** A program with the table alone, for what is about no job. */
const alone = `const table = new polaris.Table("orders", args.table, args.options);`;
const stranger = { authorization: "Basic pok_of-another-user" };
const until = async (isDone: () => Promise<boolean>) => {
    while (!(await isDone())) await sleep(20);
};

test("a retention is announced with the rows that it deletes and when, before a create and before each change, and a removal takes nothing back", async () => {
    const retained = (period: string) => ({ ...table, storagePolicy: { retain: { type: "period", period } } });
    const deletes = (period: string) =>
        `storagePolicy.retain deletes data: only rows of the last ${period} stay; others, by their __time, leave the queries within minutes, can be restored for 30 days, and are then deleted for good`;
    await withStack({ program: alone, args: { table: retained("P90D") }, env: envOf(emulator) }, async (stack) => {
        expect((await stack.preview()).text).toContain(deletes("P90D"));
        await stack.up();
        for (const period of ["P30D", "P365D"]) {
            stack.args({ table: retained(period) });
            expect((await stack.preview()).text).toContain(
                `${deletes(period)}; rows that the retention of before has deleted do not come back by themselves`,
            );
            await stack.up();
            expect(await shown()).toMatchObject({ storagePolicy: retained(period).storagePolicy });
        }
        stack.args({ table });
        expect((await stack.preview()).text).toContain(
            "storagePolicy.retain is removed: rows are not deleted by their age any more; rows that the retention of before has deleted do not come back by themselves",
        );
        await stack.up();
        expect((await shown()).storagePolicy ?? {}).toEqual({});
        await expectSettled(stack);
    });
});

test("a table whose create, update or drop loses its answers is created, updated and dropped once, and another user's write in between is merged", async () => {
    const lost = (method: string, path: string) =>
        emulator.control("POST", "faults", { method, path, status: 503, phase: "after", times: 1 });
    await withStack({ program: alone, args: { table }, env: envOf(emulator) }, async (stack) => {
        await lost("POST", "^/tables$");
        await stack.up();
        expect(await tables()).toEqual(["orders"]);

        // The write of another user comes between the look and the PUT of this stack, which is refused as stale.
        const conflict = { code: "StaleVersion", message: "stale" };
        await emulator.control("POST", "faults", {
            ...{ method: "PUT", path: "^/tables/orders$", status: 409, body: conflict, times: 1 },
        });
        await lost("PUT", "^/tables/orders$");
        stack.args({ table: { ...table, description: "All orders" } });
        await stack.up();
        expect(await shown()).toMatchObject({ description: "All orders", version: 1 });
        await expectSettled(stack);

        await lost("POST", "^/jobs$");
        await stack.destroy();
        expect(await tables()).toEqual([]);
        expect((await jobsOn(emulator, "orders")).filter(({ type }) => type === "drop_table")).toHaveLength(1);
    });
});

test("a table that exists is refused with its creator, and taken over with adopt as the preview says; two Tables of one name are refused", async () => {
    await emulator.api("POST", "/tables", { name: "orders", type: "detail", schemaMode: "flexible" }, stranger);
    const retained = { ...table, onDestroy: "retain" };
    await withStack({ program: alone, args: { table: retained }, env: envOf(emulator) }, async (stack) => {
        expect(failuresIn(await stack.upFails())).toMatchObject([{ code: "PolarisTableExists" }]);
        expect(stack.resource("orders")).toBeUndefined();
        stack.args({ table: { ...retained, adopt: "unchanged" } });
        expect(failuresIn(await stack.upFails())).toMatchObject([{ code: "PolarisTableDiffers" }]);
        expect(await shown()).toMatchObject({ schemaMode: "flexible", version: 0 });

        stack.args({ table: { ...retained, adopt: true } });
        await newRequests(emulator);
        const preview = await stack.preview();
        expect(preview.text).toMatch(/adopts the table created by api-key-\S+ on .*: updates schemaMode, schema/);
        expect(writesIn(await newRequests(emulator))).toEqual([]);
        await stack.up();
        expect(await shown()).toMatchObject({ schemaMode: "strict", schema: table.schema });
        await expectSettled(stack);
    });
    const twice = `
new polaris.Table("orders", args.table);
new polaris.Table("again", { ...args.table, name: "orders" });`;
    await withStack({ program: twice, args: { table: retained }, env: envOf(emulator) }, async (stack) => {
        const refused = await stack.previewFails();
        expect(refused.text).toContain('"orders"');
        expect(refused.text).toContain("[PolarisDeclaredTwice]");
    });
});

test("a destroy with onDestroy: drop is refused while another user's job feeds the table, and leaves a table that another user has created again", async () => {
    await withStack({ program: alone, args: { table }, env: envOf(emulator) }, async (stack) => {
        await stack.up();
        await emulator.api("POST", "/connections", kafka("theirs"), stranger);
        const mappings = job.mappings.slice(0, 1);
        const body = { ...streaming("orders", "theirs", { mappings }), createTableIfNotExists: false };
        const { id } = (await emulator.api("POST", "/jobs", body, stranger)).json;
        expect(failuresIn(await stack.destroyFails())).toMatchObject([
            { code: "PolarisTableInUse", sentence: expect.stringContaining(String(id)) as string },
        ]);
        expect(await liveJobOn(emulator, "orders")).toMatchObject({ id });
        expect(stack.resource("orders")).toBeDefined();

        await emulator.api("POST", `/jobs/${String(id)}/status`, { desiredExecutionStatus: "canceled" }, stranger);
        const drop = { type: "drop_table", target: { type: "table", tableName: "orders" } };
        await until(async () => (await jobsOn(emulator, "orders"))[0]?.executionStatus === "canceled");
        await emulator.api("POST", "/jobs", drop, stranger);
        await until(async () => (await tables()).length === 0);
        await emulator.api("POST", "/tables", { name: "orders", type: "detail", schemaMode: "flexible" }, stranger);
        const destroyed = await stack.destroy();
        expect(destroyed.text).toMatch(/leaves the table of that name, created by api-key-\S+ on/);
        expect(await tables()).toEqual(["orders"]);
        expect(stack.resources()).toEqual([]);
    });
});
