import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { findOldestPulumi, withCli } from "../../tools/pulumi-cli/find.js";
import { kafka, startTestEmulator, streaming, type EmulatorUnderTest } from "../support/emulator";
import { inventory } from "../support/fleet";
import { command, succeeds, withTypes } from "../support/import-command";
import { client, root } from "../support/pem";
import { envOf } from "../support/project";
import { withStack, type Stack } from "../support/pulumi";
import { jobsOn, newRequests, writesIn } from "../support/seen";
import { expectNoChanges, nameOf, type ResourceState } from "../support/summary";

jest.setTimeout(240_000);

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    emulator = await startTestEmulator({ transitionMs: 20 });
});
afterAll(() => emulator.close());

async function post(path_: string, body: unknown): Promise<Record<string, unknown>> {
    const { status, json, text } = await emulator.api("POST", path_, body);
    if (status >= 300) throw new Error(`${path_}: ${status} ${text}`);
    return json;
}

/** A project that other clients have made: odd names, what the server fills in, and what cannot be imported. */
async function makeProject(): Promise<void> {
    await emulator.control("POST", "reset");
    await emulator.control("POST", "rules", { isAggregationInSpec: "filled" });
    await post("/connections", kafka("2024-orders", { ssl: { truststore: { type: "pem", certificates: root } } }));
    await post("/connections", kafka("class", { bootstrapServers: "b:1, a:1", description: 'two\n"lines"' }));
    await post("/connections", { type: "push_streaming", name: "push" });
    await post("/connections", {
        type: "confluent_schema_registry",
        name: "registry",
        urls: ["https://registry.example.com"],
        secrets: { type: "basic", username: "polaris", password: "first-password" },
    });
    const provider = { type: "connection", connectionName: "registry" };
    const avro = { format: "avro_stream", parseSchemaProvider: provider };
    const { source } = streaming("avro", "class");
    await post("/jobs", streaming("avro", "class", { source: { ...source, formatSettings: avro } }));
    await post("/jobs", streaming("日本", "2024-orders", { filterExpression: "\"at\" <> 'x'\nAND TRUE" }));
    await post("/jobs", streaming("class", "class", { readFromPoint: "earliest", upsertKeyColumns: null }));
    const { id } = await post("/jobs", streaming("suspended", "class"));
    await post(`/jobs/${String(id)}/status`, { desiredExecutionStatus: "suspended" });
    const ended = await post("/jobs", streaming("ended", "class"));
    await post(`/jobs/${String(ended.id)}/status`, { desiredExecutionStatus: "canceled" });
    await newRequests(emulator);
}

const objects = ["2024-orders", "avro", "class", "class", "push", "registry", "suspended", "日本"];

const importedNames = (stack: Stack) => {
    const own = stack.resources().filter(({ type }) => type.includes("/polaris:"));
    return own.map(({ urn }) => nameOf(urn)).sort();
};

const passwords = {
    CONNECTION_2024_ORDERS_PASSWORD: "first-password",
    CLASS_PASSWORD: "first-password",
    REGISTRY_PASSWORD: "first-password",
};

const expectOnlyReads = async () => expect(writesIn(await newRequests(emulator))).toEqual([]);

test("a project comes into a stack that has other resources, without a change; an edited mapping swaps that job alone; destroy leaves nothing", async () => {
    await makeProject();
    const program = 'new Upstream("cluster", { value: "b-1:9098" });\n';
    await withStack({ program, env: { ...envOf(emulator), ...passwords } }, async (stack) => {
        withTypes(stack);
        await stack.up();
        const text = await succeeds(stack, ["import", "--stack", "dev"]);
        expect(text).toContain("8 resources under Pulumi, no change\n");
        expect(text).toContain('1 streaming job of the table "ended": its jobs have ended');
        await expectOnlyReads();
        expect(importedNames(stack)).toEqual(objects);
        expect(stack.resources().map(({ protect }) => protect)).toEqual([undefined, ...objects.map(() => true)]);

        const file = "polaris.ts";
        const source = readFileSync(path.join(stack.project.dir, file), "utf8");
        expect(source).toContain("connectionName: classConnection.name");
        expect(source).toContain("connectionName: registry.name");
        expect(source).not.toMatch(/isAggregation|P30D|replaceRunning/);
        await expectNoChanges(stack, ["--refresh"]);

        const [before] = await jobsOn(emulator, "class");
        stack.write(file, swapped(source));
        await newRequests(emulator);
        await stack.up();
        expect(writesIn(await newRequests(emulator))).toEqual(["POST /jobs"]);
        expect(await jobsOn(emulator, "class")).toMatchObject([
            { id: before?.id, executionStatus: "canceled" },
            { executionStatus: "running", spec: { readFromPoint: "earliest" } },
        ]);

        await stack.must(["state", "unprotect", "--all", "--yes", "--stack", "dev"]);
        await stack.destroy();
        expect(await inventory(emulator)).toEqual({ connections: [], jobs: [] });
    });
});

/** Another time for the table "class". */
function swapped(source: string): string {
    const begin = source.indexOf('tableName: "class"');
    return source.slice(0, begin) + source.slice(begin).replace('TIME_PARSE("at")', "CURRENT_TIMESTAMP");
}

test("with the oldest CLI: secrets of the configuration are encrypted in state, an unknown one and a keystore are planned updates, and the rest does not change", async () => {
    await makeProject();
    await post("/connections", kafka("mutual", { secrets: undefined, ssl: { keystore: { type: "pem", ...client } } }));
    await newRequests(emulator);
    const secret = "first-password";
    const known = { "e2e:classPassword": { secret }, "e2e:registryPassword": { secret } };
    const config = { ...known, "polaris:apiKey": { secret: emulator.apiKey } };
    const env = { ...envOf(emulator), PATH: withCli(await findOldestPulumi(), process.env).PATH };
    await withStack({ config, env: { ...env, POLARIS_API_KEY: undefined } }, async (stack) => {
        withTypes(stack);
        const text = await succeeds(stack, [
            "import",
            "--stack",
            "dev",
            "--component",
            "--split",
            "--secrets",
            "config",
        ]);
        expect(text).toContain("9 resources under Pulumi, no change except 2 planned updates\n");
        expect(text).toContain('  KafkaConnection "2024-orders": secrets.password, set by 2024OrdersPassword\n');
        expect(text).toContain('  KafkaConnection "mutual": ssl.keystore, set by mutualKeystoreKey\n');
        await expectOnlyReads();
        const state = await stack.exportText();
        expect(state).not.toMatch(/first-password|placeholder|plaintext/);
        expect(state).toContain('"ciphertext"');
        const { deployment } = JSON.parse(state) as {
            deployment: { resources: (ResourceState & { parent?: string })[] };
        };
        const group = deployment.resources.find(({ type }) => type === "e2e:index:Ingestion");
        expect(group?.protect).toBe(true);
        const own = deployment.resources.filter(({ parent }) => parent === group?.urn);
        expect(own.map(({ urn }) => nameOf(urn)).sort()).toEqual([...objects, "mutual"].sort());
        const backups = readdirSync(stack.project.dir).filter((name) => name.startsWith("dev-before-import-"));
        expect(backups).toHaveLength(1);

        stack.write("mutual-keystore.pem", client.certificates);
        await stack.setConfig({
            "e2e:2024OrdersPassword": { secret: "first-password" },
            "e2e:mutualKeystoreKey": { secret: client.key },
        });
        const plain = { ...stack.env };
        const result = await stack.must(
            ["up", "--yes", "--skip-preview", "--stack", "dev", "--non-interactive"],
            plain,
        );
        expect(result.text).toMatch(/~ 2 updated/);
        const written = writesIn(await newRequests(emulator)).filter((call) => call.startsWith("PATCH"));
        expect(written.sort()).toEqual(["PATCH /connections/2024-orders", "PATCH /connections/mutual"]);
        await stack.must(["preview", "--stack", "dev", "--non-interactive", "--expect-no-changes"]);
    });
});

test("a lost state is written again for the program that declares it, and refusals change nothing", async () => {
    await emulator.control("POST", "reset");
    const program = `
const group = new pulumi.ComponentResource("e2e:index:Group", "group");
const orders = new polaris.KafkaConnection("source", { ...connectionFixture, name: "orders",
    bootstrapServers: ["b-2.example.com:9096", "b-1.example.com:9096"], testConnection: "off",
    secrets: { ...connectionFixture.secrets, password: config.requireSecret("password") } }, { parent: group });
new polaris.StreamingJob("ingestion", { ...jobFixture("orders", orders.name), readFromPoint: "latest" }, { parent: group, customTimeouts: { create: "5m" } });
exports.topic = orders.topicName;
`;
    const config = { "e2e:password": { secret: "first-password" } };
    await withStack({ program, config, env: envOf(emulator) }, async (stack) => {
        await stack.up();
        const [before] = stack.resources().filter(({ type }) => type.endsWith("Connection"));
        rmSync(stack.stateFile);
        stack.project.initStack("dev");
        await stack.setConfig(config);
        await newRequests(emulator);

        const text = await succeeds(stack, ["import", "--into-program", "--stack", "dev"]);
        expect(text).toContain("2 resources under Pulumi, no change\n");
        await expectOnlyReads();
        expect(importedNames(stack)).toEqual(["ingestion", "source"]);
        const { inputs, outputs, ...rest } = stack.resource("source") ?? { urn: "" };
        expect(rest).toMatchObject({ urn: before?.urn, id: "orders" });
        expect(Object.keys(outputs ?? {}).sort()).toEqual(Object.keys(before?.outputs ?? {}).sort());
        expect(inputs).toMatchObject({ bootstrapServers: before?.inputs?.bootstrapServers });
        await expectNoChanges(stack, ["--refresh"]);

        const settled = stack.stateText();
        const again = await command(stack, ["import", "--stack", "dev"]);
        expect(again).toMatchObject({ code: 1 });
        expect(again.stderr).toMatch(
            /^pulumi-imply-polaris: KafkaConnection "orders" and 1 more are in the stack dev already; .* \[PolarisStackConflict\]\n/,
        );
        expect(existsSync(path.join(stack.project.dir, "polaris.ts"))).toBe(false);
        expect(await command(stack, ["diff"])).toMatchObject({ code: 0 });
        await post("/connections", kafka("unmanaged"));
        const difference = await command(stack, ["diff"]);
        expect(difference).toMatchObject({ code: 1 });
        expect(difference.stdout).toContain("In no stack: 1 object of project");
        expect(difference.stdout).toContain('  KafkaConnection "unmanaged"');
        expect(await command(stack, ["diff", "--exclude", "un*"])).toMatchObject({ code: 0 });
        expect(stack.stateText()).toBe(settled);

        // `pulumi stack import` would drop it.
        const file = JSON.parse(settled) as { checkpoint: { latest: Record<string, unknown> } };
        file.checkpoint.latest.pending_operations = [{ type: "creating", resource: before }];
        writeFileSync(stack.stateFile, JSON.stringify(file));
        rmSync(`${stack.stateFile}.attrs`, { force: true });
        const pending = await command(stack, ["import", "--stack", "dev", "--only", "unmanaged"]);
        expect(pending).toMatchObject({ code: 1 });
        expect(pending.stderr).toMatch(/\[PolarisStackBusy\]\n$/);
    });
});

test("a second import below a component gets one of its own; a dry run for a new stack prints its program and creates nothing", async () => {
    await emulator.control("POST", "reset");
    await post("/connections", kafka("orders"));
    await post("/jobs", streaming("orders", "orders"));
    const env = { ...envOf(emulator), ORDERS_PASSWORD: "first-password", CLICKS_PASSWORD: "second-password" };
    await withStack({ program: "", env }, async (stack) => {
        withTypes(stack);
        const before = readdirSync(stack.project.dir);
        const dry = await succeeds(stack, ["import", "--stack", "new", "--dry-run"]);
        expect(dry).toContain("--- polaris.ts\n");
        expect(dry).toContain("2 resources would be imported. Nothing was written.");
        expect(readdirSync(stack.project.dir)).toEqual(before);
        expect((await stack.must(["stack", "ls"])).text).not.toMatch(/^new\b/m);

        expect(await succeeds(stack, ["import", "--stack", "dev", "--component"])).toContain("no change\n");
        await post("/connections", kafka("clicks"));
        await post("/jobs", streaming("clicks", "clicks"));
        await newRequests(emulator);
        const again = await succeeds(stack, ["import", "--stack", "dev", "--component", "--only", "clicks"]);
        expect(again).toContain("2 resources under Pulumi, no change\n");
        await expectOnlyReads();
        const components = stack.resources().filter(({ type }) => type === "e2e:index:Ingestion");
        expect(components.map(({ urn }) => nameOf(urn))).toEqual(["ingestion", "ingestion2"]);
        await expectNoChanges(stack, ["--refresh"]);
    });
});

test("what another stack of the backend manages is left out with its name, until it is removed from that stack's state", async () => {
    await emulator.control("POST", "reset");
    await post("/connections", kafka("shared"));
    await post("/jobs", streaming("clicks", "shared"));
    const program = `
polaris.KafkaConnection.get("shared", "shared");
const orders = new polaris.KafkaConnection("orders", { ...connectionFixture, name: "orders" });
new polaris.StreamingJob("orders", jobFixture("orders", orders.name));
`;
    const env = { ...envOf(emulator), ORDERS_PASSWORD: "first-password", SHARED_PASSWORD: "first-password" };
    await withStack({ program, env }, async (stack) => {
        withTypes(stack);
        await stack.up();
        const settled = stack.stateText();
        const managed =
            /^Left out: \d+\n {2}the stack (\S*\bdev) manages it, .* `pulumi state delete` .*:\n {4}KafkaConnection "orders", StreamingJob "orders"\n/m;
        const dry = await succeeds(stack, ["import", "--out", "fresh", "--dry-run"]);
        expect(dry).toMatch(managed);
        expect(dry).toContain("2 resources would be imported.");
        const text = await succeeds(stack, ["import", "--out", "fresh"]);
        expect(text).toContain("To import: 1 KafkaConnection, 1 StreamingJob (");
        expect(text).toMatch(managed);
        expect(text).toContain("2 resources under Pulumi, no change\n");
        expect(stack.stateText()).toBe(settled);

        for (const type of ["StreamingJob", "KafkaConnection"]) {
            const urn = stack.resources().find(({ urn }) => urn.endsWith(`${type}::orders`))?.urn ?? "";
            await stack.must(["state", "delete", urn, "--yes", "--stack", "dev"]);
        }
        const rest = await succeeds(stack, ["import", "--out", "fresh", "--stack", "dev", "--only", "orders"]);
        expect(rest).toContain("2 resources under Pulumi, no change\n");
        expect(rest).not.toContain("manages it");
    });
});
