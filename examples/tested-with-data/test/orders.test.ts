import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { startEmulator, type IngestingEmulator } from "imply-polaris-emulator";

let emulator: IngestingEmulator;
let stack: Stack;
let backend: string;

beforeAll(async () => {
    emulator = await startEmulator({ ingest: true });
    backend = mkdtempSync(path.join(tmpdir(), "orders-"));
    const envVars = {
        PULUMI_BACKEND_URL: `file://${backend}`,
        PULUMI_CONFIG_PASSPHRASE: "test",
        POLARIS_BASE_URL: emulator.url,
        POLARIS_PROJECT_ID: emulator.projectId,
        POLARIS_API_KEY: emulator.apiKey,
    };
    const workDir = path.dirname(__dirname);
    stack = await LocalWorkspace.createOrSelectStack({ stackName: "test", workDir }, { envVars });
    await stack.setAllConfig({
        bootstrapServers: { value: emulator.kafkaBootstrapServers },
        kafkaUsername: { value: emulator.kafka.username },
        kafkaPassword: { value: emulator.kafka.password, secret: true },
    });
});

afterAll(async () => {
    await stack.destroy({ remove: true });
    await emulator.close();
    rmSync(backend, { recursive: true, force: true });
});

const order = (order_id: string, country: string, amount: number) => ({
    value: { timestamp: new Date().toISOString(), order_id, country, amount },
});

test("an order becomes a row with its country in capitals and its amount in cents, and a refund none", async () => {
    await emulator.createTopic("orders");
    await stack.up();
    await emulator.produce("orders", [order("1", "de", 12.345), order("2", "fr", -5), order("3", "jp", 1)]);

    const sql = `SELECT "order_id", "country", "amount" FROM "orders" GROUP BY 1, 2, 3 ORDER BY 1`;
    const rows = await emulator.waitForRows(sql, 2);
    expect(rows).toEqual([
        { order_id: "1", country: "DE", amount: 12.35 },
        { order_id: "3", country: "JP", amount: 1 },
    ]);
});
