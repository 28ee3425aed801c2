import { basic, kafka, send, startTestEmulator, streaming, type EmulatorUnderTest } from "../support/emulator";

const KEYS = ["pok_AAAA1111bbbb2222", "pok_CCCC3333dddd4444"];
const PROJECTS = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"];

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    emulator = await startTestEmulator({ apiKey: KEYS, projectId: PROJECTS });
});
beforeEach(() => emulator.control("POST", "reset"));
afterAll(() => emulator.close());

const list = (authorization: string, project = PROJECTS[0]!) =>
    send(`${emulator.url}/v1/projects/${project}/connections`, "GET", undefined, { authorization });

it.each([
    ["the key as it is", `Basic ${KEYS[0]!}`],
    ["base64url of key and colon", basic(KEYS[0]!)],
    ["base64 of key and colon", `Basic ${Buffer.from(`${KEYS[0]!}:`).toString("base64")}`],
    ["a lower-case scheme", `basic ${KEYS[0]!}`],
])("takes %s", async (_what, authorization) => {
    expect((await list(authorization)).status).toBe(200);
});

it.each([
    ["no credentials", ""],
    ["a wrong key", basic("pok_wrong")],
    ["a bearer token", `Bearer ${KEYS[0]!}`],
    ["a key with a password", `Basic ${Buffer.from(`${KEYS[0]!}:password`).toString("base64")}`],
])("refuses %s with 401 and a nested error, before it looks at the project", async (_what, authorization) => {
    for (const project of [PROJECTS[0]!, "absent"]) {
        const { status, json, headers } = await list(authorization, project);
        const error = { code: "InvalidAuthentication", message: "The provided authorization is invalid." };
        expect({ status, json }).toEqual({ status: 401, json: { error } });
        expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    }
});

it("answers 404 for an unknown project, and for an unknown operation", async () => {
    const unknown = await list(basic(KEYS[0]!), "33333333-3333-4333-8333-333333333333");
    expect(unknown).toMatchObject({ status: 404, json: { code: "ProjectNotFound", target: "projectId" } });
    expect(await emulator.api("GET", "/dashboards")).toMatchObject({ status: 404, json: { code: "RouteNotFound" } });
});

it("keeps projects apart", async () => {
    const url = (project: string, path: string) => `${emulator.url}/v1/projects/${project}${path}`;
    const headers = { authorization: basic(KEYS[0]!) };
    for (const project of PROJECTS) {
        expect((await send(url(project, "/connections"), "POST", kafka("orders"), headers)).status).toBe(201);
        expect((await send(url(project, "/jobs"), "POST", streaming("sales", "orders"), headers)).status).toBe(201);
    }
    await send(url(PROJECTS[0]!, "/connections/orders"), "PATCH", { type: "kafka", description: "d" }, headers);
    const other = await send(url(PROJECTS[1]!, "/connections/orders"), "GET", undefined, headers);
    expect(other.json.description).toBeNull();
});

it("distinguishes users by their keys, without showing the keys", async () => {
    const { json: mine } = await emulator.api("POST", "/connections", kafka("orders"));
    const change = { type: "kafka", description: "d" };
    const { json } = await emulator.api("PATCH", "/connections/orders", change, { authorization: basic(KEYS[1]!) });
    expect(json.submittedByUser).toEqual(mine.submittedByUser);
    expect(json.modifiedByUser).not.toEqual(mine.modifiedByUser);
    expect(JSON.stringify(json)).not.toMatch(/AAAA|1111bbbb|2222|CCCC|dddd|4444/);
});

it.each([
    ["POST", "/connections"],
    ["PATCH", "/connections/orders"],
    ["POST", "/jobs"],
    ["POST", "/tables"],
])("refuses a body of another content type on %s %s with 415", async (method, path) => {
    await emulator.api("POST", "/connections", kafka("orders"));
    for (const type of [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/merge-patch+json",
        "nonsense",
    ]) {
        const answer = await emulator.api(method, path, "{}", { "content-type": type });
        expect(answer).toMatchObject({ status: 415, json: { code: expect.any(String) as unknown } });
    }
});

it("takes a content type with a character set", async () => {
    const headers = { "content-type": "application/json; charset=utf-8" };
    expect((await emulator.api("POST", "/connections", kafka("orders"), headers)).status).toBe(201);
});

it.each([
    ["cut JSON", '{"type":'],
    ["nothing", ""],
    ["a list", "[]"],
    ["null", "null"],
])("refuses %s as a body with 400", async (_what, body) => {
    const answer = await emulator.api("POST", "/connections", body, { "content-type": "application/json" });
    expect(answer).toMatchObject({ status: 400, json: { message: expect.any(String) as unknown } });
});

it("gives every answer its own request id", async () => {
    const ids = await Promise.all([1, 2, 3].map(() => list(basic(KEYS[0]!))));
    expect(new Set(ids.map(({ headers }) => headers.get("x-request-id"))).size).toBe(3);
});

describe("rate limit", () => {
    const limit = (body: unknown) => emulator.control("POST", "rateLimit", body);
    const authorization = basic(KEYS[0]!);

    const burst = async () => {
        const answers = await Promise.all(Array.from({ length: 8 }, () => list(authorization)));
        return answers.filter(({ status }) => status === 429);
    };

    it("refuses what is beyond it with 429, the gateway's body and Retry-After in seconds", async () => {
        await limit({ perSecond: 0.01 });
        const refused = await burst();
        expect(refused).toHaveLength(7);
        expect(refused[0]!.json).toEqual({ message: "API rate limit exceeded" });
        expect(Number(refused[0]!.headers.get("retry-after"))).toBeGreaterThan(90);
    });

    it("gives Retry-After as a date, or leaves it out", async () => {
        await limit({ perSecond: 0.01, retryAfter: "date" });
        const date = (await burst())[0]!.headers.get("retry-after")!;
        expect(date).toMatch(/ GMT$/);
        expect(Date.parse(date)).toBeGreaterThan(Date.now() + 60_000);
        await limit({ perSecond: 0.01, retryAfter: "none" });
        expect((await burst())[0]!.headers.get("retry-after")).toBeNull();
    });

    it("is over once it is cleared", async () => {
        await limit({ perSecond: 0.01 });
        await burst();
        await limit(null);
        expect(await burst()).toEqual([]);
    });
});
