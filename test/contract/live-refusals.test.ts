import { sendTo } from "../live/api";
import { refuseOtherProjects } from "../live/objects";
import { readSettings } from "../live/settings";
import { kafka, startTestEmulator, streaming, type EmulatorUnderTest } from "../support/emulator";

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    emulator = await startTestEmulator({ transitionMs: 0 });
});
beforeEach(async () => {
    await emulator.control("POST", "reset");
});
afterAll(() => emulator.close());

const complete = () => ({
    POLARIS_BASE_URL: emulator.url,
    POLARIS_API_KEY: emulator.apiKey,
    POLARIS_PROJECT_ID: emulator.projectId,
    POLARIS_LIVE_PROJECT_ID: emulator.projectId,
});

const another = "0f3a8a52-6c0e-4b0b-9b52-5f0b0b8f6d10";

describe("the settings", () => {
    it("are read from the environment", () => {
        const { projectId, otherProjectId, waitMs, kafka } = readSettings({
            ...complete(),
            POLARIS_LIVE_PROJECT_ID: ` ${emulator.projectId.toUpperCase()} `,
            POLARIS_LIVE_OTHER_PROJECT_ID: another.toUpperCase(),
        });
        expect({ projectId, otherProjectId, waitMs }).toEqual({
            projectId: emulator.projectId,
            otherProjectId: another,
            waitMs: 180_000,
        });
        expect(kafka.isReachable).toBe(false);
    });

    it.each<[Record<string, string | undefined>, RegExp]>([
        [{ POLARIS_LIVE_PROJECT_ID: undefined }, /; set POLARIS_LIVE_PROJECT_ID\.$/],
        [{ POLARIS_LIVE_PROJECT_ID: " " }, /; set POLARIS_LIVE_PROJECT_ID\.$/],
        [{ POLARIS_API_KEY: "", POLARIS_BASE_URL: "" }, /; set POLARIS_API_KEY, POLARIS_BASE_URL\.$/],
        [
            { POLARIS_LIVE_PROJECT_ID: another },
            /^POLARIS_LIVE_PROJECT_ID names another project than POLARIS_PROJECT_ID/,
        ],
        [{ POLARIS_PROJECT_ID: "orders" }, /^POLARIS_PROJECT_ID is not the id/],
        [{ POLARIS_BASE_URL: "http://polaris.example.com" }, /^POLARIS_BASE_URL uses http/],
        [{ POLARIS_LIVE_OTHER_PROJECT_ID: "orders" }, /^POLARIS_LIVE_OTHER_PROJECT_ID is not/],
        [{ POLARIS_LIVE_WAIT_SECONDS: "soon" }, /^POLARIS_LIVE_WAIT_SECONDS is not/],
        [{ POLARIS_LIVE_WAIT_SECONDS: "0" }, /^POLARIS_LIVE_WAIT_SECONDS is not/],
        [{ POLARIS_LIVE_KAFKA_TOPIC: "orders" }, /belong together; set \w+_BOOTSTRAP and \w+_SECRETS\.$/],
    ])("%j are refused", (change, message) => {
        expect(() => readSettings({ ...complete(), ...change })).toThrow(message);
    });

    it("with a second project that is the first are refused", () => {
        const environment = { ...complete(), POLARIS_LIVE_OTHER_PROJECT_ID: emulator.projectId };
        expect(() => readSettings(environment)).toThrow(/^POLARIS_LIVE_OTHER_PROJECT_ID is not/);
    });

    it.each(["password-of-mine", "7", "null"])("with secrets %s are refused without a word of them", (secrets) => {
        const brokers = { POLARIS_LIVE_KAFKA_BOOTSTRAP: "b-1.example.com:9096", POLARIS_LIVE_KAFKA_TOPIC: "orders" };
        expect(() => readSettings({ ...complete(), ...brokers, POLARIS_LIVE_KAFKA_SECRETS: secrets })).toThrow(
            "POLARIS_LIVE_KAFKA_SECRETS is not a JSON object; set it to a connection's secrets.",
        );
    });
});

describe("a project", () => {
    const refuse = () => {
        const settings = readSettings(complete());
        return refuseOtherProjects(sendTo(settings, settings.projectId));
    };
    const create = (name: string) => emulator.api("POST", "/connections", kafka(name));

    it("that is empty, or holds what the suite created, is used", async () => {
        await refuse();
        await create("live-0123-orders");
        await emulator.api("POST", "/jobs", streaming("live-0123-sales", "live-0123-orders"));
        await expect(refuse()).resolves.toBeUndefined();
    });

    it.each([
        ["a connection", () => create("orders")],
        ["a connection of a like name", () => create("liveorders")],
        ["a table", () => emulator.api("POST", "/tables", { type: "detail", name: "Live-sales" })],
        [
            "a job, though its table is gone and it has ended",
            async () => {
                await create("live-0123-orders");
                const { json } = await emulator.api("POST", "/jobs", streaming("sales", "live-0123-orders"));
                const status = `/jobs/${String(json.id)}/status`;
                await emulator.api("POST", status, { desiredExecutionStatus: "canceled" });
                const target = { type: "table", tableName: "sales" };
                await emulator.api("POST", "/jobs", { type: "drop_table", target });
            },
        ],
    ])("with %s of another maker is refused", async (_, arrange) => {
        await arrange();
        await expect(refuse()).rejects.toThrow(
            /^The project holds a (connection|table|job into the table) "\S+", which the live suite did not create; use a project made for it\.$/,
        );
    });

    it("with more jobs than a page is looked through", async () => {
        await create("live-0123-orders");
        await emulator.api("POST", "/jobs", streaming("sales", "live-0123-orders", { replaceRunning: true }));
        for (let count = 0; count < 1000; count++) {
            const body = streaming("live-0123-sales", "live-0123-orders", { replaceRunning: true });
            await emulator.api("POST", "/jobs", body);
        }
        await expect(refuse()).rejects.toThrow(/"sales"/);
    });

    it("that is paused is refused", async () => {
        await emulator.control("POST", "project", { state: "paused" });
        await expect(refuse()).rejects.toThrow(/^The project is paused/);
    });
});
