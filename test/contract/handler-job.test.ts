import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { linesTold, ProviderProcess, shortenWaits, type Resource } from "../support/handler";
import { callOf, jobsOn, liveJobOn, newRequests, writesIn } from "../support/seen";

const given = {
    target: { tableName: "Orders 2024" },
    createTableIfNotExists: true,
    source: {
        connectionName: "orders",
        formatSettings: { format: "nd-json" },
        inputSchema: [
            { name: "t", dataType: "string" },
            { name: "country", dataType: "string" },
        ],
    },
    mappings: [{ columnName: "__time", expression: 'TIME_PARSE("t")' }],
};
const edited = { ...given, filterExpression: '"country" = 1' };

const stranger = { authorization: "Basic pok_of-another-user" };
const theirs = (more = {}) => ({
    ...given,
    type: "streaming",
    target: { ...given.target, type: "table" },
    source: { ...given.source, type: "connection" },
    ...more,
});

const lines = linesTold();
shortenWaits();

let emulator: EmulatorUnderTest;
let engine: ProviderProcess;
let resource: Resource;

const live = () => liveJobOn(emulator, given.target.tableName);
const statuses = async () => (await jobsOn(emulator, given.target.tableName)).map((job) => job.executionStatus);
const calls = async () => (await newRequests(emulator)).map(callOf);
const force = (body: object) => emulator.control("POST", `jobs/${String(resource.outputs.jobId)}`, body);
const arrange = (executionStatus: string, more = {}) =>
    emulator.control("POST", "outcomes", { tableName: given.target.tableName, executionStatus, ...more });

beforeAll(async () => {
    emulator = await startTestEmulator({ apiKey: ["pok_of-the-provider", "pok_of-another-user"], transitionMs: 30 });
    engine = await ProviderProcess.start(emulator);
});
beforeEach(async () => {
    await emulator.control("POST", "reset");
    for (const name of ["orders", "returns"]) {
        const secrets = { type: "sasl_plain", username: "imply", password: "hidden-word" };
        await emulator.api("POST", "/connections", {
            type: "kafka",
            name,
            bootstrapServers: "a:1",
            topicName: name,
            secrets,
        });
    }
    await newRequests(emulator);
    resource = engine.resource("StreamingJob");
});
afterAll(() => emulator.close());

describe("a job", () => {
    it("is started as declared, and runs when that is done", async () => {
        expect(await resource.up(given)).toEqual({ step: "create" });
        const job = await live();
        expect(job).toMatchObject({ executionStatus: "running", spec: theirs() });
        expect(resource.outputs).toEqual({
            entryId: expect.stringMatching(/^[\w-]{8}$/) as string,
            ...given,
            projectId: emulator.projectId,
            baseUrl: emulator.url,
            jobId: job.id,
            createdBy: { username: expect.any(String) as string, userId: expect.any(String) as string },
            createdTimestamp: expect.any(String) as string,
            __provider: expect.any(String) as string,
        });
        expect(resource.state?.id).toBe("Orders 2024");
        expect(lines).toEqual([`StreamingJob "Orders 2024": job ${job.id} is running`]);
    });

    it("shows no change after it was started, nor after a refresh, which asks once", async () => {
        await resource.up(given);
        const { state } = resource;
        expect((await resource.preview(given)).step).toBe("same");
        await newRequests(emulator);
        await resource.refresh();
        expect(await calls()).toEqual(["GET /jobs/…"]);
        expect(resource.state).toEqual(state);
        expect((await resource.preview(given)).step).toBe("same");
    });

    it("is suspended at once where that is declared", async () => {
        const suspended = { ...given, desiredExecutionStatus: "suspended" };
        expect(await resource.up(suspended)).toEqual({ step: "create" });
        expect((await live()).executionStatus).toBe("suspended");
        expect((await resource.preview(suspended)).step).toBe("same");
    });

    it("is suspended and resumed by calls of its status alone", async () => {
        await resource.up(given);
        const { jobId } = resource.outputs;
        await newRequests(emulator);
        for (const desiredExecutionStatus of ["suspended", "running"]) {
            expect(await resource.up({ ...given, desiredExecutionStatus })).toEqual({ step: "update" });
            expect((await live()).executionStatus).toBe(desiredExecutionStatus);
            expect(writesIn(await newRequests(emulator))).toEqual(["POST /jobs/…/status"]);
        }
        expect(resource.outputs.jobId).toBe(jobId);
    });

    it("is swapped by one request for any other change, and continues to run until then", async () => {
        await resource.up(given);
        const { jobId } = resource.outputs;
        await newRequests(emulator);
        expect(await resource.up(edited)).toEqual({ step: "update" });
        expect(writesIn(await newRequests(emulator))).toEqual(["POST /jobs"]);
        expect(await statuses()).toEqual(["canceled", "running"]);
        expect(resource.outputs.jobId).toBe((await live()).id);
        expect(resource.outputs.jobId).not.toBe(jobId);
    });

    it("stays as it is where its change is refused", async () => {
        await resource.up(given);
        const { state } = resource;
        const wrong = { ...given, source: { ...given.source, connectionName: "nobody" } };
        expect((await resource.up(wrong)).failure).toMatch(
            /^StreamingJob "Orders 2024": update failed: Imply Polaris answered 400 Bad Request to POST \/jobs; correct the arguments and run `pulumi up` again\. \[PolarisBadRequest\]\n {2}reason: "Connection 'nobody' does not exist\."\n {2}request: \S+$/,
        );
        expect(resource.state).toEqual(state);
        expect((await live()).id).toBe(resource.outputs.jobId);
    });

    it("of another table is started there before the old one is ended", async () => {
        await resource.up(given);
        expect(await resource.up({ ...given, target: { tableName: "Orders 2025" } })).toEqual({ step: "replace" });
        expect(await statuses()).toEqual(["canceled"]);
        expect(resource.state?.id).toBe("Orders 2025");
    });

    it.each(["canceled", "failed", "completed"])("is ended where it is already %s", async (executionStatus) => {
        await resource.up(given);
        await force({ executionStatus });
        expect(await resource.destroy()).toEqual({ step: "delete" });
        expect(await statuses()).toEqual([executionStatus]);
    });

    it("is ended when it is destroyed, and waited for; the table stays", async () => {
        await resource.up(given);
        expect(await resource.destroy()).toEqual({ step: "delete" });
        expect(await statuses()).toEqual(["canceled"]);
        expect((await emulator.api("GET", "/tables/Orders%202024")).status).toBe(200);
    });

    it("is read by its table, and refused where none feeds it", async () => {
        await resource.up(edited);
        const other = engine.resource("StreamingJob");
        expect(await other.get("Orders 2024")).toEqual({ step: "read" });
        expect(other.outputs).toMatchObject({ jobId: resource.outputs.jobId, filterExpression: '"country" = 1' });
        expect(await engine.resource("StreamingJob").get("Returns")).toMatchObject({ code: "PolarisObjectNotFound" });
    });
});

describe("a job that does not run", () => {
    const log = (message: string) => ({ message, healthStatus: "error" });

    it("fails the create with its health and the last lines of its log, stays in state, and is repaired by the next up", async () => {
        const logs = ["one", "two", "three", "four", "hidden-word is wrong"].map(log);
        await arrange("failed", {
            health: { status: "error", code: "could_not_connect_to_source", message: "no\nbroker" },
            logs,
        });
        const { failure } = await resource.up(given);
        const [sentence, ...rest] = failure!.split("\n");
        const failed = (await jobsOn(emulator, "Orders 2024"))[0]!.id;
        expect(sentence).toBe(
            `StreamingJob "Orders 2024": create failed: the job ${failed} failed (health error: could_not_connect_to_source: no broker); correct the cause and run \`pulumi up\` again, which starts another job. [PolarisJobFailed]`,
        );
        expect(rest).toContain("  four");
        expect(rest).toHaveLength(5);
        expect(resource.state).toMatchObject({ failed: true, outputs: { jobId: failed } });
        expect(await resource.up(given)).toEqual({ step: "update" });
        expect(await statuses()).toEqual(["failed", "running"]);
        expect((await resource.preview(given)).step).toBe("same");
    });

    it("in time fails the create, and is waited for by the next up, without another start", async () => {
        await arrange("pending", { health: { status: "warn", code: "unable_to_proceed" } });
        const limited = { ...given, timeouts: { create: "400ms", update: "5s" } };
        const { failure } = await resource.up(limited);
        expect(failure).toMatch(
            /^StreamingJob "Orders 2024": create failed: the job \S+ is pending and not running or idle after 0\.4 s \(health warn: unable_to_proceed\); run `pulumi up` again, which continues to wait, or raise customTimeouts\. \[PolarisJobTimeout\]$/,
        );
        expect(resource.state?.failed).toBe(true);
        const waiting = resource.up(limited);
        await force({ executionStatus: "running" });
        expect(await waiting).toEqual({ step: "update" });
        expect(await statuses()).toEqual(["running"]);
    });

    it("is restarted without a wait for its start, which may need just that: it cannot connect, and the secrets have changed", async () => {
        await arrange("pending", { health: { status: "error", code: "could_not_connect_to_source" } });
        const limited = { ...given, timeouts: { create: "400ms", update: "20s" } };
        expect(await resource.up(limited)).toMatchObject({ step: "create", code: "PolarisJobTimeout" });
        await newRequests(emulator);
        expect(await resource.up({ ...limited, restartTrigger: "rotated" })).toEqual({ step: "update" });
        const writes = (await newRequests(emulator)).filter(({ method }) => method === "POST");
        expect(writes.map(({ body }) => body?.desiredExecutionStatus)).toEqual(["suspended", "running"]);
        expect(await statuses()).toEqual(["running"]);
    });

    it("after a swap leaves the new job in state, which the next up repairs", async () => {
        await resource.up(given);
        await arrange("failed");
        expect(await resource.up(edited)).toMatchObject({ step: "update", code: "PolarisJobFailed" });
        expect(await statuses()).toEqual(["canceled", "failed"]);
        expect(await resource.up(edited)).toEqual({ step: "update" });
        expect(await statuses()).toEqual(["canceled", "failed", "running"]);
        expect(resource.outputs.jobId).toBe((await live()).id);
    });

    it("any more when a refresh comes is gone, and started again", async () => {
        for (const executionStatus of ["failed", "canceled"]) {
            await resource.up(given);
            await force({ executionStatus });
            expect(await resource.refresh()).toEqual({ step: "gone" });
            expect((await resource.preview(given)).step).toBe("create");
        }
    });

    it("because another user canceled it is reported by an up without a refresh", async () => {
        await resource.up(given);
        await force({ executionStatus: "canceled" });
        const { failure } = await resource.up({ ...given, desiredExecutionStatus: "suspended" });
        expect(failure).toMatch(
            /^StreamingJob "Orders 2024": update failed: the job \S+ is canceled; run `pulumi refresh`, then `pulumi up` again to start another\. \[PolarisJobEnded\]$/,
        );
    });
});

describe("a job that another user", () => {
    it("suspended is planned to be resumed", async () => {
        await resource.up(given);
        await emulator.api(
            "POST",
            `/jobs/${String(resource.outputs.jobId)}/status`,
            { desiredExecutionStatus: "suspended" },
            stranger,
        );
        await resource.refresh();
        expect(resource.outputs.desiredExecutionStatus).toBe("suspended");
        expect((await resource.preview(given)).step).toBe("update");
        expect(await resource.up(given)).toEqual({ step: "update" });
        expect((await live()).executionStatus).toBe("running");
    });

    it("replaced is not overwritten unseen, and put back after a refresh", async () => {
        await resource.up(given);
        const { json } = await emulator.api(
            "POST",
            "/jobs",
            theirs({ replaceRunning: true, filterExpression: "theirs" }),
            stranger,
        );
        const ours = String(resource.outputs.jobId);
        const { failure } = await resource.up(edited);
        expect(failure).toMatch(
            new RegExp(
                `^StreamingJob "Orders 2024": update failed: the table is fed by the streaming job ${String(json.id)}, and not by this resource's job ${ours} any more; run .pulumi refresh. to see the differences, then .pulumi up. again to put them back\\. \\[PolarisJobChanged\\]\\n  it is a job created by api-key-pok_\\S+ on \\S+Z, which reads the connection "orders"$`,
            ),
        );
        expect((await live()).id).toBe(json.id);
        await resource.refresh();
        expect(resource.outputs).toMatchObject({ jobId: json.id, filterExpression: "theirs" });
        expect(await resource.up(given)).toEqual({ step: "update" });
        expect((await live()).spec).not.toHaveProperty("filterExpression");
        await resource.refresh();
        expect((await resource.preview(given)).step).toBe("same");
    });

    it("replaced is left alone when the resource is destroyed", async () => {
        await resource.up(given);
        const { json } = await emulator.api(
            "POST",
            "/jobs",
            theirs({ replaceRunning: true, filterExpression: "theirs" }),
            stranger,
        );
        expect(await resource.destroy()).toEqual({ step: "delete" });
        expect((await live()).id).toBe(json.id);
    });
});

describe("a job that feeds the table already", () => {
    it("is refused with its id, creator and source", async () => {
        const { json } = await emulator.api("POST", "/jobs", theirs(), stranger);
        const { username } = json.createdBy as { username: string };
        expect((await resource.up(given)).failure).toBe(
            `StreamingJob "Orders 2024": create failed: the table is fed by the streaming job ${String(json.id)}; choose another table, or set adopt: true to take it over. [PolarisTableInUse]\n  it is a job created by ${username} on ${String(json.createdTimestamp)}, which reads the connection "orders"`,
        );
        expect(resource.state).toBeUndefined();
    });

    it("is adopted as it is where it does the same, without a restart", async () => {
        const { json } = await emulator.api(
            "POST",
            "/jobs",
            theirs({ readFromPoint: "latest", dimensionExclusions: [] }),
            stranger,
        );
        expect(await resource.up({ ...given, adopt: true })).toEqual({ step: "create" });
        expect(resource.outputs.jobId).toBe(json.id);
        expect(await statuses()).toEqual(["running"]);
        expect((await resource.preview(given)).step).toBe("same");
    });

    it("is swapped where it does something else and is to be adopted", async () => {
        await emulator.api("POST", "/jobs", theirs({ filterExpression: "theirs" }), stranger);
        expect(await resource.up({ ...given, adopt: true })).toEqual({ step: "create" });
        expect(await statuses()).toEqual(["canceled", "running"]);
        expect((await live()).spec).not.toHaveProperty("filterExpression");
    });
});

describe("a trigger", () => {
    it("restarts the job once, and never when it is added or removed", async () => {
        const restarted = { ...given, restartTrigger: "1" };
        await resource.up(restarted);
        const { jobId } = resource.outputs;
        expect((await calls()).filter((call) => call.startsWith("POST /jobs/"))).toEqual([]);
        expect(await resource.up({ ...given, restartTrigger: "2" })).toEqual({ step: "update" });
        expect(writesIn(await newRequests(emulator))).toEqual(["POST /jobs/…/status", "POST /jobs/…/status"]);
        expect((await live()).executionStatus).toBe("running");
        await resource.up(given);
        expect(writesIn(await newRequests(emulator))).toEqual([]);
        expect(resource.outputs.jobId).toBe(jobId);
    });

    it("resets the offsets once, and never when it is added or removed", async () => {
        await resource.up({ ...given, resetTrigger: "1" });
        expect(writesIn(await newRequests(emulator))).toEqual(["POST /jobs"]);
        expect(await resource.up({ ...given, resetTrigger: "2" })).toEqual({ step: "update" });
        expect(writesIn(await newRequests(emulator))).toEqual(["POST /jobs/…/reset"]);
        await resource.up({ ...given, resetTrigger: "2" });
        await resource.up(given);
        expect(writesIn(await newRequests(emulator))).toEqual([]);
    });

    describe("resets the offsets while it is suspended, and continues there when resumed,", () => {
        const earliest = { ...given, readFromPoint: "earliest" };
        const suspended = { ...earliest, desiredExecutionStatus: "suspended" };
        const editedToo = { ...suspended, filterExpression: edited.filterExpression };

        it.each([
            ["alone", [suspended, { ...suspended, resetTrigger: "1" }]],
            ["after it was swapped while suspended", [suspended, editedToo, { ...editedToo, resetTrigger: "1" }]],
            ["with the swap and the suspension in the same update", [{ ...editedToo, resetTrigger: "1" }]],
        ])("%s", async (_, updates) => {
            const checkpoints = async () => {
                const { projects } = await emulator.control<{ projects: { checkpoints: { position: number }[] }[] }>(
                    "GET",
                    "state",
                );
                return projects[0]?.checkpoints;
            };
            await resource.up(earliest);
            await emulator.control("POST", "clock", { advanceMs: 60_000 });
            for (const update of updates) expect(await resource.up(update)).toEqual({ step: "update" });
            expect(await checkpoints()).toMatchObject([{ position: 0, resets: 1 }]);
            expect((await live()).executionStatus).toBe("suspended");
            const resumed = { ...updates.at(-1), desiredExecutionStatus: "running" };
            expect(await resource.up(resumed)).toEqual({ step: "update" });
            const [checkpoint] = (await checkpoints()) ?? [];
            expect(checkpoint?.position).toBeLessThan(6_000);
        });
    });

    it("whose reset is not confirmed is not tried again by itself, which is reported", async () => {
        await resource.up(given);
        await emulator.control("POST", "faults", { path: "/reset$", cut: true, phase: "after" });
        const { failure } = await resource.up({ ...given, resetTrigger: "1" });
        expect(failure).toMatch(
            /^StreamingJob "Orders 2024": update failed: it is not known whether the offsets of the job \S+ were reset, as Imply Polaris could not be reached \(.*\); look at the job, and change resetTrigger again if they were not\. \[PolarisResetUnconfirmed\]$/,
        );
        await newRequests(emulator);
        await resource.up({ ...given, resetTrigger: "1" });
        expect((await calls()).filter((call) => call.endsWith("/reset"))).toEqual([]);
    });

    it("that surely reset nothing is pulled again by the next up", async () => {
        await resource.up(given);
        await emulator.control("POST", "faults", { path: "/reset$", status: 403 });
        expect(await resource.up({ ...given, resetTrigger: "1" })).toMatchObject({ code: "PolarisForbidden" });
        await newRequests(emulator);
        expect((await resource.up({ ...given, resetTrigger: "1" })).failure).toBeUndefined();
        expect((await calls()).filter((call) => call.endsWith("/reset"))).toHaveLength(1);
        expect((await resource.preview({ ...given, resetTrigger: "1" })).step).toBe("same");
    });
});

describe("a job that is not yet at the status for which it was asked", () => {
    const suspended = { ...given, desiredExecutionStatus: "suspended" };
    const limited = (declared: object) => ({ ...declared, timeouts: { update: "100ms" } });

    it.each([
        ["suspended", suspended, given],
        ["running", given, suspended],
    ])("stays %s where the program goes back after an update that gave up waiting", async (status, before, after) => {
        await resource.up(before);
        await emulator.control("POST", "clock", { freeze: true });
        expect((await resource.up(limited(after))).code).toBe("PolarisJobTimeout");
        expect(await resource.up(before)).toEqual({ step: "update" });
        await emulator.control("POST", "clock", { freeze: false, advanceMs: 1_000 });
        expect((await live()).executionStatus).toBe(status);
        expect((await resource.preview(before)).step).toBe("same");
    });

    it("is resumed where it is adopted while another user suspends it", async () => {
        await emulator.api("POST", "/jobs", theirs(), stranger);
        await emulator.control("POST", "clock", { advanceMs: 1_000 });
        await emulator.control("POST", "clock", { freeze: true });
        await emulator.api("POST", `/jobs/${(await live()).id}/status`, { desiredExecutionStatus: "suspended" });
        expect(await resource.up({ ...given, adopt: true })).toEqual({ step: "create" });
        await emulator.control("POST", "clock", { freeze: false, advanceMs: 1_000 });
        expect((await live()).executionStatus).toBe("running");
    });
});

it("a secret in a status or a health of the API is masked, in lines and in messages", async () => {
    const secrets = { type: "sasl_plain", username: "imply", password: "hidden-word" };
    await engine
        .resource("KafkaConnection")
        .preview({ name: "orders", bootstrapServers: "a:1", topicName: "orders", secrets });
    await resource.up(given);
    const echo = { ...theirs(), id: String(resource.outputs.jobId), createdTimestamp: "2026-01-01T00:00:00Z" };
    const health = { status: "hidden-word", code: "hidden-word", message: "hidden-word" };
    const body = { ...echo, spec: theirs(), executionStatus: "is hidden-word", health };
    await emulator.control("POST", "faults", { status: 200, body, path: "/jobs/[^/?]+(/status)?$", times: null });
    lines.length = 0;
    // A status is printed once it lasts two seconds.
    const { failure } = await resource.up({ ...edited, timeouts: { update: "2500ms" } });
    await emulator.control("DELETE", "faults");
    expect(failure).toMatch(/ is is \[secret\] and not running or idle after 2\.5 s \(health \[secret\]: /);
    expect([failure, ...lines].join("\n")).not.toContain("hidden-word");
    expect(lines.join("\n")).toMatch(/ is is \[secret\] \(health \[secret\]: \[secret\]: \[secret\]\)$/m);
});
