import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { answer, startFaultProxy, type FaultProxy } from "../support/fault-proxy";
import { linesTold, ProviderProcess } from "../support/handler";
import { connection, connectionBody, editedJob, job, jobBody } from "../support/pair";
import { connectionIn, jobsOn, liveJobOn, newRequests } from "../support/seen";

const lines = linesTold();

let emulator: EmulatorUnderTest;
let proxy: FaultProxy;
let provider: ProviderProcess;

const asStranger = { authorization: "Basic pok_of-somebody-else" };
const stranger = /api-key-pok_\S+ /.source;

const strangersJob = (more: object) =>
    emulator.api("POST", "/jobs", { ...jobBody, replaceRunning: true, ...more }, asStranger);

async function remade(more: object = {}): Promise<void> {
    await emulator.api("DELETE", "/connections/orders");
    await emulator.api("POST", "/connections", { ...connectionBody, ...more }, asStranger);
}

beforeAll(async () => {
    emulator = await startTestEmulator({ apiKey: ["pok_of-the-provider", "pok_of-somebody-else"], transitionMs: 0 });
    proxy = await startFaultProxy(emulator.url);
});
beforeEach(async () => {
    await emulator.control("POST", "reset");
    proxy.react = () => undefined;
    provider = await ProviderProcess.start(emulator, { baseUrl: proxy.url });
});
afterAll(() => Promise.all([proxy.close(), emulator.close()]));

describe("a connection that somebody else has deleted and made anew", () => {
    const resource = () => provider.resource("KafkaConnection");

    it("is not deleted by a destroy, which says so", async () => {
        const ours = resource();
        await ours.up(connection);
        await remade();
        expect(await ours.destroy()).toEqual({ step: "delete" });
        expect((await connectionIn(emulator, "orders"))?.submittedByUser.username).toMatch(/^api-key-pok_/);
        expect(lines.at(-1)).toMatch(
            new RegExp(
                `^KafkaConnection "orders": leaves the connection of that name, made by ${stranger}on \\S+Z, as it is not this resource's$`,
            ),
        );
    });

    it("is not deleted after a refresh either, and is once an up has taken it over", async () => {
        const ours = resource();
        await ours.up(connection);
        await remade();
        await ours.refresh();
        const { state } = ours;
        expect(await ours.destroy()).toEqual({ step: "delete" });
        expect(await connectionIn(emulator, "orders")).toBeDefined();
        const taken = provider.resource("KafkaConnection", state);
        await taken.up(connection);
        expect(await taken.destroy()).toEqual({ step: "delete" });
        expect(await connectionIn(emulator, "orders")).toBeUndefined();
    });

    it("is told from others also where many are destroyed, by one list", async () => {
        const names = Array.from({ length: 20 }, (_, at) => `c${at}`);
        const all = names.map((name) => ({ name, one: resource() }));
        for (const { name, one } of all) await one.up({ ...connection, name });
        await emulator.api("DELETE", "/connections/c19");
        await emulator.api("POST", "/connections", { ...connectionBody, name: "c19" }, asStranger);
        const later = await ProviderProcess.start(emulator, { baseUrl: proxy.url });
        await newRequests(emulator);
        await Promise.all(all.map(({ one }) => later.resource("KafkaConnection", one.state).destroy()));
        const sent = await newRequests(emulator);
        expect(sent.filter(({ method }) => method === "DELETE")).toHaveLength(19);
        expect(sent.filter(({ method }) => method === "GET")).toHaveLength(5);
        expect(await connectionIn(emulator, "c19")).toBeDefined();
    });
});

describe("a create whose every answer got lost", () => {
    const lose = async (isDone: boolean) => {
        // Not to be tried again before the command has to end.
        const misbehave = answer(503, "", { "retry-after": "121" });
        proxy.react = ({ method }) => ({ after: isDone && method === "POST", misbehave });
        const ours = provider.resource("KafkaConnection");
        expect((await ours.up(connection)).failure).toContain("503");
        proxy.react = () => undefined;
        provider = await ProviderProcess.start(emulator, { baseUrl: proxy.url });
        return provider.resource("KafkaConnection", ours.state);
    };

    it("takes what it made for its own later, and says what it takes", async () => {
        const ours = await lose(true);
        expect(await ours.up(connection)).toEqual({ step: "update" });
        expect(lines.at(-1)).toMatch(
            /^KafkaConnection "orders": takes the connection made by \S+ on \S+, for what its unanswered create made$/,
        );
    }, 60_000);

    it("takes nothing for its own that was made when it had long been given up, even if it is the same", async () => {
        const ours = await lose(false);
        await emulator.control("POST", "clock", { advanceMs: 90_000 });
        await emulator.api("POST", "/connections", connectionBody, asStranger);
        expect((await ours.up(connection)).failure).toMatch(
            new RegExp(`a connection of that name exists already \\(of type kafka, made by ${stranger}on \\S+\\);`),
        );
        expect(await ours.destroy()).toEqual({ step: "delete" });
        expect(await connectionIn(emulator, "orders")).toBeDefined();
        expect(lines.at(-1)).toMatch(
            /: leaves the connection of that name, made by \S+ on \S+, as it is not this resource's$/,
        );
    }, 60_000);
});

describe("a job that somebody else starts between the attempts at a swap", () => {
    /** The first attempt fails before the work; meanwhile somebody else starts theirs. */
    const between = (more: object) => {
        let isFirst = true;
        proxy.react = ({ method, path, body }) => {
            if (method !== "POST" || path !== "/jobs" || !body.includes('"replaceRunning":true') || !isFirst) return;
            isFirst = false;
            return { misbehave: answer(503), then: () => void strangersJob(more) };
        };
    };

    beforeEach(async () => {
        await emulator.api("POST", "/connections", connectionBody);
    });

    it("is not swapped, and told of", async () => {
        const ours = provider.resource("StreamingJob");
        await ours.up(job);
        between({ filterExpression: "theirs" });
        const { failure } = await ours.up(editedJob);
        expect(failure).toMatch(
            new RegExp(
                `^StreamingJob "sales": update failed: the table is fed by the streaming job \\S+, made by ${stranger}on \\S+, which reads the connection "orders", since the swap was begun; run \`pulumi refresh\` to see the differences, then \`pulumi up\` again to put them back\\.$`,
            ),
        );
        expect((await liveJobOn(emulator, "sales")).spec.filterExpression).toBe("theirs");
        await ours.refresh();
        expect(await ours.up(editedJob)).toEqual({ step: "update" });
        expect((await liveJobOn(emulator, "sales")).spec.filterExpression).toBe(editedJob.filterExpression);
    });

    it("is not swapped by a create that adopts another one either", async () => {
        await strangersJob({ filterExpression: "first" });
        between({ filterExpression: "second" });
        const ours = provider.resource("StreamingJob");
        const { failure } = await ours.up({ ...job, adopt: true });
        expect(failure).toContain("since the swap was begun");
        expect((await jobsOn(emulator, "sales")).at(-1)).toMatchObject({ executionStatus: "running" });
        expect((await liveJobOn(emulator, "sales")).spec.filterExpression).toBe("second");
    });
});

describe("a job that somebody else has put in the place of ours", () => {
    beforeEach(async () => {
        await emulator.api("POST", "/connections", connectionBody);
    });

    it.each([
        { filterExpression: "mine" },
        { desiredExecutionStatus: "suspended" },
        { restartTrigger: "2" },
        { resetTrigger: "2" },
    ])("is refused in the same words, whatever is to be changed: %j", async (change) => {
        const ours = provider.resource("StreamingJob");
        await ours.up({ ...job, restartTrigger: "1", resetTrigger: "1" });
        await strangersJob({ filterExpression: "theirs" });
        const theirs = await liveJobOn(emulator, "sales");
        const { failure } = await ours.up({ ...job, restartTrigger: "1", resetTrigger: "1", ...change });
        expect(failure).toMatch(
            new RegExp(
                `^StreamingJob "sales": update failed: the table is fed by the streaming job ${theirs.id}, made by ${stranger}on \\S+, which reads the connection "orders", and not by this resource's job \\S+ any more; run .pulumi refresh. to see the differences, then .pulumi up. again to put them back\\.$`,
            ),
        );
        expect(await liveJobOn(emulator, "sales")).toMatchObject({ id: theirs.id, executionStatus: "running" });
    });

    /** One is ending; while ours waits for that, somebody else is faster. */
    async function upBehindAnother(more: object) {
        await strangersJob({});
        const ending = await liveJobOn(emulator, "sales");
        const { id, type } = { id: ending.id, type: "streaming" };
        const summary = { id, type, executionStatus: "running", desiredExecutionStatus: "canceled" };
        const body = { values: [{ ...summary, createdTimestamp: "2026-01-01", target: { tableName: "sales" } }] };
        await emulator.control("POST", "faults", { method: "GET", path: "^/jobs$", status: 200, body });
        let isFirst = true;
        proxy.react = ({ method, path }) => {
            if (!isFirst || method !== "GET" || path !== `/jobs/${id}/status`) return undefined;
            isFirst = false;
            const then = () => void strangersJob({ filterExpression: "faster" });
            return { misbehave: answer(200, '{"executionStatus":"canceled"}'), then };
        };
        const { failure } = await provider.resource("StreamingJob").up({ ...job, ...more });
        return { failure, live: await liveJobOn(emulator, "sales") };
    }

    it("while ours waited for an ending one is refused with its maker", async () => {
        const { failure, live } = await upBehindAnother({});
        expect(failure).toContain(`the table is fed by the streaming job ${live.id}, made by api-key-pok_`);
        expect(failure).toMatch(/or set adopt: true to take it over\.$/);
        expect(live.spec.filterExpression).toBe("faster");
    });

    it("while ours waited for an ending one is taken over where it is to be adopted", async () => {
        const { failure, live } = await upBehindAnother({ adopt: true });
        expect(failure).toBeUndefined();
        expect(live.spec.filterExpression).toBeUndefined();
    });
});

describe("a job's end that takes too long", () => {
    it("tells nothing of its health and log, as their secrets are not known to a process that only destroys", async () => {
        await emulator.api("POST", "/connections", connectionBody);
        const first = provider.resource("StreamingJob");
        await first.up({ ...job, timeouts: { delete: "400ms" } });
        const message = "login as imply with hidden-word failed";
        await emulator.control("POST", `jobs/${String(first.outputs.jobId)}`, {
            health: { status: "error", code: "x", message },
            logs: [{ message }],
        });
        const destroyed = async () => {
            const process = await ProviderProcess.start(emulator, { baseUrl: proxy.url });
            return (await process.resource("StreamingJob", first.state).destroy()).failure;
        };
        proxy.react = ({ method }) =>
            method === "POST" ? { misbehave: answer(200, '{"executionStatus":"running"}') } : undefined;
        expect(await destroyed()).toMatch(
            /^StreamingJob "sales": delete failed: the job \S+ is running and not ended after 0\.4 s; run it again, which goes on waiting, or raise customTimeouts\.$/,
        );
        proxy.react = ({ method }) =>
            method === "POST" ? { misbehave: answer(400, JSON.stringify({ code: "X", message })) } : undefined;
        expect(await destroyed()).toMatch(
            /^StreamingJob "sales": delete failed: Imply Polaris answered 400 Bad Request to POST \/jobs\/\S+\/status; remove the cause and run the command again\.$/,
        );
    });
});

describe("a process that does not have the variable of a password", () => {
    afterEach(() => {
        delete process.env.ZZ_PASSWORD;
    });

    it.each([undefined, "rotated-word"])(
        "tells nothing of what the API says, as that may hold it: now %s",
        async (now) => {
            process.env.ZZ_PASSWORD = "from-variable-word";
            const ours = provider.resource("KafkaConnection");
            const secrets = { type: "sasl_plain", username: "imply", passwordFrom: { env: "ZZ_PASSWORD" } };
            expect(await ours.up({ ...connection, secrets })).toEqual({ step: "create" });
            if (now === undefined) delete process.env.ZZ_PASSWORD;
            else process.env.ZZ_PASSWORD = now;
            const said = JSON.stringify({ code: "X", message: "login with from-variable-word failed" });
            proxy.react = () => ({ misbehave: answer(403, said) });
            const later = async () =>
                (await ProviderProcess.start(emulator, { baseUrl: proxy.url })).resource("KafkaConnection", ours.state);
            const next =
                "403 Forbidden to GET /connections/orders; give the API key the permission ManageConnections for this project.";
            expect((await (await later()).refresh()).failure).toBe(
                `KafkaConnection "orders": read failed: Imply Polaris answered ${next}`,
            );
            expect((await (await later()).destroy()).failure).toBe(
                `KafkaConnection "orders": delete failed: Imply Polaris answered ${next}`,
            );
        },
    );
});
