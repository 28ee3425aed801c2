import { Client } from "../../provider/api/client";
import { readConnection } from "../../provider/api/connection-list";
import { createConnection, updateConnection } from "../../provider/api/connections";
import { ProjectMissingError } from "../../provider/api/errors";
import { Mask } from "../../provider/values/mask";
import { kafka, startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { findsNothing } from "../support/once";
import { json, startRawServer } from "../support/raw-server";
import { callOf, newRequests } from "../support/seen";

const names = Array.from({ length: 30 }, (_, at) => `orders-${at}`);

let emulator: EmulatorUnderTest;
let client: Client;

const clientOf = (url: string, projectId = emulator.projectId) =>
    new Client({ baseUrl: url, projectId, apiKey: emulator.apiKey, requestTimeoutMs: 2_000 }, new Mask());

const readAll = (wanted = names) => Promise.all(wanted.map((name) => readConnection(client, name)));

beforeAll(async () => {
    emulator = await startTestEmulator();
});
afterAll(() => emulator.close());
beforeEach(async () => {
    await emulator.control("POST", "reset");
    for (const name of names) await emulator.api("POST", "/connections", kafka(name));
    client = clientOf(emulator.url);
    await newRequests(emulator);
});
afterEach(() => {
    client.close();
});

test("many connections are read by one list, after a few one by one, and each is what the API holds", async () => {
    const found = await readAll();
    expect(found.map((connection) => connection?.name)).toEqual(names);
    const calls = (await newRequests(emulator)).map(callOf);
    expect(calls.sort()).toEqual(["GET /connections", ...names.slice(0, 4).map((name) => `GET /connections/${name}`)]);
});

test("few connections are read one by one, so that no list of a large project is requested", async () => {
    await readAll(names.slice(0, 4));
    expect((await newRequests(emulator)).map(callOf)).not.toContain("GET /connections");
});

test("what a list does not hold is requested by its name, and is gone only if that answer says so", async () => {
    await readAll();
    await emulator.api("POST", "/connections", kafka("late"));
    await newRequests(emulator);
    expect((await readAll(["late", "missing"])).map((connection) => connection?.name)).toEqual(["late", undefined]);
    expect((await newRequests(emulator)).map(callOf)).toEqual([
        "GET /connections/late",
        "GET /connections/missing",
        // Whether it is the project that is missing.
        "GET /connections",
    ]);
});

test("after a write of its own, a client does not rely on an earlier list", async () => {
    await readAll();
    await updateConnection(client, "orders-20", { type: "kafka", topicName: "returns", topicNameIsPattern: false });
    await createConnection(client, kafka("new"), findsNothing);
    const [edited, created] = await readAll(["orders-20", "new"]);
    expect(edited).toMatchObject({ topicName: "returns" });
    expect(created).toMatchObject({ name: "new" });
});

test("what is read again is requested by its name: another user may have changed it since the list", async () => {
    await readAll();
    await emulator.api("PATCH", "/connections/orders-20", {
        type: "kafka",
        topicName: "returns",
        topicNameIsPattern: false,
    });
    await emulator.api("DELETE", "/connections/orders-21");
    const [edited, deleted] = await readAll(["orders-20", "orders-21"]);
    expect(edited).toMatchObject({ topicName: "returns" });
    expect(deleted).toBeUndefined();
});

test("another user's connection that this package cannot parse does not prevent reading the others", async () => {
    const own = { name: "own", type: "kafka", submittedOnTimestamp: "2026-01-01T00:00:00Z" };
    const server = await startRawServer((response, request) => {
        json(200, request.url?.endsWith("/connections") ? { values: [{ name: "odd" }, own] } : own)(response, request);
    });
    client = clientOf(server.url);
    expect(await readAll(Array.from({ length: 8 }, () => "own"))).toHaveLength(8);
    await server.close();
});

test("a project that does not exist is reported as such, also by a list", async () => {
    client = clientOf(emulator.url, "0f3a8a52-6c0e-4b0b-9b52-5f0b0b8f6d10");
    const answers = await Promise.allSettled(names.map((name) => readConnection(client, name)));
    for (const answer of answers) expect(answer).toMatchObject({ reason: expect.any(ProjectMissingError) as Error });
});
