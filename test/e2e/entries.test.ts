import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { recorded } from "../support/fleet";
import { envOf } from "../support/project";
import { withStack, type Stack } from "../support/pulumi";
import { connectionIn, errorsIn, failuresIn, jobsOn, liveJobOn, newRequests } from "../support/seen";
import { changes } from "../support/summary";

/** One remote object has one entry in state, however resources are renamed, moved and replaced. */

const C = {
    bootstrapServers: "b-1.example.com:9096",
    topicName: "orders",
    testConnection: "off",
    secrets: { type: "sasl_scram", mechanism: "SCRAM-SHA-512", username: "ingest", password: "s3cret-word" },
};
const J = {
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

/**
 * A connection and a job that reads it: each a logical name, arguments and options, and whether a component holds it.
 * Where the pair is `ordered`, the job takes `connection.name`.
 */
interface Pair {
    connection?: object;
    job?: object;
    component?: boolean;
    ordered?: boolean;
}

/** `args` by object: the pair of which both the connection and the table have this name. */
const program = `
for (const [object, pair] of Object.entries(args.pairs ?? {})) {
    const parent = pair.component && new pulumi.ComponentResource("acme:index:Ingestion", "ingestion of " + object);
    const connection = pair.connection && new polaris.KafkaConnection(
        pair.connection.name,
        { name: object, ...pair.connection.args },
        { ...pair.connection.options, parent },
    );
    if (!pair.job) continue;
    const { source, ...job } = pair.job.args;
    const connectionName = pair.ordered ? connection.name : object;
    new polaris.StreamingJob(
        pair.job.name,
        { target: { tableName: object }, source: { ...source, connectionName }, ...job },
        { ...pair.job.options, parent },
    );
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
const started = { ordered: true, connection: connectionOf("conn"), job: jobOf("job") };

/** A program of the one pair `orders`. */
const only = (pair: Pair) => ({ pairs: { orders: pair } });

/** A program of a pair for each case, by the case's name; logical names hold it as well. */
const pairsOf = <Case>(cases: Record<string, Case>, pairOf: (given: Case) => Pair) => {
    const named = (name: string, resource: object | undefined) =>
        resource && { ...resource, name: `${(resource as { name: string }).name} of ${name}` };
    const pairs = Object.entries(cases).map(([name, given]) => {
        const { connection, job, ...pair } = pairOf(given);
        return [name, { ...pair, connection: named(name, connection), job: named(name, job) }] as const;
    });
    return { pairs: Object.fromEntries(pairs) };
};

/** Connection and job of each name are live, once, each in one entry, and a preview with a refresh finds nothing to do. */
async function expectBoth(stack: Stack, names: readonly string[] = ["orders"]): Promise<void> {
    const jobIds: Record<string, string> = {};
    for (const name of names) {
        expect(await connectionIn(emulator, name)).toBeDefined();
        jobIds[name] = (await liveJobOn(emulator, name)).id;
    }
    expect(recorded(stack)).toEqual({ connections: [...names].sort(), jobs: [...names].sort(), jobIds });
    const steps = await stack.steps(["--refresh"]);
    expect(steps.filter(({ op }) => op !== "same" && op !== "refresh")).toEqual([]);
}

const moves: Record<string, Pair> = {
    "a job that is renamed": { connection: connectionOf("conn"), job: jobOf("ingestion", { adopt: true }) },
    "a connection that is renamed": { connection: connectionOf("kafka", { adopt: true }), job: jobOf("job") },
    "both, renamed": { connection: connectionOf("kafka", { adopt: true }), job: jobOf("ingestion", { adopt: true }) },
    "both, moved into a component": {
        component: true,
        connection: connectionOf("conn", { adopt: true }),
        job: jobOf("job", { adopt: true }),
    },
    "both, renamed and edited": {
        ordered: true,
        connection: connectionOf("kafka", { adopt: true, description: "edited" }),
        job: jobOf("ingestion", { adopt: true, filterExpression: '"v" > 0' }),
    },
    "both, renamed with adopt unchanged": {
        connection: connectionOf("kafka", { adopt: "unchanged" }),
        job: jobOf("ingestion", { adopt: "unchanged" }),
    },
};
const objectOf = (name: string) => name.replaceAll(/\W+/g, "-");
const byObject = <Value>(cases: Record<string, Value>) =>
    Object.fromEntries(Object.entries(cases).map(([name, value]) => [objectOf(name), value]));

test("a job and a connection that are renamed, edited or moved into a component, with adopt and without aliases: the old entry leaves the state, and the object lives", async () => {
    const cases = byObject(moves);
    const names = Object.keys(cases);
    await withStack({ program, args: pairsOf(cases, () => started), env }, async (stack) => {
        await stack.up();
        const { jobIds } = recorded(stack);
        stack.args(pairsOf(cases, (moved) => moved));
        const { text } = await stack.up();
        expect(text).not.toContain("is canceled");
        await expectBoth(stack, names);
        for (const name of names) {
            const jobs = await jobsOn(emulator, name);
            expect(jobs[0]!.id).toBe(jobIds[name]);
            // The same job, or one that continues at its offsets.
            expect(jobs.length).toBeLessThanOrEqual(2);
        }
        // A destroy ends a job first only where the job depends on its connection.
        stack.args(pairsOf(cases, (moved) => ({ ...moved, ordered: true })));
        expect(changes(await stack.up())).not.toHaveProperty("update");
        await expectBoth(stack, names);
        await stack.destroy();
        for (const name of names) {
            expect(await connectionIn(emulator, name)).toBeUndefined();
            expect((await jobsOn(emulator, name)).map((job) => job.executionStatus)).not.toContain("running");
        }
    });
});

test("a renamed resource without adopt is refused, aliases first, and nothing ends; with aliases it is the same entry", async () => {
    await withStack({ program, args: only(started), env }, async (stack) => {
        await stack.up();
        stack.args(only({ connection: connectionOf("kafka"), job: jobOf("ingestion") }));
        const preview = await stack.preview(["--refresh"]);
        for (const title of ['KafkaConnection "kafka"', 'StreamingJob "ingestion"']) {
            expect(preview.text).toMatch(
                new RegExp(`^ +${title} .*: another entry of this stack has the same object.*give it \`aliases\``, "m"),
            );
        }
        const failed = await stack.upFails(["--continue-on-error"]);
        const refused = (code: string, what: string): unknown => ({
            sentence: expect.stringContaining(
                `; if this resource was renamed or moved, give it \`aliases\`; else choose another ${what}, or set adopt: true to take it over.`,
            ) as unknown,
            code,
            details: [
                expect.stringMatching(/^it is .*created by api-key-\S+ on \S+/),
                "from another stack: `pulumi state move`; tainted: `pulumi state untaint`; under `--replace`: run `pulumi up` without it; left by an interrupted `pulumi up`: adopt: true",
            ],
        });
        expect(failuresIn(failed).sort((a, b) => (a.sentence < b.sentence ? -1 : 1))).toEqual([
            refused("PolarisConnectionExists", "name"),
            refused("PolarisTableInUse", "table"),
            // The engine continues with the old entry, which is all that holds the job.
            expect.objectContaining({
                sentence: expect.stringContaining(
                    "delete failed: another resource of this program declares the same object",
                ) as unknown,
                code: "PolarisObjectDeclaredAgain",
            }),
        ]);
        expect(failed.text).not.toMatch(/end that job/);
        await liveJobOn(emulator, "orders");
        stack.args(
            only({
                connection: connectionOf("kafka", {}, { aliases: [{ name: "conn" }] }),
                job: jobOf("ingestion", {}, { aliases: [{ name: "job" }] }),
            }),
        );
        await newRequests(emulator);
        await stack.up();
        expect((await newRequests(emulator)).filter(({ method }) => method !== "GET")).toEqual([]);
        await expectBoth(stack);
    });
});

test("with --continue-on-error, what was renamed without aliases is refused, and the job that its new connection left out runs on", async () => {
    await withStack({ program, args: only(started), env }, async (stack) => {
        await stack.up();
        const { id } = await liveJobOn(emulator, "orders");
        stack.args(only({ ordered: true, connection: connectionOf("kafka"), job: jobOf("ingestion") }));
        const failures = failuresIn(await stack.upFails(["--continue-on-error"]));
        expect(failures.map(({ code }) => code).sort()).toEqual([
            "PolarisConnectionExists",
            "PolarisObjectDeclaredAgain",
        ]);
        expect(failures.map(({ sentence }) => sentence).join()).toContain(
            'StreamingJob "orders": delete failed: KafkaConnection "orders" has failed in this run',
        );
        expect((await liveJobOn(emulator, "orders")).id).toBe(id);

        // The same where the connection is there, and only its change fails.
        await emulator.control("POST", "faults", { method: "PATCH", path: "/connections", status: 400, times: 1 });
        const edited = connectionOf("conn", { description: "new" });
        stack.args(only({ ordered: true, connection: edited, job: jobOf("ingestion") }));
        const { text } = await stack.upFails(["--continue-on-error"]);
        expect(text).toContain("[PolarisObjectDeclaredAgain]");
        expect((await liveJobOn(emulator, "orders")).id).toBe(id);
        stack.args(only(started));
        await expectBoth(stack);
    });
});

test("an interrupted rename is put right by the next up, whether the program from before said adopt: true or not", async () => {
    const cases = { silent: {}, adopting: { adopt: true } };
    const before = (own: object) => ({ connection: connectionOf("conn", own), job: jobOf("job", own) });
    await withStack({ program, args: pairsOf(cases, before), env }, async (stack) => {
        await stack.up();
        const after = { connection: connectionOf("kafka", { adopt: true }), job: jobOf("ingestion", { adopt: true }) };
        stack.args(pairsOf(cases, () => after));
        // Taken over, and killed before the old entries are deleted: as --target does.
        await stack.up(["--target", "**kafka of *", "--target", "**ingestion of *"]);
        expect(recorded(stack).connections).toEqual(["adopting", "adopting", "silent", "silent"]);
        await stack.up();
        await expectBoth(stack, ["adopting", "silent"]);
    });
});

test.each([
    ["by a literal name", { ordered: false, key: "pok_of-one-key", flags: [] }],
    ["by connection.name, with a refresh", { ordered: true, key: "pok_of-one-key", flags: ["--refresh"] }],
    ["with another key", { ordered: true, key: "pok_of-another-key", flags: [] }],
])(
    "another stack takes both over, %s: the first gives them up, leaves them as they run, and says so",
    async (_, { ordered, key, flags }) => {
        const adopted = only({
            ordered,
            connection: connectionOf("conn", { adopt: true }),
            job: jobOf("job", { adopt: true }),
        });
        await withStack({ program, args: only(started), env, name: "first" }, async (first) => {
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

const triggered = (replacementTrigger: string) => ({
    connection: connectionOf("conn", {}, { replacementTrigger }),
    job: jobOf("job", {}, { replacementTrigger }),
});
const replacements: Record<string, { pair: Pair; replaced: string[] }> = {
    "--replace of both, with adopt": {
        pair: { connection: connectionOf("conn", { adopt: true }), job: jobOf("job", { adopt: true }) },
        replaced: ["conn", "job"],
    },
    "--replace of the connection": {
        pair: { connection: connectionOf("conn", { adopt: true }), job: jobOf("job") },
        replaced: ["conn"],
    },
    "--replace of the job, deleted first": {
        pair: { connection: connectionOf("conn"), job: jobOf("job", {}, { deleteBeforeReplace: true }) },
        replaced: ["job"],
    },
    "a trigger of the engine's": { pair: triggered("2"), replaced: [] },
};
test("a replacement that no argument asks for (--replace with adopt, of one alone, deleted first; a trigger of the engine's) ends with one object in one entry", async () => {
    const cases = byObject(replacements);
    await withStack({ program, args: pairsOf(cases, () => started), env }, async (stack) => {
        await stack.up();
        stack.args(pairsOf(cases, () => triggered("1")));
        await stack.up();
        stack.args(pairsOf(cases, ({ pair }) => pair));
        const names = Object.entries(cases).flatMap(([name, { replaced }]) =>
            replaced.map((one) => `${one} of ${name}`),
        );
        const urns = names.map((name) => stack.resource(name)?.urn ?? name);
        await stack.up(urns.flatMap((urn) => ["--replace", urn]));
        await expectBoth(stack, Object.keys(cases));
    });
});

test("a trigger of the engine's takes over nothing that another user has changed meanwhile", async () => {
    await withStack({ program, args: only({ ordered: true, ...triggered("1") }), env }, async (stack) => {
        await stack.up();
        await emulator.api("PATCH", "/connections/orders", { type: "kafka", topicName: "incident" });
        const theirs = await emulator.api("POST", "/jobs", {
            ...{ ...J, type: "streaming", replaceRunning: true, filterExpression: '"v" > 0' },
            source: { ...J.source, type: "connection" },
            target: { tableName: "orders", type: "table" },
        });
        stack.args(only({ ordered: true, ...triggered("2") }));
        const refused = errorsIn(await stack.upFails(["--continue-on-error"]));
        expect(refused).toEqual([
            expect.stringMatching(/differs from the state in topicName; run `pulumi refresh` to see the differences/),
        ]);
        expect((await connectionIn(emulator, "orders"))?.properties.topicName).toBe("incident");
        expect((await liveJobOn(emulator, "orders")).id).toBe(theirs.json.id);
    });
});

test("--replace without adopt is refused, and changes nothing", async () => {
    await withStack({ program, args: only(started), env }, async (stack) => {
        await stack.up();
        const urn = stack.resources().find((one) => one.urn.endsWith("::job"))!.urn;
        const refused = errorsIn(await stack.upFails(["--replace", urn]));
        expect(refused).toEqual([expect.stringContaining("set adopt: true to take it over")]);
        await expectBoth(stack);
    });
});

test("an exchange of names and tables is foreseen as refused, stops nothing, and is carried out with adopt", async () => {
    const names = ["orders", "payments"];
    const pairs = (one: string, two: string, more: object = {}) => {
        const pairOf = (name: string): Pair => ({
            ordered: true,
            connection: connectionOf(`connection ${name}`, more),
            job: jobOf(`job ${name}`, more),
        });
        return { pairs: { orders: pairOf(one), payments: pairOf(two) } };
    };
    await withStack({ program, args: pairs("one", "two"), env }, async (stack) => {
        await stack.up();
        const jobs = async () => Promise.all(names.map(async (name) => (await liveJobOn(emulator, name)).id));
        const before = await jobs();
        stack.args(pairs("two", "one"));
        const { text } = await stack.preview();
        for (const name of ["one", "two"]) {
            for (const title of [`KafkaConnection "connection ${name}"`, `StreamingJob "job ${name}"`]) {
                expect(text).toMatch(
                    new RegExp(`^ +${title} .*: another resource of this program has this object`, "m"),
                );
            }
        }
        await stack.upFails();
        expect(await jobs()).toEqual(before);
        stack.args(pairs("two", "one", { adopt: true }));
        expect((await stack.preview()).text).not.toMatch(/has this object|starts a job/);
        await stack.up();
        await expectBoth(stack, names);
    });
});

test("two resources of one program on one object are refused in the preview with both names, adopt or not", async () => {
    await withStack({ program, env, args: {} }, async (stack) => {
        for (const more of [{}, { adopt: true }]) {
            const second = connectionOf("b", { name: "orders", topicName: "payments", ...more });
            stack.args({ ...only({ connection: connectionOf("a") }), second });
            const { text } = await stack.previewFails();
            expect(text).toContain(
                'KafkaConnection "b": the connection "orders" belongs to KafkaConnection "a" of this program already; give one of them another name.',
            );
        }
    });
});
