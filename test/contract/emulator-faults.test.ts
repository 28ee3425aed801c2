import { request, type IncomingMessage } from "node:http";
import { basic, kafka, startTestEmulator, type EmulatorUnderTest } from "../support/emulator";

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    emulator = await startTestEmulator({ transitionMs: 0 });
});
beforeEach(() => emulator.control("POST", "reset"));
afterAll(() => emulator.close());

interface Fault {
    id: string;
    hits: number;
}

const fault = (body: Record<string, unknown>) => emulator.control<Fault>("POST", "faults", body);
const create = (name = "orders") => emulator.api("POST", "/connections", kafka(name));
const exists = async (name = "orders") => (await emulator.api("GET", `/connections/${name}`)).status === 200;

/** A raw request, whose answer may never end. */
const raw = (path: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
        const url = `${emulator.url}/v1/projects/${emulator.projectId}${path}`;
        const headers = { authorization: basic(emulator.apiKey) };
        request(url, { headers }, resolve).on("error", reject).end();
    });

it("answers a status in place of the work, once", async () => {
    await fault({ status: 503, headers: { "retry-after": "2" }, body: { message: "maintenance" } });
    const { status, headers, json } = await create();
    expect({ status, json }).toEqual({ status: 503, json: { message: "maintenance" } });
    expect(headers.get("retry-after")).toBe("2");
    expect(await exists()).toBe(false);
    expect((await create()).status).toBe(201);
});

it("answers a status after the work is done", async () => {
    await fault({ status: 502, phase: "after", body: "<html>Bad Gateway</html>", contentType: "text/html" });
    const { status, headers, text } = await create();
    expect({ status, text }).toEqual({ status: 502, text: "<html>Bad Gateway</html>" });
    expect(headers.get("content-type")).toBe("text/html");
    expect(await exists()).toBe(true);
});

it("answers an empty 200, and a redirect", async () => {
    await fault({ status: 200, body: "" });
    expect(await create()).toMatchObject({ status: 200, text: "" });
    await fault({ status: 307, headers: { location: `${emulator.url}/elsewhere` } });
    expect(await raw("/connections")).toMatchObject({
        statusCode: 307,
        headers: { location: `${emulator.url}/elsewhere` },
    });
});

it.each([
    ["before", false],
    ["after", true],
])("cuts the connection %s the work", async (phase, isDone) => {
    await fault({ cut: true, phase });
    await expect(create()).rejects.toThrow("fetch failed");
    expect(await exists()).toBe(isDone);
});

it("hangs until the caller gives up", async () => {
    await fault({ hang: true });
    const url = `${emulator.url}/v1/projects/${emulator.projectId}/connections`;
    const headers = { authorization: basic(emulator.apiKey) };
    await expect(fetch(url, { headers, signal: AbortSignal.timeout(100) })).rejects.toThrow("timeout");
});

it("trickles a body that does not end", async () => {
    await fault({ trickle: true });
    const response = await raw("/connections");
    let bytes = 0;
    for await (const chunk of response) {
        bytes += (chunk as Buffer).length;
        if (bytes >= 3) {
            break;
        }
    }
    expect(response).toMatchObject({ statusCode: 200, complete: false });
});

it("cuts a body that is shorter than it says", async () => {
    await create();
    await fault({ truncate: true, phase: "after" });
    const response = await raw("/connections/orders");
    const read = async () => {
        let text = "";
        for await (const chunk of response) {
            text += String(chunk);
        }
        return text;
    };
    await expect(read()).rejects.toThrow("aborted");
});

it("sends half of the JSON as if it were whole", async () => {
    const { text: whole } = await create();
    await fault({ truncate: "json", phase: "after", method: "get" });
    const { status, text } = await emulator.api("GET", "/connections/orders");
    expect(status).toBe(200);
    expect(whole.startsWith(text)).toBe(true);
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
});

it("delays, and then does what was asked", async () => {
    await fault({ delayMs: 60 });
    const startMs = performance.now();
    expect((await create()).status).toBe(201);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(55);
});

it("meets only the method and path it is set for, as often as it says", async () => {
    const { id } = await fault({ method: "POST", path: "^/connections$", times: 2, status: 500 });
    expect((await emulator.api("GET", "/connections")).status).toBe(200);
    expect((await emulator.api("POST", "/jobs", {})).status).toBe(400);
    expect((await create()).status).toBe(500);
    expect((await create()).status).toBe(500);
    expect((await create()).status).toBe(201);
    expect(await emulator.control("GET", "faults")).toMatchObject([{ id, hits: 2, times: 2 }]);
});

it("lasts until it is cleared where times is null", async () => {
    await fault({ times: null, status: 500 });
    for (const name of ["a", "b", "c"]) {
        expect((await create(name)).status).toBe(500);
    }
    await emulator.control("DELETE", "faults");
    expect((await create()).status).toBe(201);
    expect(await emulator.control("GET", "faults")).toEqual([]);
});

it("shows in the record of requests", async () => {
    const { id } = await fault({ cut: true });
    await expect(create()).rejects.toThrow();
    const { requests } = await emulator.control<{ requests: unknown[] }>("GET", "requests");
    expect(requests).toMatchObject([{ method: "POST", status: null, faultId: id, body: { name: "orders" } }]);
});

it("stops at once, whatever still hangs", async () => {
    const other = await startTestEmulator();
    await other.control("POST", "faults", { hang: true });
    const hanging = other.api("GET", "/connections").catch((error: unknown) => String(error));
    const inFlight = async () => (await other.control<{ inFlight: number }>("GET", "requests")).inFlight;
    while ((await inFlight()) === 0) {
        await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await other.close();
    expect(await hanging).toContain("fetch failed");
});

it.each([
    ["no effect", { method: "GET" }],
    ["two effects", { cut: true, status: 500 }],
    ["a path that is no regular expression", { path: "(", cut: true }],
    ["a body without a status", { cut: true, body: "x" }],
    ["an unknown member", { cut: true, methods: "GET" }],
])("refuses %s", async (_what, body) => {
    await expect(fault(body)).rejects.toThrow("400");
});
