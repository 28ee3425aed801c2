import { kafka, startTestEmulator, streaming, type EmulatorUnderTest } from "../support/emulator";
import { connectionFixture, jobFixture } from "../support/fixtures";
import { linesTold, ProviderProcess, shortenWaits, type Resource } from "../support/handler";
import { callOf, newRequests } from "../support/seen";

const lines = linesTold();
shortenWaits();

const tables = Array.from({ length: 20 }, (_, index) => `t${index}`);
const listed = "GET /jobs";

let emulator: EmulatorUnderTest;
let provider: ProviderProcess;
let jobs: Resource[];

beforeAll(async () => {
    emulator = await startTestEmulator({ transitionMs: 0 });
});
beforeEach(async () => {
    await emulator.control("POST", "reset");
    provider = await ProviderProcess.start(emulator);
    await emulator.api("POST", "/connections", kafka("orders", connectionFixture));
    jobs = tables.map(() => provider.resource("StreamingJob"));
    for (const [index, job] of jobs.entries()) await job.up(jobFixture(tables[index]!, "orders"));
    await newRequests(emulator);
    lines.splice(0);
});
afterAll(() => emulator.close());

const idOf = (job: Resource | undefined) => String(job?.outputs.jobId);
const force = (index: number, body: object) => emulator.control("POST", `jobs/${idOf(jobs[index])}`, body);

/** The jobs after a refresh: all in one process, or each in a process of its own. */
async function refreshed(together: boolean) {
    lines.splice(0);
    const shared = await ProviderProcess.start(emulator);
    const one = async ({ state }: Resource) => {
        const process = together ? shared : await ProviderProcess.start(emulator);
        const resource = process.resource("StreamingJob", state);
        return { ...(await resource.refresh()), state: resource.state };
    };
    const outcomes = together ? await Promise.all(jobs.map(one)) : [];
    if (!together) for (const job of jobs) outcomes.push(await one(job));
    const calls = (await newRequests(emulator)).map(callOf);
    return { outcomes, calls, lines: [...lines].sort() };
}

it("a refresh of many jobs asks for four by themselves and for one list, and changes nothing in state", async () => {
    const { outcomes, calls, lines } = await refreshed(true);
    expect(calls.sort()).toEqual([listed, ...Array<string>(4).fill("GET /jobs/…")]);
    expect(outcomes.map(({ state }) => state)).toEqual(jobs.map(({ state }) => state));
    expect(lines).toEqual([]);
});

it("a refresh of many jobs finds what a refresh of each alone finds, and prints the same", async () => {
    const health = { status: "warn", code: "lost_connection_to_source" };
    await force(10, { executionStatus: "canceled" });
    await force(11, { executionStatus: "failed", health });
    await force(12, { executionStatus: "suspended" });
    await force(13, { health });
    await force(14, { executionStatus: "unknown" });
    await force(15, { executionStatus: "pending" });
    await emulator.api(
        "POST",
        "/jobs",
        streaming("t16", "orders", { replaceRunning: true, filterExpression: "1 = 1" }),
    );
    await emulator.api("POST", `/jobs/${idOf(jobs[17])}/status`, { desiredExecutionStatus: "canceled" });
    await newRequests(emulator);

    const together = await refreshed(true);
    const alone = await refreshed(false);
    expect(together.outcomes).toEqual(alone.outcomes);
    expect(together.lines).toEqual(alone.lines);
    expect(together.outcomes.map(({ step }) => step).filter((step) => step === "gone")).toHaveLength(3);
    expect(together.outcomes[16]?.state?.outputs).toMatchObject({ filterExpression: "1 = 1" });
    expect(together.outcomes[12]?.state?.outputs).toMatchObject({ desiredExecutionStatus: "suspended" });
    expect(together.lines.join("\n")).toContain("[PolarisJobUnhealthy]");
});

it("a job whose last operation did not finish is asked for by itself, as the state may not have its spec", async () => {
    const edited = jobFixture("t19", "orders", { filterExpression: "1 = 1" });
    const { state } = jobs[19]!;
    jobs[19] = (await ProviderProcess.start(emulator)).resource("StreamingJob", {
        ...state!,
        outputs: { ...state!.outputs, ...edited, unfinished: "update" },
    });
    const { outcomes, calls } = await refreshed(true);
    expect(calls.filter((call) => call === "GET /jobs/…")).toHaveLength(5);
    expect(outcomes[19]?.state?.outputs.filterExpression).toBeUndefined();
});
