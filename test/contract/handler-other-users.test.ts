import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { linesTold, ProviderProcess, shortenWaits, type Resource } from "../support/handler";
import type { Arguments } from "../support/handler-arguments";
import { connectionIn, liveJobOn, newRequests } from "../support/seen";

/** What another user has changed is not overwritten unseen, and an update carries what changed in the program. */

const lines = linesTold();
shortenWaits();

const secrets = { type: "sasl_scram", mechanism: "SCRAM-SHA-512", username: "ingest", password: "first-word" };
const C = {
    name: "orders",
    bootstrapServers: "b-1.example.com:9096",
    topicName: "orders",
    testConnection: "off",
    secrets,
};
const withoutPassword = { type: "sasl_scram", mechanism: "SCRAM-SHA-512", username: "ingest" };

let emulator: EmulatorUnderTest;
let resource: Resource;

const edit = (body: object, by: "another key" | "our key" = "another key") =>
    emulator.api(
        "PATCH",
        "/connections/orders",
        { type: "kafka", ...body },
        by === "our key" ? {} : { authorization: "Basic pok_of-another-user" },
    );

/** The bodies of the PATCHes since the last call. */
const patches = async () =>
    (await newRequests(emulator)).filter(({ method }) => method === "PATCH").map(({ body }) => body);

/** Another run of the engine, with the same state. */
async function nextRun(): Promise<void> {
    resource = (await ProviderProcess.start(emulator)).resource("KafkaConnection", resource.state);
}

async function up(args: Arguments): Promise<void> {
    await nextRun();
    expect((await resource.up(args)).failure).toBeUndefined();
}

const passwordOf = async () => (await connectionIn(emulator, "orders"))?.credentials["secrets.password"]?.fingerprint;

beforeAll(async () => {
    emulator = await startTestEmulator({ apiKey: ["pok_of-the-provider", "pok_of-another-user"] });
});
beforeEach(async () => {
    await emulator.control("POST", "reset");
    resource = (await ProviderProcess.start(emulator)).resource("KafkaConnection");
    await resource.up(C);
    await newRequests(emulator);
});
afterAll(() => emulator.close());

describe("an edit outside of Pulumi, then an unrelated change", () => {
    it.each(["another key", "our key"] as const)(
        "of the brokers, with %s, is refused until a refresh has shown it",
        async (by) => {
            await edit({ bootstrapServers: "incident.example.com:9096" }, by);
            await newRequests(emulator);
            await nextRun();
            const edited = { ...C, description: "note" };
            expect((await resource.up(edited)).failure).toMatch(
                /^KafkaConnection "orders": update failed: another user changed bootstrapServers of the connection after this resource's last write; run `pulumi refresh` to see the differences, then `pulumi up` again to put them back\. \[PolarisConnectionChanged\]\n {2}api-key-\S+ changed it on \S+Z$/,
            );
            expect(await patches()).toEqual([]);
            await nextRun();
            await resource.refresh();
            await up(edited);
            expect((await connectionIn(emulator, "orders"))?.properties).toMatchObject({
                bootstrapServers: C.bootstrapServers,
                description: "note",
            });
            await nextRun();
            await resource.refresh();
            expect((await resource.preview(edited)).step).toBe("same");
        },
    );

    it("of the password is left alone, and stays a difference for the next refresh", async () => {
        await edit({ secrets: { type: "sasl_scram", password: "second-word" } });
        const theirs = await passwordOf();
        await newRequests(emulator);
        const edited = { ...C, description: "note" };
        await up(edited);
        expect(await patches()).toEqual([{ type: "kafka", topicNameIsPattern: false, description: "note" }]);
        expect(await passwordOf()).toBe(theirs);
        await nextRun();
        await resource.refresh();
        expect((await resource.preview(edited)).step).toBe("update");
        await up(edited);
        expect(await passwordOf()).not.toBe(theirs);
        await nextRun();
        await resource.refresh();
        expect((await resource.preview(edited)).step).toBe("same");
    });

    it("is no difference where the program asks for the same", async () => {
        await edit({ topicName: "payments" });
        await up({ ...C, topicName: "payments" });
        expect((await connectionIn(emulator, "orders"))?.properties.topicName).toBe("payments");
    });
});

describe("ignoreChanges of the password", () => {
    /** What the engine does: the old inputs' value in the program's place, or none if they have none. */
    const ignoring = (args: typeof C & Arguments): Arguments => {
        const old = (resource.state!.inputs.secrets as Record<string, unknown>).password;
        const { password, ...others } = args.secrets;
        expect(password).toBeDefined();
        return { ...args, secrets: { ...others, ...(old !== undefined && { password: old }) } };
    };
    const rotate = () => edit({ secrets: { type: "sasl_scram", password: "second-word" } });

    it("sends none, also where other secrets change", async () => {
        await rotate();
        const theirs = await passwordOf();
        await newRequests(emulator);
        await up(ignoring({ ...C, description: "note" }));
        await up(ignoring({ ...C, description: "note", secrets: { ...secrets, username: "another" } }));
        expect(await patches()).toEqual([
            { type: "kafka", topicNameIsPattern: false, description: "note" },
            { type: "kafka", topicNameIsPattern: false, secrets: { type: "sasl_scram", username: "another" } },
        ]);
        expect(await passwordOf()).toBe(theirs);
    });

    it("is quiet after a refresh, for good", async () => {
        await rotate();
        const theirs = await passwordOf();
        for (let time = 0; time < 2; time += 1) {
            await nextRun();
            await resource.refresh();
            await nextRun();
            const plan = await resource.preview(ignoring(C));
            expect(plan).toMatchObject({ step: "same", problems: [], inputs: { secrets: withoutPassword } });
        }
        await up(ignoring({ ...C, description: "note" }));
        expect(await passwordOf()).toBe(theirs);
        await nextRun();
        expect(await resource.destroy()).toEqual({ step: "delete" });
        expect(await connectionIn(emulator, "orders")).toBeUndefined();
    });

    it("does not go so far as to create a connection without one", async () => {
        await rotate();
        await nextRun();
        await resource.refresh();
        await nextRun();
        const { username } = secrets;
        const otherType = { ...C, secrets: { type: "sasl_plain", username } };
        expect((await resource.preview(otherType)).problems).toEqual([
            "secrets.password: required, or secrets.passwordFrom [PolarisArgumentInvalid]",
        ]);
        const fresh = (await ProviderProcess.start(emulator)).resource("KafkaConnection");
        expect((await fresh.preview({ ...C, name: "other", secrets: withoutPassword })).problems).toEqual([
            "secrets.password: required, or secrets.passwordFrom [PolarisArgumentInvalid]",
        ]);
    });
});

describe("a PATCH", () => {
    it.each<[string, Arguments, Arguments]>([
        ["description", { description: "note" }, { description: "note" }],
        ["topic", { topicName: "payments" }, { topicName: "payments" }],
        ["pattern", { topicName: "pay.*", topicNameIsPattern: true }, { topicName: "pay.*", topicNameIsPattern: true }],
        ["brokers", { bootstrapServers: "b-9.example.com:9096" }, { bootstrapServers: "b-9.example.com:9096" }],
        ["password", { secrets: { ...secrets, password: "other-word" } }, { secrets: { type: "sasl_scram" } }],
        ["username", { secrets: { ...secrets, username: "u" } }, { secrets: { type: "sasl_scram", username: "u" } }],
        [
            "mechanism",
            { secrets: { ...secrets, mechanism: "SCRAM-SHA-256" } },
            { secrets: { type: "sasl_scram", mechanism: "SCRAM-SHA-256" } },
        ],
    ])("carries a changed %s alone", async (_, change, body) => {
        await up({ ...C, ...change });
        const [sent, ...more] = await patches();
        expect(more).toEqual([]);
        // The emulator's record has no secrets.
        const rotated = (change.secrets as typeof secrets | undefined)?.password;
        const isRotated = rotated !== undefined && rotated !== secrets.password;
        expect(sent).toEqual({
            type: "kafka",
            topicNameIsPattern: false,
            ...body,
            ...(isRotated && { secrets: { type: "sasl_scram", password: "[secret]" } }),
        });
    });

    it("clears what is set and is to go, and names nothing else", async () => {
        await up({ ...C, description: "note", clientRack: "r1" });
        await newRequests(emulator);
        await up({ ...C, clientRack: "r1" });
        expect(await patches()).toEqual([{ type: "kafka", topicNameIsPattern: false, description: null }]);
    });
});

describe("a destroy", () => {
    it("leaves a connection that was changed since, as another stack may have it, and says so", async () => {
        await edit({ description: "theirs" }, "our key");
        await nextRun();
        expect(await resource.destroy()).toEqual({ step: "delete" });
        expect(await connectionIn(emulator, "orders")).toBeDefined();
        expect(lines.at(-1)).toMatch(
            /^KafkaConnection "orders": leaves the connection, as api-key-\S+ changed it on \S+, after this resource's last write: another stack may have it now; if none does, delete it in Imply Polaris$/,
        );
    });

    it("leaves it also after a refresh, which another stack may run as well; and deletes what an up has written", async () => {
        await edit({ description: "theirs" });
        await nextRun();
        await resource.refresh();
        const { state } = resource;
        await nextRun();
        await resource.destroy();
        expect(await connectionIn(emulator, "orders")).toBeDefined();
        resource = (await ProviderProcess.start(emulator)).resource("KafkaConnection", state);
        await resource.up(C);
        await nextRun();
        await resource.destroy();
        expect(await connectionIn(emulator, "orders")).toBeUndefined();
    });
});

describe('adopt: "unchanged"', () => {
    const adopting = async (args: Arguments) => {
        const other = (await ProviderProcess.start(emulator)).resource("KafkaConnection");
        return { outcome: await other.up({ ...args, adopt: "unchanged" }), other };
    };

    it("takes over a connection that is as declared, and writes nothing", async () => {
        const { outcome } = await adopting(C);
        expect(outcome).toEqual({ step: "create" });
        expect(await patches()).toEqual([]);
        expect(lines.at(-1)).toMatch(
            /adopts the connection created by api-key-\S+ on \S+Z, as it is: if another stack has it, remove it there by `pulumi state delete` \(or `pulumi up` with retainOnDelete\) before it leaves that program; an old entry of this stack needs nothing; its secrets cannot be compared, and stay as they are$/,
        );
    });

    it("refuses another one with what differs", async () => {
        const { outcome, other } = await adopting({ ...C, topicName: "payments", description: "note" });
        expect(outcome.failure).toMatch(
            /^KafkaConnection "orders": create failed: the connection of that name, created by api-key-\S+ on \S+Z, differs in description, topicName; declare it as it is, or set adopt: true, which changes it \("unchanged" does not\)\. \[PolarisConnectionDiffers\]$/,
        );
        expect(other.state).toBeUndefined();
        expect(await patches()).toEqual([]);
    });
});

describe("a job that another user has suspended", () => {
    const job = {
        target: { tableName: "sales" },
        createTableIfNotExists: true,
        source: {
            connectionName: "orders",
            formatSettings: { format: "nd-json" },
            inputSchema: [{ name: "t", dataType: "string" }],
        },
        mappings: [{ columnName: "__time", expression: 'TIME_PARSE("t")' }],
    };
    const nextJob = async (ours?: Resource) =>
        (await ProviderProcess.start(emulator)).resource("StreamingJob", ours?.state);

    it.each([{ filterExpression: "\"t\" <> ''" }, { restartTrigger: "1" }, { resetTrigger: "1" }])(
        "is not resumed by a change of something else: %j",
        async (change) => {
            const ours = await nextJob();
            await ours.up(job);
            const { id } = await liveJobOn(emulator, "sales");
            await emulator.control("POST", `jobs/${id}`, { executionStatus: "suspended" });
            const later = await nextJob(ours);
            expect((await later.up({ ...job, ...change })).failure).toMatch(
                new RegExp(
                    `^StreamingJob "sales": update failed: another user has changed the status of the job ${id} to suspended; run .pulumi refresh. to see the differences, then .pulumi up. again to put them back\\. \\[PolarisJobChanged\\]$`,
                ),
            );
            expect(await liveJobOn(emulator, "sales")).toMatchObject({ id, executionStatus: "suspended" });
            await later.refresh();
            expect(await (await nextJob(later)).up({ ...job, ...change })).toEqual({ step: "update" });
            expect(await liveJobOn(emulator, "sales")).toMatchObject({ executionStatus: "running" });
        },
    );

    it("is found by an up that resumes it, and watched then", async () => {
        const ours = await nextJob();
        await ours.up({ ...job, desiredExecutionStatus: "suspended" });
        const { id } = await liveJobOn(emulator, "sales");
        const health = { status: "warn", code: "unable_to_proceed" };
        await emulator.control("POST", `jobs/${id}`, { health });
        expect(await (await nextJob(ours)).up(job)).toEqual({ step: "update" });
        expect(lines.at(-1)).toMatch(/warning: job \S+ has health warn \(unable_to_proceed\)/);
    });

    it("does not hide health where the metrics cannot be asked for", async () => {
        await emulator.control("POST", "faults", { method: "GET", path: "/metrics$", status: 503, times: null });
        const health = { status: "warn", code: "no_rows_found" };
        await emulator.control("POST", "outcomes", { tableName: "sales", executionStatus: "running", health });
        await (await nextJob()).up(job);
        expect(lines.at(-1)).toMatch(/warning: job \S+ has health warn \(no_rows_found\)/);
    });
});
