import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { recorded } from "../support/fleet";
import { envOf } from "../support/project";
import { withStack, type Stack } from "../support/pulumi";
import { connectionIn, errorsIn, jobsOn, liveJobOn, newRequests } from "../support/seen";

/** One remote object has one entry in state, however resources are renamed, moved and replaced. */

const C = {
    name: "orders",
    bootstrapServers: "b-1.example.com:9096",
    topicName: "orders",
    testConnection: "off",
    secrets: { type: "sasl_scram", mechanism: "SCRAM-SHA-512", username: "ingest", password: "s3cret-word" },
};
const J = {
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

/** `args.connection` and `args.job`: each a logical name, arguments, and whether a component holds it. */
const program = `
const component = args.component && new pulumi.ComponentResource("acme:index:Ingestion", "ingestion");
const optionsOf = ({ options = {} }) => ({ ...options, ...(component && { parent: component }) });
const connection = args.connection && new polaris.KafkaConnection(args.connection.name, args.connection.args, optionsOf(args.connection));
if (args.job) {
    const job = { ...args.job.args };
    if (args.ordered) job.source = { ...job.source, connectionName: connection.name };
    new polaris.StreamingJob(args.job.name, job, optionsOf(args.job));
}
if (args.second) new polaris.KafkaConnection(args.second.name, args.second.args);
`;

let emulator: EmulatorUnderTest;
let env: ReturnType<typeof envOf>;

beforeAll(async () => {
    emulator = await startTestEmulator({ transitionMs: 0, apiKey: ["pok_of-one-key", "pok_of-another-key"] });
    env = envOf(emulator);
});
beforeEach(() => emulator.control("POST", "reset"));
afterAll(() => emulator.close());

const connectionOf = (name: string, more: object = {}, options: object = {}) => ({
    name,
    args: { ...C, ...more },
    options,
});
const jobOf = (name: string, more: object = {}, options: object = {}) => ({ name, args: { ...J, ...more }, options });

/** Both are live, once, each in one entry, and a preview with a refresh finds nothing to do. */
async function expectBoth(stack: Stack, expected: { connection?: boolean; job?: boolean } = {}): Promise<void> {
    const { connection = true, job = true } = expected;
    expect((await connectionIn(emulator, "orders")) !== undefined).toBe(connection);
    const live = job ? await liveJobOn(emulator, "orders") : undefined;
    expect(recorded(stack)).toEqual({
        connections: connection ? ["orders"] : [],
        jobs: job ? ["orders"] : [],
        jobIds: live ? { orders: live.id } : {},
    });
    const steps = await stack.steps(["--refresh"]);
    expect(steps.filter(({ op }) => op !== "same" && op !== "refresh")).toEqual([]);
}

const started = { ordered: true, connection: connectionOf("conn"), job: jobOf("job") };

const moves: [string, object][] = [
    ["a job that is renamed", { connection: connectionOf("conn"), job: jobOf("ingestion", { adopt: true }) }],
    ["a connection that is renamed", { connection: connectionOf("kafka", { adopt: true }), job: jobOf("job") }],
    ["both, renamed", { connection: connectionOf("kafka", { adopt: true }), job: jobOf("ingestion", { adopt: true }) }],
    [
        "both, moved into a component",
        { component: true, connection: connectionOf("conn", { adopt: true }), job: jobOf("job", { adopt: true }) },
    ],
    [
        "both, renamed and edited",
        {
            ordered: true,
            connection: connectionOf("kafka", { adopt: true, description: "edited" }),
            job: jobOf("ingestion", { adopt: true, filterExpression: '"v" > 0' }),
        },
    ],
    [
        "both, renamed with adopt: unchanged",
        { connection: connectionOf("kafka", { adopt: "unchanged" }), job: jobOf("ingestion", { adopt: "unchanged" }) },
    ],
];

test.each(moves)(
    "%s, with adopt and without aliases: the old entry leaves the state, and the object lives",
    async (_, moved) => {
        await withStack({ program, args: started, env }, async (stack) => {
            await stack.up();
            const before = (await liveJobOn(emulator, "orders")).id;
            stack.args(moved);
            const { text } = await stack.up();
            expect(text).not.toContain("is canceled");
            await expectBoth(stack);
            const jobs = await jobsOn(emulator, "orders");
            expect(jobs[0]!.id).toBe(before);
            // The same job, or one that continues at its offsets.
            expect(jobs.length).toBeLessThanOrEqual(2);
            await stack.up();
            await expectBoth(stack);
            await stack.destroy();
            expect(await connectionIn(emulator, "orders")).toBeUndefined();
            expect((await jobsOn(emulator, "orders")).map((job) => job.executionStatus)).not.toContain("running");
        });
    },
);

test("a renamed resource without adopt is refused, aliases first, and nothing ends; with aliases it is the same entry", async () => {
    await withStack({ program, args: started, env }, async (stack) => {
        await stack.up();
        stack.args({ connection: connectionOf("kafka"), job: jobOf("ingestion") });
        const refused = errorsIn(await stack.upFails(["--continue-on-error"])).sort();
        const advice = (what: string) =>
            `; if this resource was renamed or moved, give it \`aliases\` (from another stack: \`pulumi state move\`; tainted: \`pulumi state untaint\`); else choose another ${what}, or set adopt: true to take it over.`;
        expect(refused).toEqual([
            expect.stringContaining(advice("name")),
            expect.stringContaining(advice("table")),
            // The engine goes on to the old entry, which is all that holds the job.
            expect.stringContaining("delete failed: another resource of this program declares the same object"),
        ]);
        expect(refused.join()).not.toMatch(/end that job/);
        await liveJobOn(emulator, "orders");
        stack.args({
            connection: connectionOf("kafka", {}, { aliases: [{ name: "conn" }] }),
            job: jobOf("ingestion", {}, { aliases: [{ name: "job" }] }),
        });
        await newRequests(emulator);
        await stack.up();
        expect((await newRequests(emulator)).filter(({ method }) => method !== "GET")).toEqual([]);
        await expectBoth(stack);
    });
});

test.each([false, true])(
    "an interrupted rename (adopt: %s in the program from before) is put right by the next up",
    async (adopt) => {
        const own = adopt ? { adopt: true } : {};
        await withStack(
            { program, args: { connection: connectionOf("conn", own), job: jobOf("job", own) }, env },
            async (stack) => {
                await stack.up();
                stack.args({
                    connection: connectionOf("kafka", { adopt: true }),
                    job: jobOf("ingestion", { adopt: true }),
                });
                // Taken over, and killed before the old entries are deleted: as --target does.
                await stack.up(["--target", "**kafka", "--target", "**ingestion"]);
                expect(recorded(stack).connections).toEqual(["orders", "orders"]);
                await stack.up();
                await expectBoth(stack);
            },
        );
    },
);

test.each([
    ["by a literal name", { ordered: false, key: "pok_of-one-key", flags: [] }],
    ["by connection.name, with a refresh", { ordered: true, key: "pok_of-one-key", flags: ["--refresh"] }],
    ["with another key", { ordered: true, key: "pok_of-another-key", flags: [] }],
])(
    "another stack takes both over, %s: the first gives them up, leaves them as they run, and says so",
    async (_, { ordered, key, flags }) => {
        const adopted = {
            ordered,
            connection: connectionOf("conn", { adopt: true }),
            job: jobOf("job", { adopt: true }),
        };
        await withStack({ program, args: started, env, name: "first" }, async (first) => {
            await first.up();
            const other = { ...env, POLARIS_API_KEY: key };
            await withStack({ program, args: adopted, env: other, name: "second" }, async (second) => {
                await second.up();
                first.args({});
                const { text } = await first.up(flags);
                expect(text).toMatch(/StreamingJob "orders": .*leaves the streaming job/);
                expect(text).toContain("another stack may have it");
                expect(recorded(first).connections).toEqual([]);
                await expectBoth(second);
                await second.destroy();
                expect(await connectionIn(emulator, "orders")).toBeUndefined();
            });
        });
    },
);

const options = { deleteBeforeReplace: true };
const triggered = (replacementTrigger: string, more: object = {}) => ({
    connection: connectionOf("conn", more, { replacementTrigger }),
    job: jobOf("job", {}, { replacementTrigger }),
});
const cases: [string, object, string[]][] = [
    [
        "--replace of both, with adopt",
        { connection: connectionOf("conn", { adopt: true }), job: jobOf("job", { adopt: true }) },
        ["--replace", "**conn", "--replace", "**job"],
    ],
    [
        "--replace of the connection",
        { connection: connectionOf("conn", { adopt: true }), job: jobOf("job") },
        ["--replace", "**conn"],
    ],
    [
        "--replace of the job, deleted first",
        { connection: connectionOf("conn"), job: jobOf("job", {}, options) },
        ["--replace", "**job"],
    ],
    ["a trigger of the engine's", triggered("2"), []],
];
test.each(cases)(
    "a replacement that no argument asks for, %s, ends with one object in one entry",
    async (_, args, flags) => {
        await withStack({ program, args: started, env }, async (stack) => {
            await stack.up();
            stack.args(triggered("1"));
            await stack.up();
            stack.args(args);
            const urns = stack.resources().map(({ urn }) => urn);
            const named = flags.map((flag) =>
                flag.startsWith("**") ? (urns.find((urn) => urn.endsWith(`::${flag.slice(2)}`)) ?? flag) : flag,
            );
            await stack.up(named);
            await expectBoth(stack);
        });
    },
);

test("a trigger of the engine's takes over nothing that another user has changed meanwhile", async () => {
    await withStack({ program, args: { ordered: true, ...triggered("1") }, env }, async (stack) => {
        await stack.up();
        await emulator.api("PATCH", "/connections/orders", { type: "kafka", topicName: "incident" });
        const theirs = await emulator.api("POST", "/jobs", {
            ...{ ...J, type: "streaming", replaceRunning: true, filterExpression: '"v" > 0' },
            source: { ...J.source, type: "connection" },
            target: { ...J.target, type: "table" },
        });
        stack.args({ ordered: true, ...triggered("2") });
        const refused = errorsIn(await stack.upFails(["--continue-on-error"]));
        expect(refused).toEqual([
            expect.stringMatching(/differs from the state in topicName; run `pulumi refresh` to see the differences/),
        ]);
        expect((await connectionIn(emulator, "orders"))?.properties.topicName).toBe("incident");
        expect((await liveJobOn(emulator, "orders")).id).toBe(theirs.json.id);
    });
});

test("--replace without adopt is refused, and changes nothing", async () => {
    await withStack({ program, args: started, env }, async (stack) => {
        await stack.up();
        const urn = stack.resources().find((one) => one.urn.endsWith("::job"))!.urn;
        const refused = errorsIn(await stack.upFails(["--replace", urn]));
        expect(refused).toEqual([expect.stringContaining("set adopt: true to take it over")]);
        await expectBoth(stack);
    });
});

test("two resources of one program on one object are refused in the preview with both names, adopt or not", async () => {
    await withStack({ program, env, args: {} }, async (stack) => {
        for (const more of [{}, { adopt: true }]) {
            stack.args({
                connection: connectionOf("a"),
                second: connectionOf("b", { topicName: "payments", ...more }),
            });
            const { text } = await stack.previewFails();
            expect(text).toContain(
                'KafkaConnection "b": the connection "orders" belongs to KafkaConnection "a" of this program already; give one of them another name.',
            );
        }
    });
});
