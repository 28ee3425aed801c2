import { RULES, type Rules } from "../../emulator/rules";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { linesTold, ProviderProcess, shortenWaits, type Noun, type Resource, type State } from "../support/handler";
import type { Arguments } from "../support/handler-arguments";
import { connectionIn, jobsOn, liveJobOn } from "../support/seen";

/** What the API's documents leave open: the provider is safe whichever answer the real service gives. */

const lines = linesTold();
shortenWaits();

const connection = {
    name: "orders",
    description: "note",
    clientRack: "r1",
    bootstrapServers: "b-1.example.com:9096",
    topicName: "orders",
    testConnection: "off",
    secrets: { type: "sasl_plain", username: "ingest", password: "first-word" },
};
const job = {
    target: { tableName: "orders" },
    createTableIfNotExists: true,
    source: {
        connectionName: "orders",
        formatSettings: { format: "nd-json" },
        inputSchema: [
            { name: "t", dataType: "string" },
            { name: "v", dataType: "double" },
        ],
    },
    mappings: [
        { columnName: "__time", expression: 'TIME_PARSE("t")' },
        { columnName: "v", expression: '"v"' },
    ],
};
const edited = { ...job, filterExpression: '"v" > 0' };
const stranger = { authorization: "Basic pok_of-another-user" };

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    emulator = await startTestEmulator({ apiKey: ["pok_of-the-provider", "pok_of-another-user"], transitionMs: 20 });
});
beforeEach(() => emulator.control("POST", "reset"));
afterAll(() => emulator.close());

jest.setTimeout(60_000);

/** One resource over several runs of the engine. */
class Life {
    private state: State | undefined;
    constructor(
        private readonly noun: Noun,
        private readonly api = emulator,
    ) {}

    async run<T>(work: (resource: Resource) => Promise<T>): Promise<T> {
        const resource = (await ProviderProcess.start(this.api)).resource(this.noun, this.state);
        const result = await work(resource);
        this.state = resource.state;
        return result;
    }
    up = (args: Arguments) => this.run((resource) => resource.up(args));
    refresh = () => this.run((resource) => resource.refresh());
    step = (args: Arguments) => this.run(async (resource) => (await resource.preview(args)).step);
    destroy = () => this.run((resource) => resource.destroy());
}

/** Every answer that is not the emulator's default, and all defaults at once. */
const answers = Object.entries(RULES).flatMap(([name, { values }]) =>
    values.slice(1).map((value): Partial<Rules> => ({ [name]: value })),
);

async function life(rules: Partial<Rules>): Promise<void> {
    const api = await startTestEmulator({ transitionMs: 20, rules });
    const [pipe, ingestion] = [new Life("KafkaConnection", api), new Life("StreamingJob", api)];
    try {
        expect(await pipe.up(connection)).toEqual({ step: "create" });
        expect(await ingestion.up(job)).toEqual({ step: "create" });
        const [topicName, secrets] = ["payments", { ...connection.secrets, password: "second-word" }];
        expect(await pipe.up({ ...connection, topicName, secrets })).toEqual({ step: "update" });
        expect(await ingestion.up({ ...job, desiredExecutionStatus: "suspended" })).toEqual({ step: "update" });
        const last = { ...edited, restartTrigger: "1", resetTrigger: "1" };
        expect(await ingestion.up({ ...last, resetTrigger: undefined })).toEqual({ step: "update" });
        expect(await ingestion.up(last)).toEqual({ step: "update" });
        for (const one of [pipe, ingestion]) await one.refresh();
        expect(await pipe.step({ ...connection, topicName, secrets })).toBe("same");
        expect(await ingestion.step(last)).toBe("same");
        expect(await ingestion.destroy()).toEqual({ step: "delete" });
        expect(await pipe.destroy()).toEqual({ step: "delete" });
        expect(await connectionIn(api, "orders")).toBeUndefined();
        expect((await jobsOn(api, "orders")).map((one) => one.executionStatus)).not.toContain("running");
    } finally {
        await api.close();
    }
}

it("a pair lives from create to destroy, whichever way the API answers", async () => {
    const all = [{}, ...answers];
    const outcomes = await Promise.allSettled(all.map(life));
    const failed = outcomes.flatMap((one, index) =>
        one.status === "rejected" ? [{ rules: all[index], reason: String(one.reason) }] : [],
    );
    expect(failed).toEqual([]);
});

describe("patchNull: a member that is to be cleared", () => {
    const cleared = { ...connection, description: undefined, topicName: "payments" };

    it.each([
        ["ignored", "Imply Polaris accepted the change but did not clear description", ""],
        [
            "refused",
            "Imply Polaris answered 400 Bad Request to PATCH /connections/orders, which clears description",
            '\n  reason: "description: must not be null."\n',
        ],
    ])(
        "is reported where a null is %s, with what to do, and an `up` that does it succeeds",
        async (patchNull, what, details) => {
            const pipe = new Life("KafkaConnection");
            await pipe.up(connection);
            await emulator.control("POST", "rules", { patchNull });
            const { failure } = await pipe.up(cleared);
            expect(failure?.split("\n")[0]).toBe(
                `KafkaConnection "orders": update failed: ${what}; give description a value, or declare the connection under another name, which replaces it. [PolarisConnectionNotUpdated]`,
            );
            expect(failure).toContain(details);
            // Neither is forgotten: the next `up` reports it again.
            const again = await pipe.up(cleared);
            expect(again).toMatchObject({ code: "PolarisConnectionNotUpdated" });
            expect(again.failure).toContain("description");
            expect(await pipe.up({ ...cleared, description: "other" })).toEqual({ step: "update" });
            expect((await connectionIn(emulator, "orders"))?.properties).toMatchObject({
                description: "other",
                topicName: "payments",
            });
            await pipe.refresh();
            expect(await pipe.step({ ...cleared, description: "other" })).toBe("same");
        },
    );

    it.each(["clears", "ignored", "refused"])(
        "is no matter for a connection that never had it (%s)",
        async (patchNull) => {
            await emulator.control("POST", "rules", { patchNull });
            const pipe = new Life("KafkaConnection");
            const bare = { ...connection, description: undefined, clientRack: undefined };
            await pipe.up(bare);
            expect(await pipe.up({ ...bare, topicName: "payments" })).toEqual({ step: "update" });
            await pipe.refresh();
            expect(await pipe.step({ ...bare, topicName: "payments" })).toBe("same");
        },
    );
});

describe("suspendedOccupies: a suspended job of another user", () => {
    it.each([true, false])("is not replaced by a plain create (%s)", async (suspendedOccupies) => {
        await emulator.control("POST", "rules", { suspendedOccupies });
        await emulator.api("POST", "/connections", { ...connection, type: "kafka", testConnection: undefined });
        const body = {
            ...edited,
            type: "streaming",
            source: { ...job.source, type: "connection" },
            target: { ...job.target, type: "table" },
        };
        const theirs = await emulator.api("POST", "/jobs", body, stranger);
        await emulator.control("POST", `jobs/${String(theirs.json.id)}`, { executionStatus: "suspended" });
        const ingestion = new Life("StreamingJob");
        expect(await ingestion.up(job)).toMatchObject({ code: "PolarisTableInUse" });
        expect(await liveJobOn(emulator, "orders")).toMatchObject({ id: theirs.json.id, executionStatus: "suspended" });
    });
});

describe("a paused project", () => {
    it.each(["canceled", "failed"])(
        "ends jobs, as a refresh says, and they continue at their offsets afterwards (%s)",
        async (pausedJobStatus) => {
            await emulator.control("POST", "rules", { pausedJobStatus });
            const [pipe, ingestion] = [new Life("KafkaConnection"), new Life("StreamingJob")];
            await pipe.up(connection);
            await ingestion.up(job);
            await emulator.control("POST", "project", { state: "paused" });
            expect((await ingestion.up(edited)).failure).toMatch(
                /^StreamingJob "orders": update failed: the job \S+ is \w+, as the project is paused; resume the project in Imply Polaris, then run `pulumi up --refresh`, which starts another job at its offsets\. \[PolarisProjectPaused\]$/,
            );
            await ingestion.refresh();
            expect(lines.at(-1)).toMatch(
                /: job \S+ has ended, as the project is paused; resume the project in Imply Polaris, /,
            );
            await emulator.control("POST", "project", { state: "running" });
            expect(await ingestion.up(job)).toEqual({ step: "create" });
            expect(await liveJobOn(emulator, "orders")).toMatchObject({
                executionStatus: "running",
                startedFrom: "checkpoint",
            });
        },
    );
});

describe("a job that has just started", () => {
    const outcome = (more: object) =>
        emulator.control("POST", "outcomes", { tableName: "orders", executionStatus: "running", ...more });
    beforeEach(() => emulator.api("POST", "/connections", { ...connection, type: "kafka", testConnection: undefined }));

    it.each<[string, object, string]>([
        [
            "skips late rows",
            { metrics: { numRowsProcessed: 5, numRowsSkippedByFilter: 120 } },
            "skips rows (numRowsSkippedByFilter 120): they are older than lateMessageRejectionPeriod (P30D) or newer than earlyMessageRejectionPeriod; raise it to have them",
        ],
        [
            "skips rows that it cannot parse",
            { metrics: { numRowsSkippedByError: 7 } },
            "skips rows (numRowsSkippedByError 7): they cannot be parsed; check formatSettings, inputSchema and mappings against the records",
        ],
        [
            "cannot proceed",
            { health: { status: "warn", code: "unable_to_proceed", message: "offset out of range" } },
            "has health warn (unable_to_proceed: offset out of range): records at its offsets may have expired; change resetTrigger to continue at readFromPoint, which skips or repeats rows",
        ],
        [
            "has another trouble",
            { health: { status: "error", code: "internal_error", message: "oops" } },
            "has health error (internal_error: oops): look at its log in Imply Polaris",
        ],
    ])("and %s is reported with code, count and cure", async (_, more, sentence) => {
        await outcome(more);
        const ingestion = new Life("StreamingJob");
        expect(await ingestion.up(job)).toEqual({ step: "create" });
        expect(lines.at(-1)).toMatch(/^StreamingJob "orders": warning: job [\w-]+ /);
        expect(lines.at(-1)).toContain(sentence);
    });

    it.each([{ health: null }, { metrics: { numRowsSkippedByFilter: null } }, {}])(
        "and has nothing to report is quiet: %j",
        async (more) => {
            await outcome(more);
            expect(await new Life("StreamingJob").up(job)).toEqual({ step: "create" });
            expect(lines.join()).not.toContain("warning");
        },
    );

    it("is not reported for what its own filter skips", async () => {
        await outcome({ metrics: { numRowsProcessed: 1, numRowsSkippedByFilter: 120 } });
        expect(await new Life("StreamingJob").up(edited)).toEqual({ step: "create" });
        expect(lines.join()).not.toContain("warning");
    });

    it("is not failed by a health that cannot be asked for", async () => {
        await emulator.control("POST", "faults", { method: "GET", path: "/metrics$", status: 503, times: null });
        expect(await new Life("StreamingJob").up(job)).toEqual({ step: "create" });
    });
});
