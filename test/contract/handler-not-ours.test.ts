import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { answer, startFaultProxy, type FaultProxy } from "../support/fault-proxy";
import { linesTold, ProviderProcess, shortenWaits } from "../support/handler";
import { connection, connectionBody, editedJob, job, jobBody } from "../support/pair";
import { callOf, connectionIn, jobsOn, liveJobOn, newRequests } from "../support/seen";

const lines = linesTold();
shortenWaits();

let emulator: EmulatorUnderTest;
let proxy: FaultProxy;
let provider: ProviderProcess;

const asStranger = { authorization: "Basic pok_of-another-user" };
const stranger = /api-key-pok_\S+ /.source;

const strangersJob = (more: object) =>
    emulator.api("POST", "/jobs", { ...jobBody, replaceRunning: true, ...more }, asStranger);

async function remade(more: object = {}): Promise<void> {
    await emulator.api("DELETE", "/connections/orders");
    await emulator.api("POST", "/connections", { ...connectionBody, ...more }, asStranger);
}

beforeAll(async () => {
    emulator = await startTestEmulator({ apiKey: ["pok_of-the-provider", "pok_of-another-user"], transitionMs: 0 });
    proxy = await startFaultProxy(emulator.url);
});
beforeEach(async () => {
    await emulator.control("POST", "reset");
    proxy.react = () => undefined;
    provider = await ProviderProcess.start(emulator, { baseUrl: proxy.url });
});
afterAll(() => Promise.all([proxy.close(), emulator.close()]));

describe("a connection that another user has deleted and created again", () => {
    const resource = () => provider.resource("KafkaConnection");

    it("is not deleted by a destroy, which reports that", async () => {
        const ours = resource();
        await ours.up(connection);
        await remade();
        expect(await ours.destroy()).toEqual({ step: "delete" });
        expect((await connectionIn(emulator, "orders"))?.submittedByUser.username).toMatch(/^api-key-pok_/);
        expect(lines.at(-1)).toMatch(
            new RegExp(
                `^KafkaConnection "orders": leaves the connection of that name, created by ${stranger}on \\S+Z, as it is not this resource's$`,
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

    it("is recognized also where many are refreshed, by one list, or destroyed, each by its name", async () => {
        const names = Array.from({ length: 20 }, (_, index) => `c${index}`);
        const all = names.map((name) => ({ name, one: resource() }));
        for (const { name, one } of all) await one.up({ ...connection, name });
        await emulator.api("DELETE", "/connections/c19");
        const theirs = { ...connectionBody, name: "c19", topicName: "theirs" };
        const { json } = await emulator.api("POST", "/connections", theirs, asStranger);
        const nextRun = async () => {
            const process = await ProviderProcess.start(emulator, { baseUrl: proxy.url });
            await newRequests(emulator);
            return all.map(({ one }) => process.resource("KafkaConnection", one.state));
        };
        const sent = async () => (await newRequests(emulator)).map(callOf).sort();

        const refreshed = await nextRun();
        await Promise.all(refreshed.map((one) => one.refresh()));
        const byName = (name: string) => `GET /connections/${name}`;
        expect(await sent()).toEqual(["GET /connections", ...["c0", "c1", "c2", "c3"].map(byName)]);
        expect(refreshed.map(({ outputs }) => outputs.topicName)).toEqual([
            ...names.slice(0, 19).map(() => "orders"),
            "theirs",
        ]);
        expect(refreshed[19]?.outputs.submittedOnTimestamp).toBe(json.submittedOnTimestamp);

        const destroyed = await nextRun();
        await Promise.all(destroyed.map((one) => one.destroy()));
        expect(await sent()).toEqual(
            [...names.map(byName), ...names.slice(0, 19).map((name) => `DELETE /connections/${name}`)].sort(),
        );
        expect(await connectionIn(emulator, "c19")).toBeDefined();
    });
});

describe("a create whose every answer got lost", () => {
    const lose = async (isDone: boolean) => {
        // Not to be tried again before the command has to end.
        const misbehave = answer(503, "", { "retry-after": "121" });
        proxy.react = ({ method }) => ({ after: isDone && method === "POST", misbehave });
        const ours = provider.resource("KafkaConnection");
        expect(await ours.up(connection)).toMatchObject({ code: "PolarisServerError" });
        proxy.react = () => undefined;
        provider = await ProviderProcess.start(emulator, { baseUrl: proxy.url });
        return provider.resource("KafkaConnection", ours.state);
    };

    it("takes what it created for its own later, and reports what it takes", async () => {
        const ours = await lose(true);
        expect(await ours.up(connection)).toEqual({ step: "update" });
        expect(lines.at(-1)).toMatch(
            /^KafkaConnection "orders": assumes that its unanswered create succeeded: the connection was created by \S+ on \S+Z$/,
        );
    }, 60_000);

    it("takes nothing for its own that was created long after it was given up, even if it is the same", async () => {
        const ours = await lose(false);
        await emulator.control("POST", "clock", { advanceMs: 90_000 });
        await emulator.api("POST", "/connections", connectionBody, asStranger);
        const { code, failure } = await ours.up(connection);
        expect(code).toBe("PolarisConnectionExists");
        expect(failure).toMatch(new RegExp(`\n {2}it is of type kafka, created by ${stranger}on \\S+Z\n`));
        expect(await ours.destroy()).toEqual({ step: "delete" });
        expect(await connectionIn(emulator, "orders")).toBeDefined();
        expect(lines.at(-1)).toMatch(
            /: leaves the connection of that name, created by \S+ on \S+, as it is not this resource's$/,
        );
    }, 60_000);
});

describe("a job that another user starts between the attempts at a swap", () => {
    /** The first attempt fails before the work; meanwhile another user starts theirs. */
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

    it("is not swapped, and is reported", async () => {
        const ours = provider.resource("StreamingJob");
        await ours.up(job);
        between({ filterExpression: "theirs" });
        const { failure } = await ours.up(editedJob);
        expect(failure).toMatch(
            new RegExp(
                `^StreamingJob "sales": update failed: the table is fed by the streaming job \\S+ since the swap began; run \`pulumi refresh\` to see the differences, then \`pulumi up\` again to put them back\\. \\[PolarisJobChanged\\]\n {2}it is a job created by ${stranger}on \\S+Z, which reads the connection "orders"$`,
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
        const { code, failure } = await ours.up({ ...job, adopt: true });
        expect(code).toBe("PolarisJobChanged");
        expect(failure).toContain((await liveJobOn(emulator, "sales")).id);
        expect((await jobsOn(emulator, "sales")).at(-1)).toMatchObject({ executionStatus: "running" });
        expect((await liveJobOn(emulator, "sales")).spec.filterExpression).toBe("second");
    });
});

describe("a job that another user has put in the place of ours", () => {
    beforeEach(async () => {
        await emulator.api("POST", "/connections", connectionBody);
    });

    it.each([
        { filterExpression: "mine" },
        { desiredExecutionStatus: "suspended" },
        { restartTrigger: "2" },
        { resetTrigger: "2" },
    ])("is refused with the same code, whatever is to be changed: %j", async (change) => {
        const ours = provider.resource("StreamingJob");
        await ours.up({ ...job, restartTrigger: "1", resetTrigger: "1" });
        await strangersJob({ filterExpression: "theirs" });
        const theirs = await liveJobOn(emulator, "sales");
        const { code, failure } = await ours.up({ ...job, restartTrigger: "1", resetTrigger: "1", ...change });
        expect(code).toBe("PolarisJobChanged");
        expect(failure).toMatch(
            new RegExp(
                ` ${theirs.id}, and not by this resource's job .*\n {2}it is a job created by ${stranger}on \\S+Z, which reads the connection "orders"$`,
            ),
        );
        expect(await liveJobOn(emulator, "sales")).toMatchObject({ id: theirs.id, executionStatus: "running" });
    });

    const postedByUs = () =>
        emulator.api("POST", "/jobs", {
            ...jobBody,
            filterExpression: editedJob.filterExpression,
            replaceRunning: true,
        });
    const statuses = async () => (await jobsOn(emulator, "sales")).map(({ executionStatus }) => executionStatus);

    it("is left alone by a destroy, and not taken over by a swap, even if it does the same", async () => {
        const ours = provider.resource("StreamingJob");
        await ours.up(job);
        await strangersJob({ filterExpression: editedJob.filterExpression });
        const theirs = await liveJobOn(emulator, "sales");
        expect(await ours.up(editedJob)).toMatchObject({ step: "update", code: "PolarisJobChanged" });
        expect(await ours.destroy()).toEqual({ step: "delete" });
        expect(await liveJobOn(emulator, "sales")).toMatchObject({ id: theirs.id, executionStatus: "running" });
    });

    it("with our key is left running by a destroy, which reports what to do", async () => {
        const ours = provider.resource("StreamingJob");
        await ours.up(job);
        const { json } = await postedByUs();
        expect(await ours.destroy()).toEqual({ step: "delete" });
        expect(lines.at(-1)).toMatch(
            new RegExp(
                `^StreamingJob "sales": job \\S+ is over; leaves the streaming job ${String(json.id)}, created by \\S+ on \\S+Z, which reads the connection "orders": another stack may have it; if none does, declare it with adopt: true to manage or end it$`,
            ),
        );
        expect(await liveJobOn(emulator, "sales")).toMatchObject({ id: json.id, executionStatus: "running" });
    });

    it("with our key is left running after a refresh as well; once an up has swapped it, it is ended", async () => {
        const ours = provider.resource("StreamingJob");
        await ours.up(job);
        const { json } = await postedByUs();
        await ours.refresh();
        const found = ours.state;
        expect(await ours.destroy()).toEqual({ step: "delete" });
        expect(await liveJobOn(emulator, "sales")).toMatchObject({ id: json.id, executionStatus: "running" });
        ours.state = found;
        expect(await ours.up(job)).toEqual({ step: "update" });
        expect(await ours.destroy()).toEqual({ step: "delete" });
        expect(await statuses()).toEqual(["canceled", "canceled", "canceled"]);
    });

    it("by a user whom the API does not name does not count as one of this program's", async () => {
        const ours = provider.resource("StreamingJob");
        await ours.up(job);
        const { json } = await emulator.api("GET", "/jobs");
        const [live] = json.values as Record<string, unknown>[];
        await emulator.api("POST", `/jobs/${String(live!.id)}/status`, { desiredExecutionStatus: "canceled" });
        const { createdBy, ...outputs } = ours.outputs;
        expect(createdBy).toBeDefined();
        ours.state = { ...ours.state!, outputs };
        const values = [{ ...live, id: "theirs", createdBy: null }];
        await emulator.control("POST", "faults", { method: "GET", path: "^/jobs$", status: 200, body: { values } });
        expect(await ours.destroy()).toEqual({ step: "delete" });
        expect(lines.at(-1)).toMatch(
            /: leaves the streaming job theirs, created by another user on .*, as it is not this resource's$/,
        );
    });

    it("is what feeds the table, also where the one before it is still ending", async () => {
        await strangersJob({});
        const { json } = await emulator.api("GET", "/jobs");
        const [live] = json.values as Record<string, unknown>[];
        const values = [{ ...live, id: "ending", desiredExecutionStatus: "canceled" }, live];
        await emulator.control("POST", "faults", { method: "GET", path: "^/jobs$", status: 200, body: { values } });
        const { code, failure } = await provider.resource("StreamingJob").up(job);
        expect(code).toBe("PolarisTableInUse");
        expect(failure).toContain(` ${String(live!.id)};`);
    });

    /** One is ending; while ours waits for that, another user is faster. */
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
        const outcome = await provider.resource("StreamingJob").up({ ...job, ...more });
        return { ...outcome, live: await liveJobOn(emulator, "sales") };
    }

    it("while ours waited for an ending one is refused with its creator", async () => {
        const { code, failure, live } = await upBehindAnother({});
        expect(code).toBe("PolarisTableInUse");
        expect(failure).toMatch(new RegExp(` ${live.id};.*\n {2}it is a job created by ${stranger}on \\S+Z, `));
        expect(live.spec.filterExpression).toBe("faster");
    });

    it("while ours waited for an ending one is taken over where it is to be adopted", async () => {
        const { failure, live } = await upBehindAnother({ adopt: true });
        expect(failure).toBeUndefined();
        expect(live.spec.filterExpression).toBeUndefined();
    });
});

describe("a job's end that takes too long", () => {
    it("reports nothing of its health and log, as their secrets are not known to a process that only destroys", async () => {
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
            /^StreamingJob "sales": delete failed: the job \S+ is running and not ended after 0\.4 s; run it again, which continues to wait, or raise customTimeouts\. \[PolarisJobTimeout\]$/,
        );
        proxy.react = ({ method }) =>
            method === "POST" ? { misbehave: answer(400, JSON.stringify({ code: "X", message })) } : undefined;
        expect(await destroyed()).toMatch(
            /^StreamingJob "sales": delete failed: Imply Polaris answered 400 Bad Request to POST \/jobs\/\S+\/status; remove the cause and run the command again\. \[PolarisBadRequest\]$/,
        );
    });
});

describe("a process that does not have the variable of a password", () => {
    afterEach(() => {
        delete process.env.ZZ_PASSWORD;
    });

    it.each([undefined, "rotated-word"])(
        "reports nothing of what the API says, as that may hold it: now %s",
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
                "403 Forbidden to GET /connections/orders; give the API key the permission ManageConnections for this project. [PolarisForbidden]";
            expect((await (await later()).refresh()).failure).toBe(
                `KafkaConnection "orders": read failed: Imply Polaris answered ${next}`,
            );
            expect((await (await later()).destroy()).failure).toBe(
                `KafkaConnection "orders": delete failed: Imply Polaris answered ${next}`,
            );
        },
    );
});
