import { setTimeout as sleep } from "node:timers/promises";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { linesTold, ProviderProcess, unknownValue, type Noun } from "../support/handler";
import type { Arguments } from "../support/handler-arguments";
import { connection, connectionBody, editedJob, job, jobBody, table } from "../support/pair";
import { callOf, newRequests, writesIn } from "../support/seen";

const lines = linesTold();
const asStranger = { authorization: "Basic pok_of-another-user" };
const iam = { type: "aws_iam", awsAssumedRoleArn: "arn:aws:iam::123456789012:role/imply" };
const withRole = { ...connection, secrets: iam };
const created = "created by api-key-\\S+ on \\S+Z";
const otherStack =
    "if another stack has it, remove it there by `pulumi state delete` \\(or `pulumi up` with retainOnDelete\\) before it leaves that program; an old entry of this stack needs nothing";

let emulator: EmulatorUnderTest;
beforeAll(async () => {
    emulator = await startTestEmulator({ apiKey: ["pok_of-the-provider", "pok_of-another-user"], transitionMs: 0 });
});
beforeEach(() => emulator.control("POST", "reset"));
afterAll(() => emulator.close());

const theirConnection = (more: object = {}) =>
    emulator.api("POST", "/connections", { ...connectionBody, ...more }, asStranger);

async function theirJob(more: object = {}): Promise<string> {
    await theirConnection();
    return (await emulator.api("POST", "/jobs", { ...jobBody, ...more }, asStranger)).json.id as string;
}

/** What a preview prints, and the requests that it sends. */
async function previewed(noun: Noun, args: Arguments) {
    await newRequests(emulator);
    lines.splice(0);
    const { step } = await (await ProviderProcess.start(emulator)).resource(noun).preview(args);
    return { step, printed: [...lines], calls: (await newRequests(emulator)).map(callOf) };
}

const looks: Record<Noun, readonly string[]> = {
    KafkaConnection: ["GET /connections/orders"],
    StreamingJob: ["GET /jobs", "GET /jobs/…"],
    Table: ["GET /tables/sales"],
};

/** What a preview says of an adoption, after its look. */
async function foreseen(noun: Noun, args: Arguments): Promise<string> {
    const { step, printed, calls } = await previewed(noun, args);
    expect({ step, calls }).toEqual({ step: "create", calls: looks[noun] });
    expect(printed).toHaveLength(1);
    return printed[0] ?? "";
}

/** What `up` does then, which says the same once. */
async function carriedOut(noun: Noun, args: Arguments, sentence: string): Promise<string[]> {
    lines.splice(0);
    const outcome = await (await ProviderProcess.start(emulator)).resource(noun).up(args);
    expect(outcome).toEqual({ step: "create" });
    expect(lines.filter((line) => line === sentence)).toHaveLength(1);
    expect(lines.filter((line) => line.includes("adopts"))).toHaveLength(1);
    return writesIn(await newRequests(emulator)).filter((call) => call !== "POST /connections");
}

describe("the preview of a connection that is to be adopted", () => {
    const says = (text: string) => expect.stringMatching(`^KafkaConnection "orders": ${text}$`) as string;

    it.each<[string, object, Arguments, string, string[]]>([
        ["as it is", { secrets: iam }, withRole, `, as it is: ${otherStack}`, []],
        ["what differs", { secrets: iam, topicName: "theirs" }, withRole, ": updates topicName", ["PATCH"]],
        [
            "a password, which cannot be compared",
            {},
            connection,
            ": sets secrets\\.password again, as it cannot be compared",
            ["PATCH"],
        ],
        [
            "what differs, and a password",
            { topicName: "theirs", description: "theirs" },
            connection,
            ": updates description, topicName; sets secrets\\.password again, as it cannot be compared",
            ["PATCH"],
        ],
        [
            "unchanged",
            {},
            { ...connection, adopt: "unchanged" },
            `, as it is: ${otherStack}; its secrets cannot be compared, and stay as they are`,
            [],
        ],
    ])("says what up does then: %s", async (_, theirs, args, words, writes) => {
        await theirConnection(theirs);
        const adopting = { adopt: true, ...args };
        const sentence = await foreseen("KafkaConnection", adopting);
        expect(sentence).toEqual(says(`adopts the connection ${created}${words}`));
        const sent = await carriedOut("KafkaConnection", adopting, sentence);
        expect(sent).toEqual(writes.map((method) => `${method} /connections/orders`));
    });

    it.each<[string, object, Arguments, string]>([
        [
            "it differs",
            { topicName: "theirs" },
            { ...connection, adopt: "unchanged" },
            `the connection of that name, ${created}, differs in topicName; declare it as it is, or set adopt: true, which changes it \\("unchanged" does not\\)\\. \\[PolarisConnectionDiffers\\]`,
        ],
        [
            "it has another type",
            { ...iam, type: "s3", awsEndpoint: "s3.us-east-1.amazonaws.com", bucket: "b" },
            { ...connection, adopt: true },
            `a connection of that name exists already; choose another name, as its type cannot be changed\\. \\[PolarisConnectionExists\\]\n {2}it is of type s3, ${created}`,
        ],
    ])("says that up will refuse it, as up does: %s", async (_, theirs, args, words) => {
        const body = "bucket" in theirs ? { name: "orders", ...theirs } : { ...connectionBody, ...theirs };
        await emulator.api("POST", "/connections", body, asStranger);
        expect(await foreseen("KafkaConnection", args)).toEqual(says(`\`pulumi up\` will refuse the create: ${words}`));
        const { failure } = await (await ProviderProcess.start(emulator)).resource("KafkaConnection").up(args);
        expect(failure).toMatch(new RegExp(`^KafkaConnection "orders": create failed: ${words}$`));
    });

    it("says that there is none", async () => {
        const { step, printed, calls } = await previewed("KafkaConnection", { ...connection, adopt: true });
        expect(step).toBe("create");
        expect(printed).toEqual([says("there is no connection of that name to adopt: creates it")]);
        // A missing object is told from a missing project.
        expect(calls).toEqual(["GET /connections/orders", "GET /connections"]);
    });

    it.each<[string, Arguments, string]>([
        [
            "true",
            { ...withRole, adopt: true },
            ": updates topicName; not known yet: bootstrapServers, and so whether it is updated",
        ],
        [
            "unchanged",
            { ...withRole, topicName: "theirs", adopt: "unchanged" },
            `, as it is: ${otherStack}; not known yet: bootstrapServers, and so whether \`up\` refuses it`,
        ],
    ])("says what is not known yet: %s", async (_, args, words) => {
        await theirConnection({ secrets: iam, topicName: "theirs" });
        const sentence = await foreseen("KafkaConnection", { ...args, bootstrapServers: unknownValue });
        expect(sentence).toEqual(says(`adopts the connection ${created}${words}`));
    });

    it("does not count a password as different that is not known yet", async () => {
        await theirConnection();
        const secrets = { ...connection.secrets, password: unknownValue };
        expect(await foreseen("KafkaConnection", { ...connection, secrets, adopt: true })).toEqual(
            says(`adopts the connection ${created}: sets secrets\\.password again, as it cannot be compared`),
        );
    });
});

describe("the preview of a job that is to be adopted", () => {
    const says = (text: string) => expect.stringMatching(`^StreamingJob "sales": ${text}$`) as string;
    const theJob = `the streaming job [0-9a-f-]{36}, ${created}, which reads the connection "orders"`;
    const offsets =
        "continues at its offsets if the connection reads the same topic, and begins another topic at readFromPoint";

    it.each<[string, object, Arguments, string, string[]]>([
        ["as it is", {}, { ...job, adopt: true }, `, as it is: ${otherStack}`, []],
        ["unchanged", {}, { ...job, adopt: "unchanged" }, `, as it is: ${otherStack}`, []],
        [
            "a swap",
            {},
            { ...editedJob, adopt: true },
            `: swaps it, as it differs in filterExpression, for a new one that ${offsets}`,
            ["POST /jobs"],
        ],
        [
            "a suspension",
            {},
            { ...job, desiredExecutionStatus: "suspended", adopt: true },
            `, and suspends it: ${otherStack}`,
            ["POST /jobs/…/status"],
        ],
    ])("says what up does then: %s", async (_, theirs, args, words, writes) => {
        await theirJob(theirs);
        const sentence = await foreseen("StreamingJob", args);
        expect(sentence).toEqual(says(`adopts ${theJob}${words}`));
        expect(await carriedOut("StreamingJob", args, sentence)).toEqual(writes);
    });

    it("says that a suspended one is resumed", async () => {
        const id = await theirJob();
        await emulator.control("POST", `jobs/${id}`, { executionStatus: "suspended" });
        const args = { ...job, adopt: true };
        const sentence = await foreseen("StreamingJob", args);
        expect(sentence).toEqual(says(`adopts ${theJob}, and resumes it: ${otherStack}`));
        expect(await carriedOut("StreamingJob", args, sentence)).toEqual(["POST /jobs/…/status"]);
    });

    it("says that up will refuse one that differs, as up does", async () => {
        await theirJob();
        const args = { ...editedJob, adopt: "unchanged" };
        const words = `the streaming job \\S+ differs in filterExpression; declare it as it is, or set adopt: true, which swaps it \\("unchanged" does not\\)\\. \\[PolarisJobDiffers\\]\n {2}it is a job ${created}, which reads the connection "orders"`;
        expect(await foreseen("StreamingJob", args)).toEqual(says(`\`pulumi up\` will refuse the create: ${words}`));
        const { failure } = await (await ProviderProcess.start(emulator)).resource("StreamingJob").up(args);
        expect(failure).toMatch(new RegExp(`^StreamingJob "sales": create failed: ${words}$`));
    });

    it("says that there is none", async () => {
        const { step, printed, calls } = await previewed("StreamingJob", { ...job, adopt: true });
        expect({ step, calls }).toEqual({ step: "create", calls: ["GET /jobs"] });
        const starts = "starts one that begins at readFromPoint \\(latest by default, .* continues at those offsets";
        expect(printed).toEqual([says(`there is no streaming job on the table to adopt: ${starts}`)]);
    });

    it("says what is not known yet", async () => {
        await theirJob();
        const mappings = [{ columnName: "__time", expression: unknownValue }];
        expect(await foreseen("StreamingJob", { ...job, mappings, adopt: true })).toEqual(
            says(`adopts ${theJob}; not known yet: mappings, and so whether it is swapped`),
        );
    });

    it("says that it is swapped where its connection is adopted as well", async () => {
        await theirJob();
        const provider = await ProviderProcess.start(emulator);
        await provider.resource("KafkaConnection").preview({ ...connection, adopt: true });
        await provider.resource("StreamingJob").preview({ ...job, adopt: true });
        expect(lines.at(-1)).toEqual(
            says(
                `adopts ${theJob}: swaps it, as another stack, or an old entry of this one, may have it as well, for a new one that ${offsets}`,
            ),
        );
    });
});

describe("the preview of a create without adopt", () => {
    it("says where a job begins, which an up does not repeat, and nothing of the job that it replaces", async () => {
        await theirConnection();
        const ours = (await ProviderProcess.start(emulator)).resource("StreamingJob");
        await ours.preview({ ...job, __isPreview: true });
        expect(lines).toEqual([
            expect.stringMatching(/^StreamingJob "sales": starts a job that begins at readFromPoint /),
        ]);
        lines.splice(0);
        await ours.up(job);
        expect(lines).toEqual([expect.stringMatching(/ is running$/)]);
        expect(JSON.stringify(ours.state)).not.toContain("__isPreview");
    });

    it.each<[Noun, Arguments, Arguments]>([
        ["KafkaConnection", connection, { ...connection, adopt: true }],
        ["StreamingJob", job, { ...job, adopt: true }],
    ])("says that up will refuse it where a refresh has just found the %s in state", async (noun, args, adopting) => {
        const refused =
            "another entry of this stack has the same object, so that `pulumi up` will refuse this create, unless that entry is deleted first (deleteBeforeReplace): give it `aliases` if it was renamed or moved, run `pulumi state untaint` if it is tainted, leave out `--replace`, or set adopt: true";
        if (noun === "StreamingJob") await theirConnection();
        const ours = (await ProviderProcess.start(emulator)).resource(noun);
        await ours.up(args);
        const provider = await ProviderProcess.start(emulator);
        await provider.resource(noun, ours.state).refresh();
        await newRequests(emulator);
        lines.splice(0);
        await provider.resource(noun).preview({ ...args, __isPreview: true });
        expect(lines).toEqual([`${noun} "${ours.state?.id}": ${refused}`]);
        expect(await newRequests(emulator)).toEqual([]);
        lines.splice(0);
        await provider.resource(noun).preview(adopting);
        expect(lines.join("\n")).not.toContain(refused);
    });
});

describe("a preview of two resources that exchange their objects", () => {
    const stillHasIt =
        "another resource of this program has this object until the end of the run, so that `pulumi up` will refuse this create, unless it is deleted there first (deleteBeforeReplace): set adopt: true, which takes it over, or let the other resource give it up in an earlier `pulumi up`";
    const of = (noun: Noun, id: string, more: object = {}): Arguments => {
        if (noun === "StreamingJob") return { ...job, target: { tableName: id }, ...more };
        return { ...(noun === "Table" ? table : connection), name: id, ...more };
    };
    const objects: Record<Noun, string> = { KafkaConnection: "connection", StreamingJob: "table", Table: "table" };

    /** The states of the resources "one" of the object "a" and "two" of the object "b". */
    async function pairOf(noun: Noun) {
        if (noun === "StreamingJob") await theirConnection();
        const provider = await ProviderProcess.start(emulator);
        const [one, two] = [provider.resource(noun), provider.resource(noun)];
        await one.up(of(noun, "a"));
        await two.up(of(noun, "b"));
        return [one.state, two.state] as const;
    }

    /** What a preview prints; the engine checks what it replaces twice, the second time as a create. */
    async function exchanged(noun: Noun, more: object = {}, isRefreshed = false) {
        const [one, two] = await pairOf(noun);
        const provider = await ProviderProcess.start(emulator);
        if (isRefreshed) for (const state of [one, two]) await provider.resource(noun, state).refresh();
        lines.splice(0);
        const declared = [
            [one, of(noun, "b", { ...more, __resourceName: "one" })],
            [two, of(noun, "a", { ...more, __resourceName: "two" })],
        ] as const;
        for (const [state, args] of declared) {
            expect((await provider.resource(noun, state).preview(args)).step).toBe("replace");
            await provider.resource(noun).preview({ ...args, __isPreview: true });
        }
        return lines.filter((line) => !line.includes("warning: ") && !line.includes("lateMessageRejectionPeriod"));
    }

    it.each<Noun>(["KafkaConnection", "StreamingJob", "Table"])("says that up will refuse both: %s", async (noun) => {
        const printed = await exchanged(noun);
        const refused = printed.filter((line) => line.endsWith(stillHasIt));
        const title = (name: string, id: string) => `${noun} "${name}" (${objects[noun]} "${id}"): ${stillHasIt}`;
        expect(refused.sort()).toEqual([title("one", "b"), title("two", "a")]);
        const changes = printed.filter((line) => line.includes(" changes: "));
        expect(changes).toEqual([expect.stringMatching(/^\w+ "one" .* \(refused if (it has|there is) one\)/)]);
    });

    it("says so once of each after a refresh", async () => {
        const printed = await exchanged("KafkaConnection", {}, true);
        expect(printed).toEqual([
            expect.stringMatching(
                /^KafkaConnection "one" \(connection "b"\): another entry of this stack has the same/,
            ),
            expect.stringMatching(
                /^KafkaConnection "two" \(connection "a"\): another resource of this program has this/,
            ),
        ]);
    });

    it("says it of a create, in either order", async () => {
        for (const isFirst of [true, false]) {
            await emulator.control("POST", "reset");
            const [one] = await pairOf("KafkaConnection");
            const provider = await ProviderProcess.start(emulator);
            lines.splice(0);
            const create = () => provider.resource("KafkaConnection").preview(of("KafkaConnection", "a"));
            if (isFirst) await create();
            await provider.resource("KafkaConnection", one).preview(of("KafkaConnection", "c"));
            if (!isFirst) await create();
            expect(lines.filter((line) => line === `KafkaConnection "a": ${stillHasIt}`)).toHaveLength(1);
        }
    });

    it.each<[Noun, string]>([
        [
            "KafkaConnection",
            "the name changes: adopts or creates a connection of the new name, swaps jobs that take connection.name to it, then deletes the old one, unless another resource of this program adopts it; the delete is refused while a job still reads it \\(as by a literal connectionName\\)",
        ],
        [
            "StreamingJob",
            'the table changes: adopts the job on the new table, or starts one; then ends the one on "[ab]", unless another resource of this program adopts it',
        ],
        [
            "Table",
            'the name changes: adopts a table of the new name, or creates one without data; then keeps the old table "[ab]" and its data \\(onDestroy: "retain"\\), unless another resource of this program adopts it',
        ],
    ])("promises nothing false where both adopt: %s", async (noun, sentence) => {
        const printed = await exchanged(noun, { adopt: true });
        const changes = printed.filter((line) => line.includes(" changes: "));
        expect(changes).toHaveLength(2);
        for (const line of changes) expect(line).toMatch(new RegExp(`: ${sentence}$`));
        expect(printed.filter((line) => line.includes(`"): adopts the `))).toHaveLength(2);
        expect(printed.join("\n")).not.toMatch(/refuse this|starts a job/);
    });
});

describe("a preview does not look", () => {
    it.each<[string, Noun, Arguments]>([
        ["without adopt", "KafkaConnection", connection],
        ["with adopt: false", "StreamingJob", { ...job, adopt: false }],
        ["for a name that is not known yet", "KafkaConnection", { ...connection, name: unknownValue, adopt: true }],
        [
            "for a table that is not known yet",
            "StreamingJob",
            { ...job, target: { tableName: unknownValue }, adopt: true },
        ],
        ["for a target that is not known yet", "StreamingJob", { ...job, target: unknownValue, adopt: true }],
    ])("%s", async (_, noun, args) => {
        await theirJob();
        expect(await previewed(noun, args)).toEqual({ step: "create", printed: [], calls: [] });
    });

    it("without a key", async () => {
        const project = {
            projectId: emulator.projectId,
            baseUrl: emulator.url,
            apiKeyEnv: "POLARIS_KEY_THAT_IS_NOT_SET",
        };
        const { step, printed, calls } = await previewed("KafkaConnection", { ...connection, project, adopt: true });
        expect({ step, calls }).toEqual({ step: "create", calls: [] });
        expect(printed).toEqual([expect.stringMatching(/ \[PolarisApiKeyMissing\]$/)]);
    });

    it("for what is in state", async () => {
        const ours = (await ProviderProcess.start(emulator)).resource("KafkaConnection");
        await ours.up(connection);
        await newRequests(emulator);
        const { state } = ours;
        const later = (await ProviderProcess.start(emulator)).resource("KafkaConnection", state);
        expect((await later.preview({ ...connection, adopt: true })).step).toBe("same");
        expect(await newRequests(emulator)).toEqual([]);
    });
});

describe("a look that fails", () => {
    it.each([
        [
            "no network",
            { baseUrl: "http://127.0.0.1:9" },
            /^warning: the preview could not look for what adopt will find, and continues without: Imply Polaris could not be reached .* at GET \/connections\/orders \[PolarisUnreachable\]$/,
        ],
        [
            "another key",
            { apiKey: "pok_not-known-to-the-emulator" },
            /^warning: the preview could not look for what adopt will find, and continues without: Imply Polaris answered 401 Unauthorized to GET \/connections\/orders \[PolarisUnauthorized\]$/,
        ],
        [
            "another project",
            { projectId: "11111111-1111-4111-8111-111111111111" },
            /^warning: the preview could not look .*: there is no project 11111111\S+ at this address \[PolarisProjectNotFound\]$/,
        ],
    ])("is reported once, and the preview continues: %s", async (_, options, sentence) => {
        const provider = await ProviderProcess.start(emulator, options);
        for (const name of ["orders", "returns"]) {
            const { step } = await provider.resource("KafkaConnection").preview({ ...connection, name, adopt: true });
            expect(step).toBe("create");
        }
        expect((await provider.resource("StreamingJob").preview({ ...job, adopt: true })).step).toBe("create");
        expect(lines).toEqual([expect.stringMatching(sentence)]);
    });
});

describe("the name of a resource", () => {
    it("stands in front of its object's name where the two differ, and not in state", async () => {
        const provider = await ProviderProcess.start(emulator);
        await theirConnection();
        const ours = provider.resource("StreamingJob");
        const named = { ...job, __resourceName: "sales-v2" };
        await ours.up(named);
        expect(lines).toEqual([
            expect.stringMatching(/^StreamingJob "sales-v2" \(table "sales"\): job \S+ is running$/),
        ]);
        expect(JSON.stringify(ours.state)).not.toContain("sales-v2");
        expect((await ours.preview({ ...named, __resourceName: "sales-v3" })).step).toBe("same");
        expect((await ours.preview(job)).step).toBe("same");
    });

    it("is in its errors", async () => {
        await theirConnection();
        const { failure } = await (
            await ProviderProcess.start(emulator)
        )
            .resource("KafkaConnection")
            .up({ ...connection, __resourceName: "source" });
        expect(failure).toMatch(/^KafkaConnection "source" \(connection "orders"\): create failed: /);
    });
});

describe("a job that takes its time", () => {
    let slow: EmulatorUnderTest;
    beforeAll(async () => {
        slow = await startTestEmulator({ apiKey: "pok_of-the-provider", transitionMs: 3_500 });
        await slow.api("POST", "/connections", connectionBody);
    });
    afterAll(() => slow.close());

    it("prints a status that lasts, and the last one; one that ends is announced by a preview that adopts", async () => {
        const ours = (await ProviderProcess.start(slow)).resource("StreamingJob");
        await ours.up({ ...job, __resourceName: "sales-v2" });
        const { jobId } = ours.outputs;
        const declared = `StreamingJob "sales-v2" (table "sales"): job ${String(jobId)}`;
        expect(lines.splice(0)).toEqual([`${declared} is pending`, `${declared} is running`]);

        const destroyed = ours.destroy();
        const isEnding = () => slow.api("GET", `/jobs/${String(jobId)}`);
        while ((await isEnding()).json.desiredExecutionStatus !== "canceled") await sleep(20);
        await (await ProviderProcess.start(slow)).resource("StreamingJob").preview({ ...job, adopt: true });
        await destroyed;
        const inState = `StreamingJob "sales": `;
        expect(lines).toEqual([
            expect.stringContaining(
                `${inState}the streaming job ${String(jobId)} on the table is ending: waits for its end, and starts one that begins at `,
            ),
            `${inState}job ${String(jobId)} is running`,
            `${inState}job ${String(jobId)} is canceled`,
        ]);
    });
});
