import { kafka, startTestEmulator, streaming, type EmulatorUnderTest } from "../support/emulator";
import { jobFixture } from "../support/fixtures";
import { envOf } from "../support/project";
import { withStack } from "../support/pulumi";
import { diffIn, expectSettled, failuresIn, jobsOn, liveJobOn, newRequests, writesIn } from "../support/seen";
import { changes } from "../support/summary";

const program = `for (const [name, given] of Object.entries(args)) new polaris.StreamingJob(name, given);`;

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    emulator = await startTestEmulator();
});
beforeEach(async () => {
    await emulator.control("POST", "reset");
    await emulator.api("POST", "/connections", kafka("orders"));
});
afterAll(() => emulator.close());

const statusesOn = async (tableName: string) =>
    (await jobsOn(emulator, tableName)).map(({ executionStatus }) => executionStatus);

test("jobs that were canceled, failed or suspended outside are planned as repairs, and the next up repairs them", async () => {
    const args = {
        canceled: jobFixture("canceled", "orders"),
        failed: jobFixture("failed", "orders"),
        suspended: jobFixture("suspended", "orders"),
    };
    await withStack({ program, args, env: envOf(emulator) }, async (stack) => {
        await stack.up();
        const asked = async (table: string, desiredExecutionStatus: string) => {
            const { id } = await liveJobOn(emulator, table);
            await emulator.api("POST", `/jobs/${id}/status`, { desiredExecutionStatus });
            await emulator.control("POST", `jobs/${id}`, { executionStatus: desiredExecutionStatus });
        };
        await asked("canceled", "canceled");
        await asked("suspended", "suspended");
        await emulator.control("POST", `jobs/${(await liveJobOn(emulator, "failed")).id}`, {
            executionStatus: "failed",
        });

        const drifted = await stack.preview(["--refresh", "--diff"]);
        expect(changes(drifted)).toEqual({ create: 2, update: 1, unchanged: 1 });
        expect(diffIn(drifted)).toEqual(['- desiredExecutionStatus: "suspended"']);
        expect(drifted.text).toContain(
            'StreamingJob "suspended": the job is resumed, and continues at its offsets if the connection reads the same topic, and begins another topic at readFromPoint',
        );

        await newRequests(emulator);
        expect(changes(await stack.refresh())).toEqual({ delete: 2, update: 1, unchanged: 1 });
        expect(stack.resources().map(({ id }) => id)).toEqual(["suspended"]);
        expect(writesIn(await newRequests(emulator))).toEqual([]);
        expect(changes(await stack.up())).toEqual({ create: 2, update: 1, unchanged: 1 });
        expect(await statusesOn("canceled")).toEqual(["canceled", "running"]);
        expect(await statusesOn("failed")).toEqual(["failed", "running"]);
        expect(await statusesOn("suspended")).toEqual(["running"]);
        await expectSettled(stack);
    });
});

test("a job that another user replaced is not overwritten before a refresh has shown the differences", async () => {
    await withStack(
        { program, args: { ingestion: jobFixture("orders", "orders") }, env: envOf(emulator) },
        async (stack) => {
            await stack.up();
            const own = await liveJobOn(emulator, "orders");
            const more = { filterExpression: '"amount" > 0', readFromPoint: "earliest", replaceRunning: true };
            await emulator.api("POST", "/jobs", streaming("orders", "orders", more));
            const theirs = await liveJobOn(emulator, "orders");

            stack.args({ ingestion: { ...jobFixture("orders", "orders"), lateMessageRejectionPeriod: "P7D" } });
            await newRequests(emulator);
            expect(failuresIn(await stack.upFails())).toEqual([
                {
                    sentence: `StreamingJob "ingestion" (table "orders"): update failed: the table is fed by the streaming job ${theirs.id}, and not by this resource's job ${own.id} any more; run \`pulumi refresh\` to see the differences, then \`pulumi up\` again to put them back.`,
                    code: "PolarisJobChanged",
                    details: [
                        expect.stringMatching(
                            /^it is a job created by api-key-\S+ on \S+, which reads the connection "orders"$/,
                        ),
                    ],
                },
            ]);
            expect(writesIn(await newRequests(emulator))).toEqual([]);
            expect(stack.resource("ingestion")).toMatchObject({ outputs: { jobId: own.id } });

            const refreshed = await stack.refresh(["--diff"]);
            expect(changes(refreshed)).toEqual({ update: 1, unchanged: 1 });
            expect(refreshed.text).toMatch(new RegExp(`jobId *: "${own.id}" => "${theirs.id}"`));
            stack.args({ ingestion: jobFixture("orders", "orders") });
            expect(diffIn(await stack.preview(["--diff"]))).toEqual([
                '- filterExpression: "\\"amount\\" > 0"',
                '- readFromPoint: "earliest"',
            ]);
            await stack.up();
            expect(await statusesOn("orders")).toEqual(["canceled", "canceled", "running"]);
            const back = await liveJobOn(emulator, "orders");
            expect(stack.resource("ingestion")).toMatchObject({ outputs: { jobId: back.id } });
            await expectSettled(stack);
        },
    );
});
