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
const get = async (path: string) => (await emulator.api("GET", path)).json;
const totals = async (id: string) => (await get(`/jobs/${id}/metrics`)).totals;

const create = async () => {
    const { json } = await emulator.api("POST", "/jobs", streaming("sales", "orders"));
    return String(json.id);
};

const health = { status: "warn", code: "unable_to_proceed", message: "The offset has expired." };
const metrics = { numRowsProcessed: 10, numRowsSkippedByFilter: 120 };

it("lets the next job run, but unhealthy and skipping rows", async () => {
    const logs = [{ message: "row 1 cannot be parsed", code: "invalid_rows_found" }];
    await emulator.control("POST", "outcomes", {
        tableName: "sales",
        executionStatus: "running",
        health,
        metrics,
        logs,
    });
    const id = await create();
    expect(await get(`/jobs/${id}`)).toMatchObject({ executionStatus: "pending", health: { status: "ok" } });
    await advance(300);
    expect(await get(`/jobs/${id}`)).toMatchObject({ executionStatus: "running", health });
    expect(await totals(id)).toMatchObject({ ...metrics, numRowsSkippedByError: 0 });
    expect((await get(`/jobs/${id}/logs`)).logs).toMatchObject([
        logs[0],
        { healthStatus: "warn", code: health.code, message: health.message },
    ]);
    expect((await get("/jobs?healthStatus=warn")).values).toMatchObject([{ id }]);
});

it("lets the next job be fine for a while", async () => {
    const outcome = { tableName: "sales", executionStatus: "running", health, metrics, afterMs: 500 };
    await emulator.control("POST", "outcomes", outcome);
    const id = await create();
    await advance(799);
    expect(await get(`/jobs/${id}`)).toMatchObject({ executionStatus: "running", health: { status: "ok" } });
    expect(await totals(id)).toMatchObject({ numRowsSkippedByFilter: 0 });
    await advance(1);
    expect(await get(`/jobs/${id}`)).toMatchObject({ executionStatus: "running", health });
    expect(await totals(id)).toMatchObject(metrics);
});

it("keeps outcomes of other projects and tables for those", async () => {
    await expect(
        emulator.control("POST", "outcomes", { projectId: "absent", tableName: "sales", executionStatus: "failed" }),
    ).rejects.toThrow("projectId");
    await emulator.control("POST", "outcomes", { tableName: "other", executionStatus: "failed" });
    const id = await create();
    await advance(300);
    expect((await get(`/jobs/${id}`)).executionStatus).toBe("running");
});

it("forces totals and health, null included", async () => {
    const id = await create();
    await advance(300);
    const change = { health: null, metrics: { numRowsProcessed: null, numRowsSkippedByError: 7 } };
    await emulator.control("POST", `jobs/${id}`, change);
    expect((await get(`/jobs/${id}`)).health).toBeNull();
    expect(await totals(id)).toMatchObject({ ...change.metrics, numRowsSkippedByFilter: 0 });
    expect((await get("/jobs")).values).toMatchObject([{ id, health: null }]);
    expect((await get("/jobs?healthStatus=ok")).values).toEqual([]);
    await emulator.control("POST", `jobs/${id}`, { metrics: { numRowsProcessed: 8 } });
    expect(await totals(id)).toMatchObject({ numRowsProcessed: 8, numRowsSkippedByError: 7 });
    await emulator.control("POST", `jobs/${id}`, { executionStatus: "failed" });
    expect(await get(`/jobs/${id}`)).toMatchObject({ executionStatus: "failed", health: null });
});
