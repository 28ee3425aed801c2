import { kafka, startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { envOf } from "../support/project";
import { withStack } from "../support/pulumi";
import { errorsIn, expectSettled, jobsOn, liveJobOn, newRequests, writesIn } from "../support/seen";
import { changes } from "../support/summary";

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
    mappings: [{ columnName: "__time", expression: 'TIME_PARSE("at")' }],
};
const program = `new polaris.StreamingJob("ingestion", args.job, args.options);`;
const failure = {
    tableName: "orders",
    executionStatus: "failed",
    health: { status: "error", code: "could_not_connect_to_source", message: "No broker answered." },
    logs: [{ message: "Trying b-1.example.com:9096." }, { message: "Gave up after 3 attempts." }],
};

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    emulator = await startTestEmulator();
});
beforeEach(async () => {
    await emulator.control("POST", "reset");
    await emulator.api("POST", "/connections", kafka("orders"));
});
afterAll(() => emulator.close());

const statuses = async () => (await jobsOn(emulator, "orders")).map(({ executionStatus }) => executionStatus);

test("a job that fails fails the up with code, message and the last log lines, stays in state, and the next up repairs it", async () => {
    await emulator.control("POST", "outcomes", failure);
    await withStack({ program, args: { job }, env: envOf(emulator) }, async (stack) => {
        const failed = await stack.upFails();
        const [broken] = await jobsOn(emulator, "orders");
        const told = `StreamingJob "ingestion" (table "orders"): create failed: the job ${broken!.id} failed (health error: could_not_connect_to_source: No broker answered.); correct the cause and run \`pulumi up\` again, which starts another job. [PolarisJobFailed]`;
        expect(errorsIn(failed)).toEqual([told]);
        expect(failed.text).toMatch(/\n +Trying b-1\.example\.com:9096\.\n +Gave up after 3 attempts\.\n/);
        expect(failed.text).not.toMatch(/^ +at /m);
        const state = stack.resource("ingestion")!;
        expect(state).toMatchObject({ id: "orders", outputs: { jobId: broken!.id } });
        expect(state.initErrors).toEqual([expect.stringContaining(told)]);

        await newRequests(emulator);
        expect(changes(await stack.up())).toEqual({ update: 1, unchanged: 1 });
        expect(writesIn(await newRequests(emulator))).toEqual(["POST /jobs"]);
        expect(await statuses()).toEqual(["failed", "running"]);
        const second = await liveJobOn(emulator, "orders");
        expect(stack.resource("ingestion")).toMatchObject({ outputs: { jobId: second.id } });
        expect(stack.resource("ingestion")?.initErrors ?? []).toEqual([]);
        await expectSettled(stack);

        // The same for a swap: the old job is gone by then, so the next up has to start one.
        await emulator.control("POST", "outcomes", failure);
        const filtered = { ...job, filterExpression: '"amount" > 0' };
        stack.args({ job: filtered });
        const swapped = await stack.upFails();
        const third = (await jobsOn(emulator, "orders")).at(-1)!;
        expect(errorsIn(swapped)).toEqual([told.replace(broken!.id, third.id).replace("create", "update")]);
        expect(stack.resource("ingestion")).toMatchObject({ outputs: { jobId: third.id } });
        expect(changes(await stack.up())).toEqual({ update: 1, unchanged: 1 });
        expect(await statuses()).toEqual(["failed", "canceled", "failed", "running"]);
        expect(await liveJobOn(emulator, "orders")).toMatchObject({ spec: { filterExpression: '"amount" > 0' } });
        await expectSettled(stack);
    });
});

test("a job that does not start within customTimeouts stays in state, and the next up continues to wait for it, also after a refresh", async () => {
    await emulator.control("POST", "outcomes", { tableName: "orders", executionStatus: "pending" });
    const options = { customTimeouts: { create: "1s" } };
    await withStack({ program, args: { job, options }, env: envOf(emulator) }, async (stack) => {
        const failed = await stack.upFails();
        const pending = await liveJobOn(emulator, "orders");
        expect(errorsIn(failed)).toEqual([
            `StreamingJob "ingestion" (table "orders"): create failed: the job ${pending.id} is pending and not running or idle after 1 s; run \`pulumi up\` again, which continues to wait, or raise customTimeouts. [PolarisJobTimeout]`,
        ]);
        expect(stack.resource("ingestion")).toMatchObject({ id: "orders", outputs: { jobId: pending.id } });

        // A refresh clears the engine's mark of the failure; that the job has not started yet is still known.
        await stack.refresh();
        await newRequests(emulator);
        const waiting = stack.startUp();
        await waiting.printed(`StreamingJob "ingestion" (table "orders"): job ${pending.id} is pending`);
        await emulator.control("POST", `jobs/${pending.id}`, { executionStatus: "idle" });
        const done = await waiting.done;
        expect(changes(done)).toEqual({ update: 1, unchanged: 1 });
        expect(done.text).toContain(`StreamingJob "ingestion" (table "orders"): job ${pending.id} is idle`);
        expect(writesIn(await newRequests(emulator))).toEqual([]);
        expect(await liveJobOn(emulator, "orders")).toMatchObject({ id: pending.id });
        await expectSettled(stack);
    });
});

test("a job that was never given its time is ended by destroy all the same", async () => {
    await emulator.control("POST", "outcomes", { tableName: "orders", executionStatus: "pending" });
    const options = { customTimeouts: { create: "500ms" } };
    await withStack({ program, args: { job, options }, env: envOf(emulator) }, async (stack) => {
        await stack.upFails();
        expect(changes(await stack.destroy())).toEqual({ delete: 2 });
        expect(await statuses()).toEqual(["canceled"]);
        expect(stack.resources()).toEqual([]);
    });
});
