import { kafka, send, startTestEmulator, streaming, type EmulatorUnderTest } from "../support/emulator";

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    emulator = await startTestEmulator();
});
beforeEach(() => emulator.control("POST", "reset"));
afterAll(() => emulator.close());

interface Requests {
    requests: {
        method: string;
        path: string;
        status: number | null;
        at: string;
        user: string | null;
        body?: unknown;
    }[];
    inFlight: number;
    maxInFlight: number;
}

const seen = () => emulator.control<Requests>("GET", "requests");

it("needs no key", async () => {
    expect((await send(`${emulator.url}/_emulator/state`, "GET")).status).toBe(200);
});

it("records requests in their order, with user and body but without secrets", async () => {
    await emulator.api("POST", "/connections", kafka("orders"));
    await emulator.api("GET", "/jobs?type=sql");
    await emulator.api("DELETE", "/connections/absent", undefined, { authorization: "" });
    const { requests } = await seen();
    const root = `/v1/projects/${emulator.projectId}`;
    expect(requests).toMatchObject([
        {
            method: "POST",
            path: `${root}/connections`,
            status: 201,
            user: expect.stringMatching(/^api-key-pok_/) as unknown,
            body: { name: "orders", secrets: { username: "polaris", password: "[secret]" } },
        },
        { method: "GET", path: `${root}/jobs?type=sql`, status: 200 },
        { method: "DELETE", status: 401, user: null },
    ]);
    expect(requests[1]).not.toHaveProperty("body");
    expect(JSON.stringify(requests)).not.toContain("first-password");
    await emulator.control("DELETE", "requests");
    expect(await seen()).toMatchObject({ requests: [], maxInFlight: 0 });
});

it("hides secrets in malformed bodies too", async () => {
    const bodies = [
        { password: "hidden", secrets: "hidden" },
        { keyPassword: "hidden", secret: "hidden", accessKeySecret: "hidden", sasToken: "hidden" },
        { secrets: { type: "sasl_plain", pasword: "hidden", password: { deep: "hidden" } } },
        { ssl: { keystore: "hidden" } },
        [{ secrets: { type: "basic", key: "hidden" } }],
    ];
    for (const body of bodies) {
        expect((await emulator.api("POST", "/connections", body)).text).not.toContain("hidden");
    }
    await emulator.api("POST", "/connections", '{"password": "hidden"');
    const { requests } = await seen();
    expect(requests).toHaveLength(6);
    expect(JSON.stringify(requests)).not.toContain("hidden");
});

it("counts the most requests in flight at once", async () => {
    await emulator.control("POST", "faults", { hang: true, times: 6 });
    const gaveUp = new AbortController();
    const url = `${emulator.url}/v1/projects/${emulator.projectId}/connections`;
    const asked = Array.from({ length: 6 }, () => fetch(url, { signal: gaveUp.signal }));
    const until = async (count: number) => {
        while ((await seen()).inFlight !== count) {
            await new Promise((tick) => setTimeout(tick, 5));
        }
    };
    await until(6);
    gaveUp.abort();
    await Promise.allSettled(asked);
    await until(0);
    expect((await seen()).maxInFlight).toBe(6);
});

it("shows all objects, and resets them together with everything else", async () => {
    await emulator.api("POST", "/connections", kafka("orders"));
    await emulator.api("POST", "/jobs", streaming("sales", "orders"));
    await emulator.control("POST", "faults", { path: "^/nothing", cut: true });
    await emulator.control("POST", "rateLimit", { perSecond: 1000 });
    await emulator.control("POST", "outcomes", { tableName: "other", executionStatus: "failed" });
    const empty = { connections: [], jobs: [], tables: [], checkpoints: [] };
    const state = await emulator.control("GET", "state");
    expect(state).toMatchObject({
        projects: [
            {
                projectId: emulator.projectId,
                connections: [{ name: "orders", credentials: { "secrets.password": {} } }],
                jobs: [{ tableName: "sales", type: "streaming" }],
                tables: [{ name: "sales" }],
            },
        ],
        faults: [{ hits: 0 }],
        rateLimit: { perSecond: 1000 },
        rules: { patchNull: "clears" },
        outcomes: [{ tableName: "other" }],
    });
    expect(JSON.stringify(state)).not.toContain("first-password");
    await emulator.control("POST", "reset");
    expect(await emulator.control("GET", "state")).toMatchObject({
        projects: [{ projectId: emulator.projectId, ...empty }],
        faults: [],
        rateLimit: null,
        outcomes: [],
    });
    expect((await emulator.api("GET", "/connections")).json).toEqual({ values: [] });
});

it("advances and freezes the clock that timestamps and transitions go by", async () => {
    await emulator.control("POST", "clock", { freeze: true });
    await emulator.control("POST", "clock", { advanceMs: 86_400_000 });
    const { now } = await emulator.control<{ now: string }>("GET", "clock");
    expect(Date.parse(now)).toBeGreaterThan(Date.now() + 86_000_000);
    const { json, headers } = await emulator.api("POST", "/connections", kafka("orders"));
    expect(String(json.submittedOnTimestamp).slice(0, 23)).toBe(now.slice(0, 23));
    expect(headers.get("date")).toBe(new Date(now).toUTCString());
    const patched = await emulator.api("PATCH", "/connections/orders", { type: "kafka" });
    expect(String(patched.json.modifiedOnTimestamp) > String(json.modifiedOnTimestamp)).toBe(true);
});

it("refuses what it does not know", async () => {
    for (const [path, body] of [
        ["clock", { advance: 1 }],
        ["clock", { advanceMs: -1 }],
        ["rateLimit", { perSecond: 0 }],
        ["outcomes", { tableName: "sales", executionStatus: "suspended" }],
        ["outcomes", { tableName: "sales", executionStatus: "running", metrics: { rows: 1 } }],
        ["rules", { patchNull: "asks" }],
        ["rules", { patchNil: "clears" }],
        ["project", { state: "stopped" }],
        ["project", { projectId: "absent", state: "paused" }],
        ["jobs/absent", { executionStatus: "failed" }],
        ["connections/absent", { testError: "x" }],
        ["nonsense", {}],
    ] as const) {
        await expect(emulator.control("POST", path, body)).rejects.toThrow(/40[04]/);
    }
    expect((await seen()).requests).toEqual([]);
});
