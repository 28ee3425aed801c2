import { getConnection } from "../../provider";
import { samples } from "../support/connections";
import { kafka, startTestEmulator, type EmulatorUnderTest } from "../support/emulator";

let emulator: EmulatorUnderTest;
const before = { ...process.env };

beforeAll(async () => {
    emulator = await startTestEmulator();
    Object.assign(process.env, {
        POLARIS_BASE_URL: emulator.url,
        POLARIS_PROJECT_ID: emulator.projectId,
        POLARIS_API_KEY: emulator.apiKey,
    });
});
afterAll(async () => {
    process.env = before;
    await emulator.close();
});

test.each(samples)("getConnection shows a connection of type $type, and no secret", async ({ type, given, stored }) => {
    await emulator.api("POST", "/connections", { type, name: type, ...given });
    const info = await getConnection({ name: type });
    expect(info).toMatchObject({ name: type, type, ...stored });
    expect(info.submittedByUser?.username).toMatch(/^api-key-pok_/);
    expect(JSON.stringify(info)).not.toMatch(/hidden|null/);
    const isPush = type === "push_streaming";
    const endpointUrl = `${emulator.url}/v1/projects/${emulator.projectId}/events/${type}`;
    expect(info.endpointUrl).toBe(isPush ? endpointUrl : undefined);
});

test("getConnection shows one of Kafka, and reports a name that does not exist or is missing", async () => {
    await emulator.api("POST", "/connections", kafka("orders"));
    expect(await getConnection({ name: "orders" })).toMatchObject({ type: "kafka", topicName: "orders" });
    await expect(getConnection({ name: "returns" })).rejects.toThrow(
        /^getConnection: there is no connection "returns"; .* \[PolarisObjectNotFound\]$/,
    );
    await expect(getConnection({ name: "" })).rejects.toThrow(
        "getConnection: give the name of a connection. [PolarisArgumentInvalid]",
    );
});
