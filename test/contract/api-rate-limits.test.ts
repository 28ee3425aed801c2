import { Client } from "../../provider/api/client";
import { createConnection, getConnection } from "../../provider/api/connections";
import { ApiError } from "../../provider/api/errors";
import { Mask } from "../../provider/values/mask";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { findsNothing } from "../support/once";
import { json, startRawServer } from "../support/raw-server";
import type { SeenRequest } from "../support/seen";

let emulator: EmulatorUnderTest;
const clients: Client[] = [];

function clientOf(baseUrl: string, more: { attempts?: number; totalMs?: number } = {}): Client {
    const { projectId, apiKey } = emulator;
    const policy = { attempts: 3, firstDelayMs: 5, longestDelayMs: 50, totalMs: 60_000, ...more };
    const client = new Client({ baseUrl, projectId, apiKey, requestTimeoutMs: 10_000, policy }, new Mask());
    clients.push(client);
    return client;
}

interface Traffic {
    requests: (SeenRequest & { at: string })[];
    maxInFlight: number;
}

const traffic = () => emulator.control<Traffic>("GET", "requests");

const connection = (name: string) => ({
    type: "kafka",
    name,
    bootstrapServers: "a:1",
    topicName: "orders",
    secrets: { type: "sasl_plain", username: "imply", password: "hidden-word" },
});

beforeAll(async () => {
    emulator = await startTestEmulator();
});
beforeEach(() => emulator.control("POST", "reset"));
afterEach(() => clients.splice(0).forEach((client) => client.close()));
afterAll(() => emulator.close());

describe("a 429", () => {
    it("is waited for as long as Retry-After asks in seconds, then the request is repeated", async () => {
        await emulator.control("POST", "faults", { status: 429, headers: { "retry-after": "1" } });
        await createConnection(clientOf(emulator.url), connection("orders"), findsNothing);
        const [limited, done] = (await traffic()).requests;
        expect([limited?.status, done?.status]).toEqual([429, 201]);
        expect(Date.parse(done!.at) - Date.parse(limited!.at)).toBeGreaterThanOrEqual(1_000);
    });

    it("is waited for until the date in Retry-After", async () => {
        const until = Math.ceil(Date.now() / 1_000) * 1_000 + 1_000;
        await emulator.control("POST", "faults", {
            status: 429,
            headers: { "retry-after": new Date(until).toUTCString() },
        });
        await createConnection(clientOf(emulator.url), connection("orders"), findsNothing);
        const [limited, done] = (await traffic()).requests;
        expect([limited?.status, done?.status]).toEqual([429, 201]);
        expect(Date.parse(done!.at)).toBeGreaterThanOrEqual(until);
    });

    it("does not count as an attempt: there may be more of them than attempts, within the total", async () => {
        await emulator.control("POST", "faults", { status: 429, times: 2 });
        expect(await getConnection(clientOf(emulator.url, { attempts: 1 }), "orders")).toBeUndefined();
        expect((await traffic()).requests.filter(({ status }) => status === 429)).toHaveLength(2);
    });

    it("that asks for more time than there is, is reported at once", async () => {
        const { url, requests, close } = await startRawServer(json(429, {}, { "retry-after": "3600" }));
        const error: unknown = await getConnection(clientOf(url), "orders").catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(ApiError);
        expect(error).toMatchObject({ status: 429, retryAfterMs: 3_600_000 });
        expect(requests).toHaveLength(1);
        await close();
    });

    it("that asks for hours does not hold up other requests for longer than the total", async () => {
        let answers = 0;
        const { url, close } = await startRawServer((response, request) => {
            answers += 1;
            const answer =
                answers === 1
                    ? json(429, {}, { "retry-after": "3600" })
                    : json(200, { type: "kafka", name: "orders", submittedOnTimestamp: "2024" });
            answer(response, request);
        });
        const client = clientOf(url, { totalMs: 300 });
        await expect(getConnection(client, "orders")).rejects.toThrow("answered 429");
        const begun = Date.now();
        expect(await getConnection(client, "orders")).toMatchObject({ name: "orders" });
        expect(Date.now() - begun).toBeGreaterThanOrEqual(200);
        await close();
    });
});

describe("a storm of a hundred requests at ten a second", () => {
    it.each(["seconds", "date", "none"])(
        "is survived (Retry-After: %s): all are carried out, each once, with at most 1.3 times the requests",
        async (retryAfter) => {
            await emulator.control("POST", "rateLimit", { perSecond: 10, retryAfter });
            const client = clientOf(emulator.url);
            const names = Array.from({ length: 100 }, (_, index) => `orders-${index}`);
            const created = await Promise.all(
                names.map((name) => createConnection(client, connection(name), findsNothing)),
            );
            expect(created.map(({ name }) => name)).toEqual(names);
            const { requests, maxInFlight } = await traffic();
            expect(requests.filter(({ status }) => status === 201)).toHaveLength(names.length);
            expect(requests.some(({ status }) => status === 429)).toBe(true);
            expect(requests.length).toBeLessThanOrEqual(names.length * 1.3);
            expect(maxInFlight).toBeLessThanOrEqual(32);
        },
    );
});

describe("many requests at once", () => {
    it("are in flight 32 at a time", async () => {
        await emulator.control("POST", "faults", { delayMs: 150, times: null });
        const client = clientOf(emulator.url);
        await Promise.all(Array.from({ length: 80 }, () => getConnection(client, "orders").catch(() => undefined)));
        expect((await traffic()).maxInFlight).toBe(32);
    });
});
