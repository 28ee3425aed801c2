import { kafka, startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { envOf } from "../support/project";
import { withStack } from "../support/pulumi";
import {
    diffIn,
    expectSettled,
    failuresIn,
    held,
    jobsOn,
    liveJobOn,
    newRequests,
    plannedIn,
    writesIn,
} from "../support/seen";
import { changes, expectNoChanges } from "../support/summary";

const time = { columnName: "__time", expression: 'TIME_PARSE("at")' };
const amount = { columnName: "amount", expression: '"amount"' };
const job = {
    target: { tableName: "orders" },
    createTableIfNotExists: true,
    source: {
        connectionName: "orders",
        formatSettings: { format: "nd-json" },
        inputSchema: [
            { name: "at", dataType: "string" },
            { name: "amount", dataType: "double" },
        ],
    },
    mappings: [time, amount],
};
const program = `const job = new polaris.StreamingJob("ingestion", args.job, args.options);
exports.jobId = job.jobId;`;

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

test("a job is started and waited for, swapped for another when its spec changes, and ended by destroy; the table stays", async () => {
    await withStack({ program, args: { job }, env: envOf(emulator) }, async (stack) => {
        expect(plannedIn(await stack.preview())).toEqual(["+ StreamingJob ingestion create"]);
        expect(await jobsOn(emulator, "orders")).toEqual([]);

        const up = await stack.up();
        expect(changes(up)).toEqual({ create: 2 });
        const first = await liveJobOn(emulator, "orders");
        expect(first).toMatchObject({ executionStatus: "running", spec: { ...job, replaceRunning: false } });
        expect(stack.resource("ingestion")).toMatchObject({
            id: "orders",
            outputs: {
                jobId: first.id,
                projectId: emulator.projectId,
                createdBy: { username: expect.stringMatching(/^api-key-/) as string },
                createdTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
            },
        });
        expect(up.text).toContain(`StreamingJob "ingestion" (table "orders"): job ${first.id} is running\n`);
        await expectSettled(stack);

        // A time limit is how this provider works, and no part of the job.
        stack.args({ job, options: { customTimeouts: { create: "3m", update: "2m", delete: "90s" } } });
        await expectNoChanges(stack);

        stack.args({ job: { ...job, mappings: [time, { ...amount, expression: '"amount" * 100' }] } });
        const preview = await stack.preview(["--diff"]);
        expect(changes(preview)).toEqual({ update: 1, unchanged: 1 });
        expect(diffIn(preview)).toEqual([
            "~ mappings: [",
            "~ [1]: {",
            '~ expression: "\\"amount\\"" => "\\"amount\\" * 100"',
        ]);
        expect(preview.text).toContain(
            'StreamingJob "ingestion" (table "orders"): mappings changes: the running job is swapped for a new one',
        );
        await newRequests(emulator);

        expect(changes(await stack.up())).toEqual({ update: 1, unchanged: 1 });
        const requests = await newRequests(emulator);
        expect(writesIn(requests)).toEqual(["POST /jobs"]);
        expect(requests.find(({ method }) => method === "POST")?.body).toMatchObject({ replaceRunning: true });
        const second = await liveJobOn(emulator, "orders");
        expect(second.id).not.toBe(first.id);
        expect(await statusesOn("orders")).toEqual(["canceled", "running"]);
        expect(await stack.outputs()).toEqual({ jobId: second.id });
        await expectSettled(stack);

        await newRequests(emulator);
        const destroyed = await stack.destroy();
        expect(changes(destroyed)).toEqual({ delete: 2 });
        expect(destroyed.text).toContain(`StreamingJob "orders": job ${second.id} is canceled`);
        expect(writesIn(await newRequests(emulator))).toEqual(["POST /jobs/…/status"]);
        expect(await statusesOn("orders")).toEqual(["canceled", "canceled"]);
        expect((await held(emulator)).tables.map(({ name }) => name)).toEqual(["orders"]);
    });
});

test("a job is created suspended, resumed and suspended by status calls alone, and stays as desired when it is swapped", async () => {
    const suspended = { ...job, desiredExecutionStatus: "suspended" };
    await withStack({ program, args: { job: suspended }, env: envOf(emulator) }, async (stack) => {
        await stack.up();
        const first = await liveJobOn(emulator, "orders");
        expect(first.executionStatus).toBe("suspended");
        expect(writesIn(await newRequests(emulator)).slice(1)).toEqual(["POST /jobs", "POST /jobs/…/status"]);
        await expectSettled(stack);

        await newRequests(emulator);
        stack.args({ job });
        const resumed = await stack.up();
        expect(resumed.text).toContain(
            'StreamingJob "ingestion" (table "orders"): the job is resumed, and continues at its offsets if the connection reads the same topic',
        );
        expect(writesIn(await newRequests(emulator))).toEqual(["POST /jobs/…/status"]);
        expect(await liveJobOn(emulator, "orders")).toMatchObject({ id: first.id, executionStatus: "running" });
        expect(await stack.outputs()).toEqual({ jobId: first.id });
        await expectSettled(stack);

        stack.args({ job: { ...suspended, filterExpression: '"amount" > 0' } });
        expect(changes(await stack.up())).toEqual({ update: 1, unchanged: 1 });
        const second = await liveJobOn(emulator, "orders");
        expect(second).toMatchObject({ executionStatus: "suspended", spec: { filterExpression: '"amount" > 0' } });
        expect(second.id).not.toBe(first.id);
        expect(await statusesOn("orders")).toEqual(["canceled", "suspended"]);
        await expectSettled(stack);
    });
});

test("another table replaces: a job is started there before the old table's is ended, and both tables stay", async () => {
    await withStack({ program, args: { job }, env: envOf(emulator) }, async (stack) => {
        await stack.up();
        await newRequests(emulator);
        stack.args({ job: { ...job, target: { type: "table", tableName: "Web orders" } } });
        const steps = (await stack.steps(["--show-replacement-steps"])).map(({ op, name }) => `${op} ${name}`);
        expect(steps.slice(1)).toEqual([
            "create-replacement ingestion",
            "replace ingestion",
            "delete-replaced ingestion",
        ]);

        const up = await stack.up();
        expect(changes(up)).toEqual({ replace: 1, unchanged: 1 });
        expect(up.text).toContain('then ends the one on "orders", which it leaves as it is');
        expect(writesIn(await newRequests(emulator))).toEqual(["POST /jobs", "POST /jobs/…/status"]);
        expect(await statusesOn("orders")).toEqual(["canceled"]);
        const live = await liveJobOn(emulator, "Web orders");
        expect(stack.resources()).toMatchObject([{ id: "Web orders", outputs: { jobId: live.id } }]);
        expect((await held(emulator)).tables.map(({ name }) => name)).toEqual(["orders", "Web orders"]);
        await expectSettled(stack);
    });
});

test("a change that the API refuses leaves the old job running and the state as it was", async () => {
    await withStack({ program, args: { job }, env: envOf(emulator) }, async (stack) => {
        await stack.up();
        const live = await liveJobOn(emulator, "orders");
        const before = stack.resource("ingestion");

        stack.args({ job: { ...job, source: { ...job.source, connectionName: "payments" } } });
        const failed = await stack.upFails();
        expect(failuresIn(failed)).toEqual([
            {
                sentence:
                    'StreamingJob "ingestion" (table "orders"): update failed: Imply Polaris answered 400 Bad Request to POST /jobs; correct the arguments and run `pulumi up` again.',
                code: "PolarisBadRequest",
                details: [
                    expect.stringMatching(/^reason: ".*'payments' does not exist\."$/),
                    expect.stringMatching(/^request: \S+$/),
                ],
            },
        ]);
        expect(failed.text).not.toMatch(/^ +at /m);
        expect(await jobsOn(emulator, "orders")).toMatchObject([{ id: live.id, executionStatus: "running" }]);
        expect(stack.resource("ingestion")).toEqual(before);

        await emulator.api("POST", "/connections", kafka("payments"));
        expect(plannedIn(await stack.up())).toContainEqual(expect.stringContaining("StreamingJob ingestion updated"));
        expect(await statusesOn("orders")).toEqual(["canceled", "running"]);
        await expectSettled(stack);
    });
});
