import { kafka, startTestEmulator, streaming, type EmulatorUnderTest } from "../support/emulator";

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    emulator = await startTestEmulator({ transitionMs: 0 });
});
beforeEach(async () => {
    await emulator.control("POST", "reset");
    await emulator.control("POST", "clock", { freeze: true });
    await emulator.api("POST", "/connections", kafka("orders"));
});
afterAll(() => emulator.close());

interface State {
    projects: {
        jobs: { id: string; startedFrom: string; connectionRevision: number; rowsProcessed: number }[];
        checkpoints: { tableName: string; topic: string; position: number; resets: number }[];
    }[];
}

const project = async () => (await emulator.control<State>("GET", "state")).projects[0]!;
const jobState = async (id: string) => (await project()).jobs.find((job) => job.id === id)!;
const advance = (advanceMs: number) => emulator.control("POST", "clock", { advanceMs });

const create = async (connection: string, more: Record<string, unknown> = {}) => {
    const { status, json } = await emulator.api("POST", "/jobs", streaming("sales", connection, more));
    expect(status).toBe(201);
    return String(json.id);
};

const ask = (id: string, desiredExecutionStatus: string) =>
    emulator.api("POST", `/jobs/${id}/status`, { desiredExecutionStatus });

it("starts fresh from readFromPoint, and moves on while the job runs", async () => {
    const id = await create("orders", { readFromPoint: "earliest" });
    expect((await project()).checkpoints).toEqual([{ tableName: "sales", topic: "orders", position: 0, resets: 0 }]);
    await advance(1000);
    expect((await project()).checkpoints[0]!.position).toBe(100);
    expect(await jobState(id)).toMatchObject({ startedFrom: "earliest", rowsProcessed: 100 });
    const { json } = await emulator.api("GET", `/jobs/${id}/metrics`);
    expect(json.totals).toMatchObject({ numRowsProcessed: 100 });
});

it("stands still while the job is suspended", async () => {
    const id = await create("orders", { readFromPoint: "earliest" });
    await ask(id, "suspended");
    await advance(1000);
    expect((await project()).checkpoints[0]!.position).toBe(0);
    await ask(id, "running");
    await advance(500);
    expect((await project()).checkpoints[0]!.position).toBe(50);
});

it("is continued by a new job on the same topic, whatever its readFromPoint and connection", async () => {
    await create("orders", { readFromPoint: "earliest" });
    await advance(1000);
    await emulator.api("POST", "/connections", kafka("orders-again"));
    const id = await create("orders-again", { replaceRunning: true, readFromPoint: "latest" });
    await advance(1000);
    expect((await jobState(id)).startedFrom).toBe("checkpoint");
    expect((await project()).checkpoints).toMatchObject([{ position: 200 }]);
});

it("is another one for another topic", async () => {
    await create("orders", { readFromPoint: "earliest" });
    await emulator.api("POST", "/connections", kafka("payments", { topicName: "payments" }));
    const id = await create("payments", { replaceRunning: true, readFromPoint: "earliest" });
    expect((await jobState(id)).startedFrom).toBe("earliest");
    expect((await project()).checkpoints.map(({ topic }) => topic)).toEqual(["orders", "payments"]);
});

it("goes back to readFromPoint by a reset of a live job, and of no other", async () => {
    const id = await create("orders", { readFromPoint: "earliest" });
    await advance(1000);
    expect(await emulator.api("POST", `/jobs/${id}/reset`)).toMatchObject({ status: 200, text: "" });
    expect((await project()).checkpoints).toMatchObject([{ position: 0, resets: 1 }]);
    await ask(id, "canceled");
    expect((await emulator.api("POST", `/jobs/${id}/reset`)).status).toBe(400);
});

describe("is reset while the job is suspended, and the resumed job begins there", () => {
    const resumeAfterReset = async (id: string) => {
        expect((await emulator.api("POST", `/jobs/${id}/reset`)).status).toBe(200);
        await ask(id, "running");
        await advance(500);
    };
    const earliest = { readFromPoint: "earliest" };

    it.each([
        ["which has read before", false],
        ["which was swapped and has not read yet", true],
    ])("%s", async (_, isSwapped) => {
        let id = await create("orders", earliest);
        await advance(1000);
        if (isSwapped) id = await create("orders", { ...earliest, replaceRunning: true });
        await ask(id, "suspended");
        await resumeAfterReset(id);
        expect((await project()).checkpoints).toMatchObject([{ position: 50, resets: 1 }]);
    });

    it("of the topic that its connection has now", async () => {
        await emulator.api("POST", "/connections", kafka("payments", { topicName: "payments" }));
        await create("payments", earliest);
        await advance(2000);
        const id = await create("orders", { ...earliest, replaceRunning: true });
        await advance(1000);
        await ask(id, "suspended");
        await emulator.api("PATCH", "/connections/orders", { type: "kafka", topicName: "payments" });
        await resumeAfterReset(id);
        expect((await project()).checkpoints).toMatchObject([
            { topic: "payments", position: 50, resets: 1 },
            { topic: "orders", position: 100, resets: 0 },
        ]);
    });
});

it("goes with its table", async () => {
    const id = await create("orders");
    await ask(id, "canceled");
    await emulator.api("POST", "/jobs", { type: "drop_table", target: { type: "table", tableName: "sales" } });
    expect((await project()).checkpoints).toEqual([]);
    expect((await jobState(await create("orders"))).startedFrom).toBe("latest");
});

it("is read with the connection as it was when the job last started", async () => {
    const id = await create("orders");
    await emulator.api("PATCH", "/connections/orders", { type: "kafka", topicName: "payments" });
    expect((await jobState(id)).connectionRevision).toBe(1);
    await ask(id, "suspended");
    await ask(id, "running");
    expect((await jobState(id)).connectionRevision).toBe(2);
    expect((await project()).checkpoints.map(({ topic }) => topic)).toEqual(["orders", "payments"]);
});
