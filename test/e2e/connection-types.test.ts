import { samples } from "../support/connections";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { envOf } from "../support/project";
import { withStack } from "../support/pulumi";
import { connectionIn, errorsIn, expectSettled, held, newRequests, writesIn } from "../support/seen";
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
if (args.job) new polaris.StreamingJob("job", args.job);
`;
const count = samples.length;
const argsWith = (edit: (sample: (typeof samples)[number]) => object, suffix = "") => ({
    connections: samples.map((sample) => ({
        noun: sample.noun,
        name: `${sample.type}${suffix}`,
        given: { ...sample.given, ...edit(sample) },
    })),
});

test("connections of all types are created, unchanged after a refresh, changed, repaired, replaced, refused and destroyed", async () => {
    const args = argsWith(() => ({}));
    await withStack({ program, args, env: envOf(emulator) }, async (stack) => {
        expect(changes(await stack.preview())).toEqual({ create: count + 1 });
        expect(await newRequests(emulator)).toEqual([]);
        expect(changes(await stack.up())).toEqual({ create: count + 1 });
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

        const job = {
            target: { tableName: "orders" },
            source: { connectionName: "s3-2", formatSettings: { format: "nd-json" } },
            mappings: [{ columnName: "__time", expression: "CURRENT_TIMESTAMP" }],
        };
        stack.args({ ...renamed, job });
        const refused = await stack.previewFails();
        expect(errorsIn(refused).join("\n")).toContain(
            "source.connectionName: expected a connection of type kafka, confluent, kinesis or push_streaming, found one of type s3 [PolarisArgumentInvalid]",
        );

        await stack.destroy();
        expect((await held(emulator)).connections).toEqual([]);
        expect(stack.resources()).toEqual([]);
    });
});
