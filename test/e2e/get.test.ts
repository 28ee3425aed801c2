import { kafka, startTestEmulator, streaming, type EmulatorUnderTest } from "../support/emulator";
import { envOf } from "../support/project";
import { withStack } from "../support/pulumi";
import { connectionIn, errorsIn, held, liveJobOn, newRequests, writesIn } from "../support/seen";
import { changes, expectNoChanges } from "../support/summary";

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    emulator = await startTestEmulator();
});
beforeEach(async () => {
    await emulator.control("POST", "reset");
    await emulator.api("POST", "/connections", kafka("shared", { description: "For all teams" }));
});
afterAll(() => emulator.close());

const program = `const shared = polaris.KafkaConnection.get("shared", "shared");
const theirs = polaris.StreamingJob.get("theirs", pulumi.output("orders"));
const mine = new polaris.StreamingJob("mine", { ...jobFixture("mine", shared.name), mappings: theirs.mappings });
module.exports = {
    topic: shared.topicName,
    description: shared.description,
    username: shared.secrets.apply(({ username }) => username),
    theirs: theirs.jobId,
    reads: theirs.source.apply(({ connectionName }) => connectionName),
    mine: mine.jobId,
};`;

test("an existing connection and job are read for use beside managed ones, and are left alone by all that happens after", async () => {
    await emulator.api("POST", "/jobs", streaming("orders", "shared"));
    const theirs = await liveJobOn(emulator, "orders");
    await newRequests(emulator);
    await withStack({ program, env: envOf(emulator) }, async (stack) => {
        expect(changes(await stack.preview())).toEqual({ create: 2 });
        expect(writesIn(await newRequests(emulator))).toEqual([]);
        await stack.up();
        const mine = await liveJobOn(emulator, "mine");
        expect(mine.spec).toMatchObject({ source: { connectionName: "shared" }, mappings: theirs.spec.mappings });
        expect(await stack.outputs()).toEqual({
            topic: "orders",
            description: "For all teams",
            username: "polaris",
            theirs: theirs.id,
            reads: "shared",
            mine: mine.id,
        });
        await expectNoChanges(stack);
        await expectNoChanges(stack, ["--refresh"]);

        await newRequests(emulator);
        await stack.destroy();
        expect(writesIn(await newRequests(emulator))).toEqual(["POST /jobs/…/status"]);
        expect(await connectionIn(emulator, "shared")).toBeDefined();
        expect(await liveJobOn(emulator, "orders")).toMatchObject({ id: theirs.id });
    });
});

test("getting what is not there, or is something else, is an error that says so", async () => {
    await emulator.api("POST", "/connections", { type: "push_streaming", name: "pushed" });
    const none = `read failed: there is none in project ${emulator.projectId}; correct the id, or declare the resource without one to create it. [PolarisObjectNotFound]`;
    const gets: [string, string][] = [
        [`polaris.KafkaConnection.get("gotten", "orders")`, `KafkaConnection "orders": ${none}`],
        [`polaris.StreamingJob.get("gotten", "orders")`, `StreamingJob "orders": ${none}`],
        [
            `polaris.KafkaConnection.get("gotten", "pushed")`,
            'KafkaConnection "pushed": read failed: the connection of that name is of type push_streaming; give the id of one of type kafka. [PolarisConnectionTypeMismatch]',
        ],
    ];
    await withStack({ env: envOf(emulator) }, async (stack) => {
        for (const [source, sentence] of gets) {
            stack.program(source);
            const failed = await stack.previewFails();
            expect(errorsIn(failed)).toEqual([`Preview failed: ${sentence}`]);
            expect(failed.text).not.toMatch(/^ +at /m);
        }
        expect(stack.resources()).toEqual([]);
        expect((await held(emulator)).connections).toHaveLength(2);
    });
});
