import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { pair } from "../support/fixtures";
import { envOf } from "../support/project";
import { withStack } from "../support/pulumi";
import { errorsIn, liveJobOn, newRequests, writesIn } from "../support/seen";

/** What commands say of a job that is unhealthy or has ended, and what a program reads of it. */

const password = "swordfish-4711";
const connection = { testConnection: "off", secrets: { type: "sasl_plain", username: "u", password } };
const health = { status: "error", code: "lost_connection_to_source", message: `login with ${password} refused` };
const logs = [{ message: "trying b-1" }, { message: `login with ${password} refused` }];

let emulator: EmulatorUnderTest;
let env: ReturnType<typeof envOf>;

beforeAll(async () => {
    emulator = await startTestEmulator({ transitionMs: 0 });
    env = envOf(emulator);
});
beforeEach(() => emulator.control("POST", "reset"));
afterAll(() => emulator.close());

const force = async (body: object) =>
    emulator.control("POST", `jobs/${(await liveJobOn(emulator, "orders")).id}`, body);

test("refresh, preview --refresh and up --refresh say that a job is unhealthy, with code, message and log, and why it leaves the state", async () => {
    await withStack({ program: pair, args: { connection }, env }, async (stack) => {
        await stack.up();
        const { id } = await liveJobOn(emulator, "orders");
        await force({ health, logs });
        const unhealthy = `StreamingJob "orders": warning: job ${id} has health error since `;
        for (const command of [stack.refresh, () => stack.preview(["--refresh"])]) {
            const { text } = await command();
            expect(text.split("Diagnostics:")[1]?.split(unhealthy)).toHaveLength(2);
            expect(text).toMatch(
                /\(lost_connection_to_source: login with \[secret\] refused\): .*PolarisJobUnhealthy\]$/m,
            );
            expect(text).toMatch(/^ *trying b-1$/m);
            expect(text).not.toContain(password);
        }
        await force({ executionStatus: "failed" });
        const { text } = await stack.up(["--refresh"]);
        expect(text).toMatch(new RegExp(`job ${id} failed on \\S+ \\(health error since .*PolarisJobFailed\\]$`, "m"));
        expect(text).not.toContain(password);
        const next = await liveJobOn(emulator, "orders");
        await emulator.api("POST", `/jobs/${next.id}/status`, { desiredExecutionStatus: "canceled" });
        expect((await stack.refresh()).text).toMatch(
            new RegExp(`job ${next.id} was canceled by \\S+ on .*PolarisJobEnded\\]$`, "m"),
        );
    });
});

test("with waitForHealthy, an up whose job is unhealthy fails and keeps the job, and the next up waits again", async () => {
    const args = { connection, job: { waitForHealthy: "400ms" } };
    await withStack({ program: pair, args, env }, async (stack) => {
        await emulator.control("POST", "outcomes", { tableName: "orders", executionStatus: "running", health, logs });
        expect(errorsIn(await stack.upFails())).toEqual([
            expect.stringMatching(
                /^StreamingJob "ingestion" \(table "orders"\): create failed: the job \S+ has health error .*Unhealthy\]$/,
            ),
        ]);
        expect(stack.resource("ingestion")).toMatchObject({ id: "orders" });
        await force({ health: { status: "ok" } });
        await newRequests(emulator);
        await stack.up();
        expect(writesIn(await newRequests(emulator))).toEqual([]);
        stack.args({ connection, job: { waitForHealthy: "1s" } });
        expect((await stack.steps()).filter(({ op }) => op !== "same")).toEqual([]);
    });
});

test("getStreamingJobStatus reads status, health and rows at each run, is not known before the job exists, and reports what it cannot find", async () => {
    const program = `${pair}
const job = new polaris.StreamingJob("sales", jobFixture("sales", connection.name));
exports.now = polaris.getStreamingJobStatusOutput({ tableName: job.id });
exports.same = polaris.getStreamingJobStatusOutput({ jobId: job.jobId }).apply(({ jobId }) => jobId);
exports.other = args.other && polaris.getStreamingJobStatusOutput(args.other);
`;
    const args = { connection };
    await withStack({ program, args, env }, async (stack) => {
        await stack.preview();
        expect(await newRequests(emulator)).toEqual([]);
        await stack.up();
        const { id } = await liveJobOn(emulator, "sales");
        const rows = { rowsProcessed: expect.any(Number) as number, rowsSkippedByFilter: 0, rowsSkippedByError: 0 };
        const status = { jobId: id, executionStatus: "running", desiredExecutionStatus: "running" };
        expect(await stack.outputs()).toEqual({
            now: { ...status, health: { status: "ok" }, metrics: rows },
            same: id,
        });
        await emulator.control("POST", `jobs/${id}`, {
            executionStatus: "failed",
            health: { status: "error", code: "null_timestamp", message: "password=hidden is null" },
            metrics: { numRowsProcessed: 12, numRowsSkippedByFilter: 3, numRowsSkippedByError: 4 },
        });
        await stack.up();
        expect((await stack.outputs()).now).toEqual({
            ...status,
            executionStatus: "failed",
            health: { status: "error", code: "null_timestamp", message: "password=[secret] is null" },
            metrics: { rowsProcessed: 12, rowsSkippedByFilter: 3, rowsSkippedByError: 4 },
        });
        for (const [other, refusal] of [
            [{ tableName: "none" }, /there is no streaming job on the table "none"; .* \[PolarisObjectNotFound\]/],
            [{ jobId: "none" }, /there is no streaming job none; .* \[PolarisObjectNotFound\]/],
            [{ tableName: "sales", jobId: id }, /give either tableName or jobId\. \[PolarisArgumentInvalid\]/],
            [{ tableName: "sales", project: "eu" }, /project is not a Project; .* \[PolarisArgumentInvalid\]/],
        ] as const) {
            stack.args({ ...args, other });
            const { text } = await stack.previewFails();
            expect(text).toMatch(refusal);
            expect(text).not.toMatch(/\n\s+at /);
        }
    });
});
