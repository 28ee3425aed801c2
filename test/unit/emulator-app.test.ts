import { buildApp } from "../../emulator/app";
import { Clock } from "../../emulator/clock";
import { FaultList } from "../../emulator/faults";
import { RateLimit } from "../../emulator/rate-limit";
import { Recorder } from "../../emulator/recorder";
import { Simulation } from "../../emulator/simulation";
import { Store } from "../../emulator/store";
import { Users } from "../../emulator/users";

const PROJECT = "11111111-1111-4111-8111-111111111111";

const build = (latencyMs = 0) => {
    const store = new Store("salt", new Clock());
    store.addProject(PROJECT);
    return buildApp({
        store,
        users: new Users(["pok_test"]),
        faults: new FaultList(),
        rateLimit: new RateLimit(),
        recorder: new Recorder(),
        outcomes: [],
        ingestion: new Simulation(store, [], 0),
        latencyMs,
        save: () => Promise.resolve(),
    });
};

const headers = { authorization: "Basic pok_test" };

it.each(["127.0.0.1", "::1", "::ffff:127.0.0.1"])(
    "answers control routes for a caller at %s",
    async (remoteAddress) => {
        const { statusCode } = await build().inject({ url: "/_emulator/state", remoteAddress });
        expect(statusCode).toBe(200);
    },
);

it("answers other machines the API, but no control route", async () => {
    const app = build();
    const remoteAddress = "192.0.2.7";
    const reset = await app.inject({ method: "POST", url: "/_emulator/reset", remoteAddress });
    expect(reset.statusCode).toBe(403);
    const list = await app.inject({ url: `/v1/projects/${PROJECT}/connections`, headers, remoteAddress });
    expect(list.statusCode).toBe(200);
});

it("takes at least its latency for every request to the API", async () => {
    const startMs = performance.now();
    await build(50).inject({ url: `/v1/projects/${PROJECT}/connections`, headers });
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(45);
});

it("hides its own faults behind a 500 without details", async () => {
    const app = build();
    const write = jest.spyOn(process.stderr, "write").mockReturnValue(true);
    app.get("/broken", () => {
        throw new Error("internal detail");
    });
    const { statusCode, body } = await app.inject({ url: "/broken" });
    write.mockRestore();
    expect({ statusCode, body: JSON.parse(body) as unknown }).toEqual({
        statusCode: 500,
        body: { code: "InternalError", message: "The emulator failed on this request." },
    });
});
