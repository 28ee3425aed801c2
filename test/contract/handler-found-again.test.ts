import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { answer, startFaultProxy, type FaultProxy, type Passing } from "../support/fault-proxy";
import { linesTold, ProviderProcess, type Noun, type Resource } from "../support/handler";
import type { Arguments } from "../support/handler-arguments";
import { connection, connectionBody, job } from "../support/pair";
import { connectionIn, jobsOn, liveJobOn } from "../support/seen";

/** A create of which nothing was known is found by the next `up`, and what that `up` goes on to do fails in its turn. */

const lines = linesTold();

/** Not to be tried again before the command has to end. */
const given = (status: number) => answer(status, "", { "retry-after": "121" });

let emulator: EmulatorUnderTest;
let proxy: FaultProxy;

const after = async (noun: Noun, resource?: Resource) =>
    (await ProviderProcess.start(emulator, { baseUrl: proxy.url })).resource(noun, resource?.state);

/** Made, though no answer said so. */
async function lost(noun: Noun, declared: Arguments): Promise<Resource> {
    let isPosted = false;
    proxy.react = ({ method }) => {
        isPosted ||= method === "POST";
        return isPosted ? { after: method === "POST", misbehave: given(503) } : undefined;
    };
    const resource = await after(noun);
    expect((await resource.up(declared)).failure).toContain("503");
    proxy.react = () => undefined;
    return after(noun, resource);
}

/** Some requests fail from now on. */
const fail = (status: number, isHit: (request: Passing) => boolean) => {
    proxy.react = (request) => (isHit(request) ? { misbehave: given(status) } : undefined);
};

beforeAll(async () => {
    emulator = await startTestEmulator({ transitionMs: 0 });
    proxy = await startFaultProxy(emulator.url);
});
beforeEach(async () => {
    await emulator.control("POST", "reset");
});
afterAll(() => Promise.all([proxy.close(), emulator.close()]));

jest.setTimeout(60_000);

describe.each([503, 403])("a connection whose update then fails with %d", (status) => {
    const edited = { ...connection, topicName: "returns", description: "edited" };

    it.each([
        ["the next up writes it", edited],
        ["a program that goes back does as well", connection],
    ])("stays known for what it is: %s", async (_, wanted) => {
        const found = await lost("KafkaConnection", connection);
        fail(status, ({ method }) => method === "PATCH");
        expect((await found.up(edited)).failure).toContain(`${status}`);
        expect(found.outputs).toHaveProperty("submittedOnTimestamp");
        proxy.react = () => undefined;
        const next = await after("KafkaConnection", found);
        expect(await next.up(wanted)).toEqual({ step: "update" });
        expect((await connectionIn(emulator, "orders"))?.properties.topicName).toBe(wanted.topicName);
        expect((await next.preview(wanted)).step).toBe("same");
    });

    it("is deleted by a destroy", async () => {
        const found = await lost("KafkaConnection", connection);
        fail(status, ({ method }) => method === "PATCH");
        await found.up(edited);
        proxy.react = () => undefined;
        expect(await (await after("KafkaConnection", found)).destroy()).toEqual({ step: "delete" });
        expect(await connectionIn(emulator, "orders")).toBeUndefined();
    });
});

describe.each([503, 403])("a job whose update then fails with %d", (status) => {
    const changes: [string, Arguments, (request: Passing) => boolean][] = [
        ["spec", { filterExpression: '"country" = 1' }, ({ method, path }) => method === "POST" && path === "/jobs"],
        ["restartTrigger", { restartTrigger: "1" }, ({ method, path }) => method === "POST" && path !== "/jobs"],
        [
            "status",
            { desiredExecutionStatus: "suspended" },
            ({ method, path }) => method === "POST" && path !== "/jobs",
        ],
    ];
    const lostJob = async (change: Arguments, isHit: (request: Passing) => boolean) => {
        await emulator.api("POST", "/connections", connectionBody);
        const found = await lost("StreamingJob", job);
        fail(status, isHit);
        expect((await found.up({ ...job, ...change })).failure).toContain(`${status}`);
        expect(lines.join()).toContain("for what its unanswered attempt started");
        expect(found.outputs.jobId).toBe((await liveJobOn(emulator, "sales")).id);
        proxy.react = () => undefined;
        return after("StreamingJob", found);
    };

    it.each(changes)("of its %s stays known: the next up does what is left", async (_, change, isHit) => {
        const next = await lostJob(change, isHit);
        lines.length = 0;
        expect(await next.up({ ...job, ...change })).toEqual({ step: "update" });
        const live = await liveJobOn(emulator, "sales");
        expect(next.outputs.jobId).toBe(live.id);
        expect(live.spec.filterExpression).toBe(change.filterExpression);
        expect(live.executionStatus).toBe(change.desiredExecutionStatus ?? "running");
        expect(lines.join().includes("is suspended")).toBe(change.filterExpression === undefined);
        expect((await next.preview({ ...job, ...change })).step).toBe("same");
        expect((await jobsOn(emulator, "sales")).length).toBe(change.filterExpression === undefined ? 1 : 2);
    });

    it.each(changes)("of its %s is ended by a destroy", async (_, change, isHit) => {
        expect(await (await lostJob(change, isHit)).destroy()).toEqual({ step: "delete" });
        expect((await jobsOn(emulator, "sales")).map((one) => one.executionStatus)).toEqual(["canceled"]);
    });
});
