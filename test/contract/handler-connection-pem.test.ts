import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { linesTold, ProviderProcess, type Resource } from "../support/handler";
import { client, intermediate, lockedKey, other, traditional } from "../support/pem";
import { newRequests } from "../support/seen";

linesTold();

let emulator: EmulatorUnderTest;
let engine: ProviderProcess;
let resource: Resource;

beforeAll(async () => {
    emulator = await startTestEmulator({ transitionMs: 0 });
    engine = await ProviderProcess.start(emulator);
});
beforeEach(async () => {
    await emulator.control("POST", "reset");
    resource = engine.resource("KafkaConnection");
});
afterAll(() => emulator.close());

const given = {
    name: "orders",
    bootstrapServers: "b-1.example.com:9096",
    topicName: "orders",
    secrets: { type: "sasl_plain", username: "imply", password: "hidden-word" },
    testConnection: "off",
};
const sslOf = (certificates: string) => ({ ssl: { truststore: { type: "pem", certificates } } });
const trusting = (certificates: string) => ({ ...given, ...sslOf(certificates) });
const sent = async (method: string) =>
    (await newRequests(emulator)).find((request) => request.method === method)?.body as Record<string, unknown>;

const both = client.certificates + other.certificates;
const glued = client.certificates.trimEnd() + other.certificates;
const continued = (text: string) => text.trim().replaceAll("\n", " \\\n");

describe("certificates and keys of a connection", () => {
    it("are sent as texts that Kafka's client reads, and stay in state as the program has them", async () => {
        const keystore = {
            certificates: continued(client.certificates + intermediate),
            key: continued(lockedKey),
            keyPassword: "right",
        };
        const declared = { ...given, ssl: { truststore: { certificates: continued(both) }, keystore } };
        await resource.up(declared);
        expect((await sent("POST")).ssl).toMatchObject({
            truststore: { type: "pem", certificates: both },
            keystore: { type: "pem", certificates: client.certificates + intermediate },
        });
        expect(resource.state?.inputs).toMatchObject({ ssl: declared.ssl });
        await resource.refresh();
        expect((await resource.preview(declared)).step).toBe("same");
        expect(
            (await resource.preview({ ...declared, ssl: { ...declared.ssl, truststore: { certificates: both } } }))
                .step,
        ).toBe("same");
    });

    it("that run into each other, as an earlier version sent them, are sent again when the program is put right", async () => {
        await resource.up(trusting(both));
        await emulator.api("PATCH", "/connections/orders", { type: "kafka", ...sslOf(glued) });
        await resource.refresh();
        // Not what the text holds, but what Kafka's client reads from it.
        expect(resource.state?.inputs).toMatchObject(sslOf(client.certificates));
        expect(await resource.preview(trusting(glued))).toMatchObject({
            step: "refused",
            problems: [expect.stringContaining("Kafka's client reads 1 of 2 blocks")],
        });
        await newRequests(emulator);
        expect(await resource.up(trusting(both))).toEqual({ step: "update" });
        expect((await sent("PATCH")).ssl).toMatchObject({ truststore: { certificates: both } });
        await resource.refresh();
        expect((await resource.preview(trusting(both))).step).toBe("same");
    });

    it("are checked in previews, all at once", async () => {
        const keystore = {
            certificates: client.certificates,
            key: traditional(other.key, "pkcs1"),
            keyPassword: "a\nb",
        };
        const { problems } = await resource.preview({
            ...given,
            ssl: { truststore: { certificates: glued }, keystore },
        });
        expect(problems.map((problem) => problem.split(":")[0])).toEqual([
            "ssl.truststore.certificates",
            "ssl.keystore.keyPassword",
            "ssl.keystore.key",
        ]);
        const swapped = { certificates: client.certificates, key: other.key };
        expect((await resource.preview({ ...given, ssl: { keystore: swapped } })).problems).toEqual([
            "ssl.keystore.key: expected the key of the first of ssl.keystore.certificates, found the key of another certificate [PolarisArgumentInvalid]",
        ]);
    });
});
