import { samples } from "../support/connections";
import { startTestEmulator } from "../support/emulator";
import { envOf } from "../support/project";
import { withStack } from "../support/pulumi";

/**
 * Bytes of each resource's entry in the state, without where the program and the SDK lie on this machine. The engine
 * writes all of the state at every step, so that bytes are time: a change that makes them grow has to be worth it.
 */
const recorded: Record<string, number> = {
    KafkaConnection: 1780,
    StreamingJob: 1900,
    Table: 2820,
    ...{ ConfluentConnection: 1710, SchemaRegistryConnection: 1660, KinesisConnection: 1360 },
    ...{ PushStreamingConnection: 1280, S3Connection: 1640, AzureConnection: 1570 },
};

const schema = Array.from({ length: 20 }, (_, index) => ({ name: `column_${index}`, dataType: "string" }));
const table = { type: "detail", schemaMode: "flexible", schema, onDestroy: "drop" };

const program = `
for (const { noun, given } of args.connections) new polaris[noun](noun, given);
const connection = new polaris.KafkaConnection("orders", connectionFixture);
const table = new polaris.Table("orders", args.table);
new polaris.StreamingJob("orders", { ...jobFixture(table.name, connection.name), createTableIfNotExists: undefined });`;

test("a resource takes no more of the state than it has, by at most a twentieth, and a table no more for its rows", async () => {
    const emulator = await startTestEmulator({ transitionMs: 0, apiKey: "pok_of-the-state" });
    try {
        const args = { connections: samples.map(({ noun, given }) => ({ noun, given })), table };
        await withStack({ program, args, env: envOf(emulator) }, async (stack) => {
            await stack.up();
            // A table that has been fed for long: discovered columns, rows, segments.
            const found = (await emulator.api("GET", "/tables/orders")).json;
            const discovered = Array.from({ length: 500 }, (_, index) => ({
                ...{ name: `discovered_${index}`, dataType: "string", isDiscovered: true },
            }));
            const fed = {
                queryableSchema: discovered,
                segmentCount: 120_000,
                totalRows: 9_000_000_000,
                totalDataSizeBytes: 1e12,
            };
            await emulator.control("POST", "faults", {
                ...{ method: "GET", path: "^/tables/orders$", status: 200, times: null },
                ...{ contentType: "application/json", body: { ...found, ...fed } },
            });
            await stack.refresh();
            expect(stack.stateText()).not.toMatch(/discovered|segmentCount|totalRows|totalDataSizeBytes/);
            const sizes = stack.resources().map((resource) => {
                const entry = { ...resource, sourcePosition: undefined, stackTrace: undefined };
                return [resource.type.split(":").at(-1) ?? "", JSON.stringify(entry).length] as const;
            });
            const grown = sizes.filter(([noun, bytes]) => !(bytes <= 1.05 * (recorded[noun] ?? 0)));
            expect(grown).toEqual([]);
            expect(sizes.map(([noun]) => noun).sort()).toEqual(Object.keys(recorded).sort());
        });
    } finally {
        await emulator.close();
    }
});
