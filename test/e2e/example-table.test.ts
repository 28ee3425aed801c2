import { deletedIn, dependenciesOf, edit, withExample } from "../support/aws";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { held, liveJobOn, newRequests, problemsIn, writesIn } from "../support/seen";
import { changes, expectNoChanges } from "../support/summary";

// The test runs pulumi about ten times.
jest.setTimeout(300_000);

let emulator: EmulatorUnderTest;

beforeEach(async () => {
    emulator = await startTestEmulator();
});
afterEach(() => emulator.close());

const config = { kafkaPassword: { secret: "what-nobody-may-read" } };

test("table-with-rollup makes an aggregate table and a job that feeds it; columns are added in place, a retention says what it deletes, and the table stays", async () => {
    await withExample("table-with-rollup", emulator, { config }, async (stack) => {
        const preview = await stack.preview();
        expect(changes(preview)).toEqual({ create: 4 });
        expect(preview.text).toContain(
            'Table "sales-per-hour" (table "sales_per_hour"): a destroy keeps the table and its data (onDestroy: "retain"); storagePolicy.retain deletes data: only rows of the last P1Y stay;',
        );
        expect(await newRequests(emulator)).toEqual([]);

        expect(changes(await stack.up())).toEqual({ create: 4 });
        expect((await emulator.api("GET", "/tables/sales_per_hour")).json).toMatchObject({
            type: "aggregate",
            schemaMode: "strict",
            timeResolution: "hour",
            clusteringColumns: ["shop"],
            storagePolicy: { retain: { type: "period", period: "P1Y" }, cached: { type: "period", period: "P90D" } },
        });
        const job = await liveJobOn(emulator, "sales_per_hour");
        expect(await stack.outputs()).toEqual({ jobId: job.id });
        expect(dependenciesOf(stack.resources().find(({ type }) => type.endsWith(":StreamingJob")))).toEqual([
            "KafkaConnection sales-kafka",
            "Table sales-per-hour",
        ]);

        const largest = '{ type: "measure", name: "largest", dataType: "double" },';
        edit(stack, largest, `${largest} { type: "dimension", name: "country", dataType: "string" },`);
        await newRequests(emulator);
        const added = await stack.up();
        expect(added.text).toContain('adds the column "country" in place');
        expect(writesIn(await newRequests(emulator))).toEqual(["PUT /tables/sales_per_hour"]);

        const shop = '{ columnName: "shop", expression: \'"shop"\' },';
        edit(stack, shop, '{ columnName: "shp", expression: \'"shop"\' },');
        const refused = await stack.previewFails();
        expect(problemsIn(refused, "sales-per-hour")).toEqual([
            expect.stringContaining('mappings[1].columnName: is no column of the strict table "sales_per_hour"'),
        ]);
        edit(stack, '{ columnName: "shp", expression: \'"shop"\' },', shop);
        await expectNoChanges(stack);

        const destroyed = await stack.destroy();
        expect(deletedIn(destroyed)[0]).toBe("StreamingJob sales-per-hour");
        expect(destroyed.text).toContain('leaves the table and its data (onDestroy: "retain")');
        expect(await held(emulator)).toMatchObject({ connections: [], tables: [{ name: "sales_per_hour" }] });
    });
});
