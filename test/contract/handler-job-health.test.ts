import { startTestEmulator, streaming, type EmulatorUnderTest } from "../support/emulator";
import { connectionFixture, jobFixture } from "../support/fixtures";
import { linesTold, ProviderProcess, shortenWaits, type Resource } from "../support/handler";
import { callOf, jobsOn, liveJobOn, newRequests } from "../support/seen";

const password = "swordfish-4711";
const connectionArgs = {
    ...connectionFixture,
    name: "orders",
    testConnection: "off",
    secrets: { type: "sasl_plain", username: "polaris", password },
};
const jobArgs = jobFixture("sales", "orders");
const health = { status: "error", code: "lost_connection_to_source", message: `login with ${password} refused` };
const words = /refused|quoted/;

const lines = linesTold();
shortenWaits();

let emulator: EmulatorUnderTest;
let provider: ProviderProcess;
let connection: Resource;
let job: Resource;

beforeAll(async () => {
    emulator = await startTestEmulator({ apiKey: ["pok_of-the-provider", "pok_of-another-user"], transitionMs: 0 });
});
beforeEach(async () => {
    await emulator.control("POST", "reset");
    provider = await ProviderProcess.start(emulator);
    connection = provider.resource("KafkaConnection");
    job = provider.resource("StreamingJob");
    await connection.up(connectionArgs);
});
afterAll(() => emulator.close());

const idOf = () => String(job.outputs.jobId);
const force = (body: object) => emulator.control("POST", `jobs/${idOf()}`, body);
const log = (message: string, healthStatus = "error") => ({ message, healthStatus });
const logs = [log("fine", "ok"), log("first"), log(`quoted ${password}`)];

const start = async (more = {}) => {
    expect(await job.up({ ...jobArgs, ...more })).toEqual({ step: "create" });
    await newRequests(emulator);
    lines.splice(0);
};

/** What a refresh in a process of its own asks and prints, with the connection or without. */
async function refreshed(withConnection: boolean) {
    const process = await ProviderProcess.start(emulator);
    if (withConnection) await process.resource("KafkaConnection", connection.state).refresh();
    await newRequests(emulator);
    const resource = process.resource("StreamingJob", job.state);
    const { step } = await resource.refresh();
    return { step, resource, calls: (await newRequests(emulator)).map(callOf) };
}

const time = "\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z";

describe("a refresh of a job", () => {
    beforeEach(() => start());

    it("that is healthy asks once and prints nothing", async () => {
        expect(await refreshed(true)).toMatchObject({ step: "read", calls: ["GET /jobs/…"] });
        expect(lines).toEqual([]);
    });

    it("that is unhealthy says so in one line with code, message, since when and the last of its log, and asks for the log alone", async () => {
        await force({ health, logs });
        const { step, calls } = await refreshed(true);
        expect({ step, calls }).toEqual({ step: "read", calls: ["GET /jobs/…", "GET /jobs/…/logs"] });
        expect(lines).toHaveLength(1);
        const [sentence, ...below] = lines[0]!.split("\n");
        expect(sentence).toMatch(
            new RegExp(
                `^StreamingJob "sales": warning: job ${idOf()} has health error since ${time} \\(lost_connection_to_source: login with \\[secret\\] refused\\): check the brokers and the network, and the connection's secrets\\. \\[PolarisJobUnhealthy\\]$`,
            ),
        );
        expect(below.slice(-2)).toEqual(["  first", "  quoted [secret]"]);
    });

    it.each([
        ["in its log", { status: "ok" }, undefined],
        ["that its log does not show, by the code", undefined, health.code],
    ])("does not show the time of an error before a recovery: %s", async (_, recovery, code) => {
        await force({ health: { ...health, code: "no_rows_ingested" }, logs: [log("earlier")] });
        if (recovery) await force({ health: recovery });
        await force({ health, logs: [{ ...log("now"), code }] });
        await refreshed(true);
        const { json } = await emulator.api("GET", `/jobs/${idOf()}/logs`);
        const entries = json.logs as { timestamp: string; message: string }[];
        const [time] = entries.flatMap(({ timestamp, message }) => (message === "now" ? [timestamp] : []));
        expect(lines.join("\n")).toContain(`since ${new Date(String(time)).toISOString()} `);
    });

    it("shows code and status alone where this process has not read the connection", async () => {
        await force({ health, logs });
        await refreshed(false);
        expect(lines.join("\n")).toMatch(/has health error since \S+ \(lost_connection_to_source\): check the brokers/);
        expect(lines.join("\n")).toContain("its message and log can hold secrets");
        expect(lines.join("\n")).not.toMatch(words);
    });

    it("shows code and status alone where the connection was written after the job's start", async () => {
        const rotated = { ...connectionArgs.secrets, password: "another-word-4712" };
        expect(await connection.up({ ...connectionArgs, secrets: rotated })).toEqual({ step: "update" });
        await force({ health, logs });
        lines.splice(0);
        await refreshed(true);
        expect(lines.join("\n")).toContain("[PolarisJobUnhealthy]");
        expect(lines.join("\n")).not.toMatch(words);
    });

    it("shows code and status alone where another user has written the connection", async () => {
        const authorization = "Basic pok_of-another-user";
        await emulator.api("PATCH", "/connections/orders", { type: "kafka", description: "x" }, { authorization });
        await force({ health, logs });
        await refreshed(true);
        expect(lines.join("\n")).toContain("[PolarisJobUnhealthy]");
        expect(lines.join("\n")).not.toMatch(words);
    });

    it("shows no code that may be another text", async () => {
        await force({ health: { ...health, code: `Login ${password}` } });
        await refreshed(false);
        expect(lines.join("\n")).toMatch(/has health error(?: since \S+)? \(no code\)/);
    });

    it("that has failed says why before it leaves state, and asks for the project and the log beyond what it did", async () => {
        await force({ executionStatus: "failed", health, logs });
        const { step, calls } = await refreshed(true);
        expect(step).toBe("gone");
        expect(calls).toEqual(["GET /jobs/…", "GET /jobs", "GET ", "GET /jobs/…/logs"]);
        expect(lines).toHaveLength(1);
        const [sentence, ...below] = lines[0]!.split("\n");
        expect(sentence).toMatch(
            new RegExp(
                `^StreamingJob "sales": warning: job ${idOf()} failed on ${time} \\(health error since ${time}: lost_connection_to_source: login with \\[secret\\] refused\\): check the brokers and the network, and the connection's secrets; \`pulumi up\` starts another one at its offsets\\. \\[PolarisJobFailed\\]$`,
            ),
        );
        expect(below).toContain("  quoted [secret]");
    });

    it("that has failed shows its code alone where this process has not read the connection", async () => {
        await force({ executionStatus: "failed", health, logs });
        await refreshed(false);
        expect(lines.join("\n")).toMatch(/failed on \S+ \(health error since \S+: lost_connection_to_source\)/);
        expect(lines.join("\n")).not.toMatch(words);
    });

    it("that another user has canceled says who, and when", async () => {
        const authorization = "Basic pok_of-another-user";
        await emulator.api("POST", `/jobs/${idOf()}/status`, { desiredExecutionStatus: "canceled" }, { authorization });
        const { step, calls } = await refreshed(true);
        expect({ step, calls }).toEqual({ step: "gone", calls: ["GET /jobs/…", "GET /jobs", "GET "] });
        expect(lines).toEqual([
            expect.stringMatching(
                new RegExp(
                    `^StreamingJob "sales": warning: job ${idOf()} was canceled by api-key-\\S+ on ${time}; \`pulumi up\` starts another one at its offsets\\. \\[PolarisJobEnded\\]$`,
                ),
            ),
        ]);
    });

    it("that another user has swapped says which job feeds the table now, and that one's health", async () => {
        const authorization = "Basic pok_of-another-user";
        const body = streaming("sales", "orders", { replaceRunning: true });
        const { json } = await emulator.api("POST", "/jobs", body, { authorization });
        await emulator.control("POST", `jobs/${String(json.id)}`, {
            health: { status: "warn", code: "no_rows_found" },
        });
        expect((await refreshed(true)).step).toBe("read");
        expect(lines).toEqual([
            expect.stringMatching(
                new RegExp(
                    `job ${idOf()} was canceled by \\S+ on ${time}; the table is fed by the job ${String(json.id)} now\\. \\[PolarisJobEnded\\]$`,
                ),
            ),
            expect.stringContaining(
                `job ${String(json.id)} has health warn (no_rows_found): check the connection's topicName. [PolarisJobUnhealthy]`,
            ),
        ]);
    });

    it("that Imply Polaris does not have any more says so, and asks nothing beyond what it did", async () => {
        await emulator.control("POST", "reset");
        const { step, calls } = await refreshed(false);
        expect({ step, calls }).toEqual({ step: "gone", calls: ["GET /jobs/…", "GET /jobs", "GET /jobs"] });
        expect(lines).toEqual([
            `StreamingJob "sales": warning: job ${idOf()} does not exist any more; \`pulumi up\` starts another one at its offsets. [PolarisJobGone]`,
        ]);
    });

    it("that has failed without a word of its health says so all the same", async () => {
        await force({ executionStatus: "failed" });
        await refreshed(true);
        expect(lines.join("\n")).toMatch(/failed on \S+: look at its log in Imply Polaris; .*\[PolarisJobFailed\]$/m);
    });

    it("of a paused project says that, with its code", async () => {
        await emulator.control("POST", "project", { state: "paused" });
        await refreshed(true);
        expect(lines).toEqual([expect.stringMatching(/as the project is paused; .*\. \[PolarisProjectPaused\]$/)]);
    });
});

describe("a job of a schema registry", () => {
    it("shows code and status alone, as the registry's secrets are not known", async () => {
        const parseSchemaProvider = { type: "connection", connectionName: "registry" };
        await emulator.api("POST", "/connections", {
            type: "confluent_schema_registry",
            name: "registry",
            urls: ["https://registry.example.com"],
            secrets: { type: "basic", username: "polaris", password: "unknown-here" },
        });
        const formatSettings = { format: "kafka", valueFormat: { format: "avro_stream", parseSchemaProvider } };
        await start({ source: { ...jobArgs.source, formatSettings } });
        await force({ health, logs });
        await refreshed(true);
        expect(lines.join("\n")).toContain("[PolarisJobUnhealthy]");
        expect(lines.join("\n")).not.toMatch(words);
    });
});

describe("waitForHealthy", () => {
    const waiting = { ...jobArgs, waitForHealthy: "300ms" };
    const arrange = (more: object) =>
        emulator.control("POST", "outcomes", { tableName: "sales", executionStatus: "running", ...more });
    const failure = (operation: string, id: string) =>
        new RegExp(
            `^StreamingJob "sales": ${operation} failed: the job ${id} has health error since ${time} \\(lost_connection_to_source: login with \\[secret\\] refused\\); check the brokers and the network, and the connection's secrets; then run \`pulumi up\` again, which waits for its health again\\. \\[PolarisJobUnhealthy\\]`,
        );

    it("waits for that long while the job is healthy, and no longer", async () => {
        const begin = Date.now();
        expect(await job.up(waiting)).toEqual({ step: "create" });
        expect(Date.now() - begin).toBeGreaterThanOrEqual(300);
        expect(lines).toContain(`StreamingJob "sales": waits 300ms for job ${idOf()} to stay healthy`);
        expect((await job.preview(waiting)).step).toBe("same");
    });

    it("fails a create whose job gets unhealthy, keeps the job, and is continued by the next up", async () => {
        await arrange({ health, afterMs: 50, logs });
        const outcome = await job.up(waiting);
        expect(outcome).toMatchObject({ step: "create", code: "PolarisJobUnhealthy" });
        expect(outcome.failure).toMatch(failure("create", idOf()));
        expect(outcome.failure).toContain("\n  quoted [secret]");
        expect(job.state?.failed).toBe(true);
        expect(await job.up(waiting)).toMatchObject({ step: "update", code: "PolarisJobUnhealthy" });
        await force({ health: { status: "ok" } });
        expect(await job.up(waiting)).toEqual({ step: "update" });
        expect(await jobsOn(emulator, "sales")).toHaveLength(1);
        expect((await job.preview(waiting)).step).toBe("same");
    });

    it("is continued after a refresh as well, until the job is healthy", async () => {
        await arrange({ health, logs });
        await job.up(waiting);
        await job.refresh();
        expect(await job.up(waiting)).toMatchObject({ step: "update", code: "PolarisJobUnhealthy" });
        await force({ health: { status: "ok" } });
        await job.refresh();
        expect((await job.preview(waiting)).step).toBe("same");
    });

    it("fails a swap, a restart and a resume, whose job stays", async () => {
        await start();
        await arrange({ health, logs });
        const swapped = { ...waiting, filterExpression: "\"at\" > ''" };
        expect((await job.up(swapped)).failure).toMatch(failure("update", idOf()));
        await force({ health: { status: "ok" } });
        expect(await job.up(swapped)).toEqual({ step: "update" });
        await force({ health, logs });
        const restarted = { ...swapped, restartTrigger: "1" };
        expect((await job.up(restarted)).failure).toMatch(failure("update", idOf()));
        await force({ health: { status: "ok" } });
        expect(await job.up(restarted)).toEqual({ step: "update" });
        expect(await job.up({ ...restarted, desiredExecutionStatus: "suspended" })).toEqual({ step: "update" });
        await force({ health, logs });
        expect((await job.up(restarted)).failure).toMatch(failure("update", idOf()));
        expect((await jobsOn(emulator, "sales")).map(({ executionStatus }) => executionStatus)).toEqual([
            "canceled",
            "running",
        ]);
    });

    it("gives a restarted job that long to clear the error of before, and as long again without one", async () => {
        await start();
        await force({ health });
        const restarted = job.up({ ...waiting, waitForHealthy: "2s", restartTrigger: "1" });
        const isWaiting = () => lines.some((line) => line.includes("waits 2s"));
        while (!isWaiting()) await new Promise(setImmediate);
        const begin = Date.now();
        await force({ health: { status: "ok" } });
        expect(await restarted).toEqual({ step: "update" });
        expect(Date.now() - begin).toBeGreaterThanOrEqual(2_000);
    });

    it("passes a warning, which is reported", async () => {
        await arrange({ health: { status: "warn", code: "no_rows_found" } });
        expect(await job.up(waiting)).toEqual({ step: "create" });
        expect(lines.join("\n")).toMatch(
            /warning: job \S+ has health warn \(no_rows_found\): .*\. \[PolarisJobUnhealthy\]$/,
        );
    });

    it("fails with the reason where the job ends meanwhile", async () => {
        const outcome = job.up({ ...jobArgs, waitForHealthy: "10m" });
        while ((await jobsOn(emulator, "sales"))[0]?.executionStatus !== "running");
        const { id } = await liveJobOn(emulator, "sales");
        await emulator.control("POST", `jobs/${id}`, { executionStatus: "failed", health });
        expect(await outcome).toMatchObject({ step: "create", code: "PolarisJobFailed" });
    });

    it("does not wait for a job that is suspended, and a change of it alone changes nothing", async () => {
        await start({ desiredExecutionStatus: "suspended", waitForHealthy: "10m" });
        const changed = { ...jobArgs, desiredExecutionStatus: "suspended", waitForHealthy: "20m" };
        expect((await job.preview(changed)).step).toBe("same");
        await job.refresh();
        expect((await job.preview(changed)).step).toBe("same");
    });

    it.each(["30", "0s", "soon", 30])("refuses %p", async (waitForHealthy) => {
        const { step, problems } = await job.preview({ ...jobArgs, waitForHealthy });
        expect(step).toBe("refused");
        expect(problems).toEqual([expect.stringMatching(/^waitForHealthy: expected .*\[PolarisArgumentInvalid\]$/)]);
    });
});
