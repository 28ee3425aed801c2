import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { linesTold, ProviderProcess } from "../support/handler";
import { connection, connectionBody, editedJob, job, jobBody } from "../support/pair";
import { connectionIn, jobsOn, liveJobOn, newRequests } from "../support/seen";

/** What a swap to the edited job posts. */
const swapBody = { ...jobBody, filterExpression: editedJob.filterExpression, replaceRunning: true };

const lines = linesTold();

let emulator: EmulatorUnderTest;
let provider: ProviderProcess;

const asStranger = { authorization: "Basic pok_of-somebody-else" };

/** Does its work, and answers as if it had not, as often as it is asked. */
const lose = (method: string, path: string) =>
    emulator.control("POST", "faults", { method, path, status: 503, phase: "after", times: null });
const heal = () => emulator.control("DELETE", "faults");

beforeAll(async () => {
    emulator = await startTestEmulator({ apiKey: ["pok_of-the-provider", "pok_of-somebody-else"], transitionMs: 0 });
});
beforeEach(async () => {
    await emulator.control("POST", "reset");
    provider = await ProviderProcess.start(emulator);
});
afterAll(() => emulator.close());

async function madeJob() {
    await emulator.api("POST", "/connections", connectionBody);
    const resource = provider.resource("StreamingJob");
    expect(await resource.up(job)).toEqual({ step: "create" });
    return resource;
}

test("an update that was done though its answers got lost is undone when the program goes back", async () => {
    const resource = provider.resource("KafkaConnection");
    await resource.up(connection);
    await lose("PATCH", "^/connections/orders$");
    expect((await resource.up({ ...connection, topicName: "returns" })).failure).toContain("update failed");
    expect((await connectionIn(emulator, "orders"))?.properties.topicName).toBe("returns");
    await heal();
    await resource.refresh();
    expect((await resource.preview(connection)).step).toBe("update");
    expect(lines.at(-1)).toMatch(
        /the connection was changed since this resource's last recorded write, and secrets cannot be read back: sets secrets\.password again/,
    );
    expect(lines.join()).not.toContain("somebody else");
    expect(await resource.up(connection)).toEqual({ step: "update" });
    expect((await connectionIn(emulator, "orders"))?.properties.topicName).toBe("orders");
    expect((await resource.preview(connection)).step).toBe("same");
}, 60_000);

test.each([
    ["a 403", { status: 403 }],
    ["a redirect", { status: 302 }],
])("a write that was done in an attempt before the last one, which got %s, is undone as well", async (_, last) => {
    const resource = await madeJob();
    const path = "^/jobs/[^/]+/status$";
    await emulator.control("POST", "faults", { method: "POST", path, cut: true, phase: "after" });
    await emulator.control("POST", "faults", { method: "POST", path, ...last });
    expect((await resource.up({ ...job, desiredExecutionStatus: "suspended" })).failure).toContain("update failed");
    expect((await liveJobOn(emulator, "sales")).executionStatus).toBe("suspended");
    await heal();
    expect(await resource.up(job)).toEqual({ step: "update" });
    expect((await liveJobOn(emulator, "sales")).executionStatus).toBe("running");
});

test("a job that was suspended though the answers got lost is resumed when the program goes back", async () => {
    const resource = await madeJob();
    await lose("POST", "^/jobs/[^/]+/status$");
    expect((await resource.up({ ...job, desiredExecutionStatus: "suspended" })).failure).toContain("update failed");
    expect((await liveJobOn(emulator, "sales")).executionStatus).toBe("suspended");
    await heal();
    expect(await resource.up(job)).toEqual({ step: "update" });
    expect((await liveJobOn(emulator, "sales")).executionStatus).toBe("running");
}, 60_000);

test.each([
    ["the same program resumes and then restarts it", "2", ["running", "suspended", "running"]],
    ["the program of before resumes it", "1", ["running"]],
])(
    "a restart whose suspending got no answer leaves no job suspended: %s",
    async (_, trigger, wishes) => {
        const resource = await madeJob();
        expect(await resource.up({ ...job, restartTrigger: "1" })).toEqual({ step: "update" });
        await lose("POST", "^/jobs/[^/]+/status$");
        expect((await resource.up({ ...job, restartTrigger: "2" })).failure).toContain("update failed");
        expect((await liveJobOn(emulator, "sales")).executionStatus).toBe("suspended");
        await heal();
        await newRequests(emulator);
        expect(await resource.up({ ...job, restartTrigger: trigger })).toEqual({ step: "update" });
        expect((await liveJobOn(emulator, "sales")).executionStatus).toBe("running");
        const sent = (await newRequests(emulator)).filter(({ method }) => method === "POST");
        expect(sent.map(({ body }) => body)).toEqual(wishes.map((wish) => ({ desiredExecutionStatus: wish })));
        expect((await resource.preview({ ...job, restartTrigger: trigger })).step).toBe("same");
    },
    60_000,
);

test("a create whose answer got lost is kept also where the whole project is gone by then", async () => {
    await emulator.control("POST", "faults", { method: "POST", path: "^/connections$", status: 503, phase: "after" });
    await emulator.control("POST", "faults", { method: "GET", path: ".*", status: 404, times: null });
    const resource = provider.resource("KafkaConnection");
    expect((await resource.up(connection)).failure).toContain("there is no project");
    expect(resource.state).toMatchObject({ failed: true });
    await heal();
    expect(await resource.up(connection)).toEqual({ step: "update" });
    expect(resource.outputs).toMatchObject({ name: "orders", submittedOnTimestamp: expect.any(String) as string });
});

test("a create that is to wait for longer than a command may is kept as it is, and not posted again meanwhile", async () => {
    const headers = { "retry-after": "121" };
    await emulator.control("POST", "faults", {
        method: "POST",
        path: "^/connections$",
        status: 503,
        headers,
        times: null,
    });
    const resource = provider.resource("KafkaConnection");
    expect((await resource.up(connection)).failure).toContain("503 Service Unavailable to POST /connections");
    expect((await newRequests(emulator)).filter(({ method }) => method === "POST")).toHaveLength(1);
    expect(resource.state).toMatchObject({ failed: true });
    await heal();
    expect(await resource.up(connection)).toEqual({ step: "update" });
});

test("an error whose details hold nothing is told as what it is, and loses no object", async () => {
    const body = { message: "oops", details: [null] };
    await emulator.control("POST", "faults", {
        method: "POST",
        path: "^/connections$",
        status: 500,
        body,
        phase: "after",
    });
    const resource = provider.resource("KafkaConnection");
    expect(await resource.up(connection)).toEqual({ step: "create" });
});

test("a job of the same key in the place of ours is left running by a destroy, which says what to do, after a refresh as well; once an up has swapped it, it is ended", async () => {
    const resource = await madeJob();
    const posted = await emulator.api("POST", "/jobs", swapBody);
    const before = resource.state;
    expect(await resource.destroy()).toEqual({ step: "delete" });
    expect(lines.at(-1)).toMatch(
        new RegExp(
            `^StreamingJob "sales": job \\S+ is over; leaves the streaming job ${String(posted.json.id)}, .*: another stack may have it; if none does, declare it with adopt: true to manage or end it$`,
        ),
    );
    expect(await liveJobOn(emulator, "sales")).toMatchObject({ id: posted.json.id, executionStatus: "running" });
    resource.state = before;
    await resource.refresh();
    const found = resource.state;
    expect(await resource.destroy()).toEqual({ step: "delete" });
    expect(await liveJobOn(emulator, "sales")).toMatchObject({ id: posted.json.id, executionStatus: "running" });
    resource.state = found;
    expect(await resource.up(job)).toEqual({ step: "update" });
    expect(await resource.destroy()).toEqual({ step: "delete" });
    expect((await jobsOn(emulator, "sales")).map(({ executionStatus }) => executionStatus)).toEqual([
        "canceled",
        "canceled",
        "canceled",
    ]);
});

test("a job that this resource has started in the place of a found one is ended by a destroy, also if that start failed", async () => {
    const resource = await madeJob();
    await emulator.api("POST", "/jobs", swapBody);
    await resource.refresh();
    await emulator.control("POST", "outcomes", { tableName: "sales", executionStatus: "pending" });
    const swapped = { ...job, timeouts: { update: "1s" } };
    expect((await resource.up(swapped)).failure).toContain("is pending and not running or idle after 1 s");
    expect(resource.outputs.jobId).toBe((await liveJobOn(emulator, "sales")).id);
    expect(await resource.destroy()).toEqual({ step: "delete" });
    const statuses = (await jobsOn(emulator, "sales")).map(({ executionStatus }) => executionStatus);
    expect(statuses).toEqual(["canceled", "canceled", "canceled"]);
});

test("a job of somebody else's is left alone by a destroy, and not taken over by a swap, even if it does the same", async () => {
    const resource = await madeJob();
    await emulator.api("POST", "/jobs", swapBody, asStranger);
    const theirs = await liveJobOn(emulator, "sales");
    expect((await resource.up(editedJob)).failure).toContain("and not by this resource's job");
    expect(await resource.destroy()).toEqual({ step: "delete" });
    expect(await liveJobOn(emulator, "sales")).toMatchObject({ id: theirs.id, executionStatus: "running" });
});

test("a connection of which the API spells the times in another way is no drift, and is deleted", async () => {
    const resource = provider.resource("KafkaConnection");
    await resource.up(connection);
    const shown = (await emulator.api("GET", "/connections/orders")).json;
    const spelt = (time: unknown) => String(time).replace("Z", "+00:00");
    const { submittedOnTimestamp, modifiedOnTimestamp } = shown;
    const times = {
        submittedOnTimestamp: spelt(submittedOnTimestamp),
        modifiedOnTimestamp: spelt(modifiedOnTimestamp),
    };
    const fault = {
        method: "GET",
        path: "^/connections/orders$",
        status: 200,
        body: { ...shown, ...times },
        times: null,
    };
    await emulator.control("POST", "faults", fault);
    expect(await resource.refresh()).toEqual({ step: "read" });
    expect((await resource.preview(connection)).step).toBe("same");
    expect(await resource.destroy()).toEqual({ step: "delete" });
    expect(await connectionIn(emulator, "orders")).toBeUndefined();
});

test("a connection that the API shows without the time of its last change is no drift", async () => {
    const resource = provider.resource("KafkaConnection");
    await resource.up(connection);
    const shown = (await emulator.api("GET", "/connections/orders")).json;
    const outputs = { ...resource.outputs, modifiedOnTimestamp: shown.submittedOnTimestamp };
    resource.state = { ...resource.state!, outputs };
    const body = { ...shown, modifiedOnTimestamp: null };
    await emulator.control("POST", "faults", { method: "GET", path: "^/connections/orders$", status: 200, body });
    expect(await resource.refresh()).toEqual({ step: "read" });
    expect((await resource.preview(connection)).step).toBe("same");
});
