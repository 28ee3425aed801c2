import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kafka, startTestEmulator, streaming, type EmulatorUnderTest } from "../support/emulator";

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    emulator = await startTestEmulator({ transitionMs: 300 });
});
beforeEach(async () => {
    await emulator.control("POST", "reset");
    await emulator.control("POST", "clock", { freeze: true });
    await emulator.api("POST", "/connections", kafka("orders"));
});
afterAll(() => emulator.close());

const advance = (advanceMs: number) => emulator.control("POST", "clock", { advanceMs });
const state = (name: "running" | "paused") => emulator.control("POST", "project", { state: name });
const get = async (id: string) => (await emulator.api("GET", `/jobs/${id}`)).json;

const create = async (tableName = "sales") => {
    const { status, json } = await emulator.api("POST", "/jobs", streaming(tableName, "orders"));
    expect(status).toBe(201);
    return String(json.id);
};

interface State {
    projects: { jobs: { id: string; startedFrom: string }[]; checkpoints: { position: number }[] }[];
}

it("says what state the project is in", async () => {
    const seen = async () => (await emulator.api("GET", "")).json;
    expect(await seen()).toEqual({
        metadata: { uid: emulator.projectId, name: expect.any(String) as unknown },
        spec: { desiredState: "running" },
        status: { state: "running" },
    });
    await state("paused");
    expect(await seen()).toMatchObject({ status: { state: "paused" } });
    await state("running");
    expect(await seen()).toMatchObject({ status: { state: "running" } });
    expect((await emulator.api("GET", "", undefined, { authorization: "" })).status).toBe(401);
});

it("ends every live job by a pause and leaves the ended ones alone", async () => {
    const running = await create();
    await advance(300);
    const pending = await create("pending");
    const suspended = await create("suspended");
    await emulator.control("POST", `jobs/${suspended}`, { executionStatus: "suspended" });
    const failed = await create("failed");
    await emulator.control("POST", `jobs/${failed}`, { executionStatus: "failed" });
    const before = await get(failed);
    await state("paused");
    for (const id of [running, pending, suspended]) {
        expect(await get(id)).toMatchObject({
            executionStatus: "canceled",
            desiredExecutionStatus: "running",
            health: { status: "error", message: "The project is paused." },
        });
    }
    expect(await get(failed)).toEqual(before);
    const { json } = await emulator.api("GET", `/jobs/${running}/logs`);
    expect((json.logs as unknown[]).at(-1)).toMatchObject({ message: "The project is paused." });
});

it("leaves a table usable whose drop the pause ended", async () => {
    await emulator.api("POST", "/tables", { type: "detail", name: "sales" });
    const target = { type: "table", tableName: "sales" };
    await emulator.api("POST", "/jobs", { type: "drop_table", target });
    expect((await emulator.api("GET", "/tables/sales")).json.availability).toBe("deleting");
    await state("paused");
    await advance(1000);
    expect((await emulator.api("GET", "/tables/sales")).json.availability).toBe("available");
});

it("fails new jobs while it is paused, and continues at the checkpoints afterwards", async () => {
    await create();
    await advance(1300);
    await state("paused");
    const failed = await create();
    expect((await get(failed)).executionStatus).toBe("pending");
    await advance(300);
    expect(await get(failed)).toMatchObject({
        executionStatus: "failed",
        health: { message: "The project is paused." },
    });
    await state("running");
    const next = await create();
    await advance(300);
    expect((await get(next)).executionStatus).toBe("running");
    const { projects } = await emulator.control<State>("GET", "state");
    expect(projects[0]!.jobs.find(({ id }) => id === next)!.startedFrom).toBe("checkpoint");
    expect(projects[0]!.checkpoints).toMatchObject([{ position: 1_000_100 }]);
});

it("stays paused over a restart, and runs again after a reset", async () => {
    const directory = mkdtempSync(join(tmpdir(), "polaris-project-"));
    const dataFile = join(directory, "data.json");
    const first = await startTestEmulator({ dataFile });
    await first.control("POST", "project", { state: "paused" });
    await first.close();
    const second = await startTestEmulator({ dataFile });
    expect((await second.api("GET", "")).json).toMatchObject({ status: { state: "paused" } });
    await second.control("POST", "reset");
    expect((await second.api("GET", "")).json).toMatchObject({ status: { state: "running" } });
    await second.close();
    rmSync(directory, { recursive: true, force: true });
});
