import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { recorded } from "../support/fleet";
import { envOf } from "../support/project";
import { withStack, type Stack } from "../support/pulumi";
import { errorsIn, jobsOn, liveJobOn, newRequests } from "../support/seen";

/** Previews that foresee what would be lost, and what `up` then really does. */

const connection = {
    bootstrapServers: "b-1.example.com:9096",
    topicName: "orders",
    testConnection: "off",
    secrets: { type: "sasl_plain", username: "ingest", password: "a-password" },
};
const job = {
    target: { tableName: "sales" },
    createTableIfNotExists: true,
    formatSettings: { format: "nd-json" },
    inputSchema: [
        { name: "t", dataType: "string" },
        { name: "v", dataType: "double" },
    ],
    mappings: [
        { columnName: "__time", expression: 'TIME_PARSE("t")' },
        { columnName: "v", expression: '"v"' },
    ],
};
const rounded = [job.mappings[0], { columnName: "v", expression: 'ROUND("v", 2)' }];

const program = `
const connection = new polaris.KafkaConnection("orders", args.connection);
const { formatSettings, inputSchema, ...job } = args.job;
new polaris.StreamingJob("sales", { ...job, source: { connectionName: connection.name, formatSettings, inputSchema } });
`;

let emulator: EmulatorUnderTest;
let env: ReturnType<typeof envOf>;

beforeAll(async () => {
    emulator = await startTestEmulator({ transitionMs: 0 });
    env = envOf(emulator);
});
beforeEach(() => emulator.control("POST", "reset"));
afterAll(() => emulator.close());

const declare = (stack: Stack, change: { connection?: object; job?: object } = {}) =>
    stack.args({ connection: { ...connection, ...change.connection }, job: { ...job, ...change.job } });

/** What a preview says of the resources. */
const notes = async (stack: Stack) =>
    (await stack.preview()).stdout
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => /^(KafkaConnection|StreamingJob) "/.test(line));

const begins = (topic: string, old: string) =>
    `begins the topic "${topic}" at readFromPoint (latest), unless its table has read it before, and leaves the unread records of "${old}"`;

test("a changed topic, with columns or in an earlier up, is said to begin at readFromPoint, and does; the same topic continues at its offsets", async () => {
    await withStack({ program, env }, async (stack) => {
        declare(stack);
        await stack.up();
        declare(stack, { job: { mappings: rounded } });
        expect(await notes(stack)).toEqual([
            'StreamingJob "sales": mappings changes: the running job is swapped for a new one that continues at its offsets',
        ]);
        await stack.up();
        expect(await liveJobOn(emulator, "sales")).toMatchObject({ startedFrom: "checkpoint" });

        declare(stack, { connection: { topicName: "payments" } });
        expect(await notes(stack)).toEqual([
            expect.stringMatching(
                /^KafkaConnection "orders": updates topicName in place: .*; a job that is restarted or swapped then begins the topic "payments" at its readFromPoint/,
            ),
            `StreamingJob "sales": mappings changes: the running job is swapped for a new one that ${begins("payments", "orders")}`,
        ]);
        await stack.up();
        expect(await liveJobOn(emulator, "sales")).toMatchObject({ startedFrom: "latest", topic: "payments" });

        declare(stack, { connection: { topicName: "returns" } });
        await stack.up();
        expect(await liveJobOn(emulator, "sales")).toMatchObject({ topic: "payments" });
        declare(stack, { connection: { topicName: "returns" }, job: { restartTrigger: "1" } });
        expect(await notes(stack)).toEqual([
            `StreamingJob "sales": the job is restarted (suspended and resumed) with the connection as it is now, and ${begins("returns", "payments")}`,
        ]);
        await stack.up();
        expect(await liveJobOn(emulator, "sales")).toMatchObject({ topic: "returns" });
        declare(stack, { connection: { topicName: "returns" }, job: { restartTrigger: "2" } });
        expect(await notes(stack)).toEqual([
            'StreamingJob "sales": the job is restarted (suspended and resumed) at its offsets, with the connection as it is now',
        ]);
    });
});

test("patterns and brokers of another cluster are said to put offsets at risk; another choice of one MSK cluster's brokers is no change", async () => {
    const broker = (number: number) => `b-${number}.orders.a1b2c3.c2.kafka.us-east-1.amazonaws.com:9096`;
    const secrets = { type: "sasl_scram", mechanism: "SCRAM-SHA-512", username: "u", password: "a-password" };
    const msk = (...numbers: number[]) => ({ secrets, bootstrapServers: numbers.map(broker).join(",") });
    await withStack({ program, env }, async (stack) => {
        declare(stack, { connection: msk(1, 4, 6) });
        await stack.up();
        declare(stack, { connection: msk(4, 5, 6) });
        const steps = await stack.steps();
        expect(steps.filter(({ op }) => op !== "same")).toEqual([]);
        declare(stack, { connection: { ...msk(1), bootstrapServers: "b-1.example.com:9096" } });
        expect(await notes(stack)).toEqual([
            expect.stringMatching(
                /if these are brokers of another cluster, the offsets of the old one are not valid there: change resetTrigger of the jobs that read it$/,
            ),
        ]);
        declare(stack, {
            connection: { ...msk(1, 4, 6), topicName: "orders.*", topicNameIsPattern: true },
            job: { mappings: rounded },
        });
        expect(await notes(stack)).toEqual([
            expect.stringContaining(
                "may read topics again from its readFromPoint, or be refused, as its connection changes from a topic to a pattern",
            ),
            expect.stringContaining("may read topics again from readFromPoint (latest), or be refused"),
        ]);
    });
});

test("rows that are too old are foreseen at create; a job that skips rows or is unhealthy after its start is reported with code, count and cure", async () => {
    await withStack({ program, env }, async (stack) => {
        declare(stack, { job: { readFromPoint: "earliest" } });
        expect(await notes(stack)).toEqual([
            'StreamingJob "sales": starts a job that begins at readFromPoint (earliest), unless its table has read the topic before: then it continues at those offsets; where it reads from the earliest record on (not at offsets of an earlier job), rows older than 30 days are dropped, as lateMessageRejectionPeriod is P30D unless you set it',
        ]);
        const outcome = { tableName: "sales", executionStatus: "running" };
        await emulator.control("POST", "outcomes", { ...outcome, metrics: { numRowsSkippedByFilter: 120 } });
        expect((await stack.up()).text).toMatch(
            /StreamingJob "sales": warning: job \S+ skips rows \(numRowsSkippedByFilter 120\): /,
        );
        await emulator.control("POST", "outcomes", {
            ...outcome,
            health: { status: "warn", code: "unable_to_proceed" },
        });
        declare(stack, { job: { mappings: rounded } });
        expect((await stack.up()).text).toMatch(
            /StreamingJob "sales": warning: job \S+ has health warn \(unable_to_proceed\): .* change resetTrigger/,
        );
    });
});

test("a paused project ends jobs, and a refresh says so; after it has resumed, up --refresh starts them again at their offsets", async () => {
    await withStack({ program, env }, async (stack) => {
        declare(stack);
        await stack.up();
        await emulator.control("POST", "project", { state: "paused" });
        expect((await stack.refresh()).text).toMatch(
            /StreamingJob "sales": job \S+ has ended, as the project is paused; resume the project in Imply Polaris, then run `pulumi up --refresh`/,
        );
        expect(errorsIn(await stack.upFails())).toEqual([
            expect.stringContaining("as the project is paused; resume the project"),
        ]);
        await emulator.control("POST", "project", { state: "running" });
        await stack.up(["--refresh"]);
        expect(await liveJobOn(emulator, "sales")).toMatchObject({ startedFrom: "checkpoint" });
        expect(recorded(stack).jobs).toEqual(["sales"]);
    });
});

test("a saved plan holds for the up that follows, with a secret of a variable, at a create and at a rotation", async () => {
    const secrets = { type: "sasl_plain", username: "ingest", passwordFrom: { env: "E2E_PASSWORD" } };
    await withStack({ program, env }, async (stack) => {
        declare(stack, { connection: { secrets } });
        for (const password of ["first-word", "second-word"]) {
            const own = { E2E_PASSWORD: password };
            const plan = `${stack.project.dir}/plan.json`;
            const { text } = await stack.preview([`--save-plan=${plan}`], own);
            expect(text).not.toContain(password);
            await newRequests(emulator);
            await stack.up([`--plan=${plan}`], own);
            expect(
                (await newRequests(emulator)).filter(({ method }) => ["POST", "PATCH"].includes(method)),
            ).not.toEqual([]);
        }
        expect(await jobsOn(emulator, "sales")).toHaveLength(1);
    });
});

test("without an API key a preview works, with one warning, and up is refused before anything is sent", async () => {
    const keyless = { POLARIS_API_KEY: undefined };
    await withStack({ program, env: { ...env, ...keyless } }, async (stack) => {
        declare(stack);
        const { text } = await stack.preview();
        const warning =
            "warning: The Imply Polaris API key is not configured; set POLARIS_API_KEY or run `pulumi config set --secret polaris:apiKey`. A preview can do without it; `pulumi up` cannot.";
        expect(text.split("Diagnostics:")[1]?.split(warning)).toHaveLength(2);
        await newRequests(emulator);
        expect(errorsIn(await stack.upFails()).join()).toContain("The Imply Polaris API key is not configured");
        expect(await newRequests(emulator)).toEqual([]);
    });
});
