import { mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { kafka, startTestEmulator, streaming, type EmulatorUnderTest } from "../support/emulator";
import { expectEnd, Guide, pairProgram } from "../support/guide";
import { envOf, repository } from "../support/project";
import { withStack, type Stack } from "../support/pulumi";
import { liveJobOn } from "../support/seen";
import { changes, expectNoChanges } from "../support/summary";

jest.setTimeout(300_000);

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    emulator = await startTestEmulator();
});
beforeEach(() => emulator.control("POST", "reset"));
afterAll(() => emulator.close());

const followed = ["test-a-program.md"]; // in test/install, as it installs packages

/** A test that follows a guide on the stack `prod` of this project, with a program of a connection and a job. */
function follow(page: string, project: string, steps: (guide: Guide, stack: Stack) => Promise<void>): void {
    followed.push(page);
    test(`the commands of ${page}, in their order, do what the guide says`, async () => {
        const guide = new Guide(`docs/guides/${page}`);
        const manifest = JSON.stringify({ name: project, private: true, main: "index.ts" });
        const files = { "package.json": manifest, "index.ts": pairProgram };
        await withStack({ name: project, stack: "prod", files, env: envOf(emulator) }, async (stack) => {
            await stack.shell("pulumi stack select prod");
            await steps(guide, stack);
        });
        expectEnd(guide);
    });
}

const job = () => liveJobOn(emulator, "orders");

follow("add-a-column.md", "streams", async (guide, stack) => {
    await emulator.api("POST", "/tables", { type: "detail", name: "orders" });
    const after = guide.program(stack);
    stack.write("index.ts", after.replaceAll(/^.*\/\/ new\n/gm, ""));
    await stack.up();
    stack.write("index.ts", after);
    await guide.commands(stack);
    expect((await job()).spec.mappings).toHaveLength(3);
});

follow("adopt-existing-objects.md", "streams", async (guide, stack) => {
    const secrets = { type: "sasl_plain", username: "polaris", password: "first-password" };
    const connection = kafka("orders", { bootstrapServers: "broker-1.example.com:9093", secrets });
    await emulator.api("POST", "/connections", connection);
    const { json } = await emulator.api("POST", "/jobs", {
        ...streaming("orders", "orders"),
        source: {
            type: "connection",
            connectionName: "orders",
            formatSettings: { format: "nd-json" },
            inputSchema: [{ name: "timestamp", dataType: "string" }],
        },
        mappings: [{ columnName: "__time", expression: 'MILLIS_TO_TIMESTAMP("timestamp")' }],
    });
    guide.program(stack);
    expect(await guide.commands(stack)).toContain('"topicName": "orders"');
    expect((await job()).id).toBe(json.id);

    const unchanged = guide.program(stack);
    guide.expectText(await guide.commands(stack));
    const all = unchanged.replaceAll('"unchanged"', "true").replace("...connectionArgs", '$&, description: "orders"');
    stack.write("index.ts", all);
    guide.expectText((await stack.preview()).text);
    const right = unchanged.replace("TIME_PARSE", "MILLIS_TO_TIMESTAMP");
    stack.write("index.ts", right);
    expect(changes(await stack.up())).toEqual({ create: 3 });
    expect((await job()).id).toBe(json.id);
    stack.write("index.ts", right.replaceAll(', adopt: "unchanged"', "").replace('adopt: "unchanged",', ""));
    await guide.commands(stack);

    await stack.shell("pulumi state delete --all --yes");
    stack.write("import.json", guide.block("json"));
    await guide.commands(stack);
    expect(changes(await stack.up())).toEqual({ update: 1, unchanged: 2 });
    expect((await job()).id).toBe(json.id);
});

follow("find-out-why-a-job-is-unhealthy.md", "streams", async (guide, stack) => {
    guide.program(stack, (block) => block.replace("30s", "1s"));
    await stack.up();
    stack.write("index.ts", pairProgram.replace("jobArgs)", 'jobArgs, { aliases: [{ name: "watched" }] })'));
    await stack.up();
    const { id } = await job();
    await emulator.control("POST", `jobs/${id}`, {
        health: { status: "error", code: "lost_connection_to_source", message: "No broker answers." },
        logs: [{ message: "Connection to broker-1.example.com:9093 timed out." }],
    });
    guide.expectText(await guide.commands(stack));
    guide.program(stack);
    await stack.up();
    expect(await stack.outputs()).toMatchObject({ health: "running, lost_connection_to_source" });
    guide.program(stack);
    await stack.up();
    const printed = await guide.commands(stack);
    for (const part of ['"code":"lost_connection_to_source"', "timed out", "numRowsSkippedByError"]) {
        expect(printed).toContain(part);
    }
    expect(await guide.commands(stack)).toBe("");
});

follow("from-dev-to-prod.md", "streams", async (guide, stack) => {
    await stack.shell("pulumi stack rename dev");
    const address = `pulumi config set polaris:baseUrl ${emulator.url}`;
    await guide.commands(stack, {
        answer: emulator.apiKey,
        fill: {
            // The emulator has no address of three parts.
            "pulumi config set polaris:organization ORGANIZATION": address,
            "pulumi config set polaris:region us-east-1\n": "",
            "pulumi config set polaris:cloud aws\n": "",
            PROD_PROJECT_ID: emulator.projectId,
            "HOST:PORT": "broker-1.example.com:9093",
        },
    });
    expect(await job()).toMatchObject({ executionStatus: "running" });
    guide.program(stack);
    await stack.shell("pulumi up");
    stack.write("index.ts", "");
    await expect(stack.shell("pulumi up")).rejects.toThrow("is protected");
    guide.program(stack);
    await stack.shell("pulumi stack init other");
    expect(changes(await stack.shell("pulumi preview"))).toEqual({ create: 3 });
});

follow("move-a-job-to-another-topic.md", "streams", async (guide, stack) => {
    stack.write("index.ts", pairProgram.replace("source,\n", '$&    readFromPoint: "earliest",\n'));
    await stack.up();
    const { id } = await job();
    guide.program(stack);
    await guide.commands(stack);
    expect((await job()).id).toBe(id);
    stack.write("index.ts", pairProgram);
    await stack.up();
    guide.program(
        stack,
        (block) => `const connection = new polaris.KafkaConnection("orders", connectionArgs);\n${block}`,
    );
    expect(changes(await stack.up())).toMatchObject({ create: 1, update: 1 });
    expect((await job()).spec.source).toMatchObject({ connectionName: "orders-v2" });
});

follow("re-read-a-topic.md", "streams", async (guide, stack) => {
    await stack.up();
    stack.write("index.ts", pairProgram.replace("source,\n", '$&    desiredExecutionStatus: "suspended",\n'));
    await stack.up();
    guide.program(stack);
    await guide.commands(stack);
    guide.program(stack);
    expect((await stack.up()).text).toContain("latest");
});

follow("rename-move-or-split.md", "platform", async (guide, stack) => {
    await stack.up();
    const { id } = await job();
    guide.program(stack);
    await guide.commands(stack);
    const aliased = (name: string) => `{ aliases: [{ name: "${name}" }] }`;
    const back = pairProgram
        .replace("connectionArgs)", `{ ...connectionArgs, name: "orders" }, ${aliased("orders-kafka")})`)
        .replace("jobArgs)", `jobArgs, ${aliased("orders-ingestion")})`);
    stack.write("index.ts", back);
    expect(changes(await stack.up())).toEqual({ unchanged: 3 });

    guide.program(stack, (block) => `${block}new Ingestion("ingestion");\n`);
    expect(changes(await stack.preview())).toEqual({ create: 1, unchanged: 3 });

    const dir = path.join(stack.project.root, "ingestion");
    mkdirSync(dir);
    const settings = `polaris:projectId=${emulator.projectId}`;
    for (const [file, text] of Object.entries({
        "Pulumi.yaml": "name: ingestion\nruntime: nodejs\n",
        "package.json": JSON.stringify({ name: "ingestion", private: true, main: "index.ts" }),
        "index.ts": back,
    }))
        stack.write(path.join("../ingestion", file), text);
    await stack.shell(`ln -s ../project/node_modules ${dir}`);
    await guide.commands(stack, { dir });
    stack.write("index.ts", "");
    await stack.shell(`pulumi config set ${settings.replace("=", " ")}`, dir);
    await expectNoChanges(stack);
    expect(changes(await stack.shell("pulumi preview", dir))).toEqual({ unchanged: 3 });
    expect((await job()).id).toBe(id);

    await guide.commands(stack);
    stack.write("Pulumi.yaml", "name: new-project-name\nruntime: nodejs\n");
    await guide.commands(stack);
});

follow("rotate-a-password.md", "streams", async (guide, stack) => {
    guide.program(stack);
    await stack.shell("pulumi config set --secret kafkaPassword first-password");
    await stack.up();
    const { id } = await job();
    const printed = await guide.commands(stack, { answer: "second-password" });
    expect(printed).toContain("restarted");
    expect(printed).not.toContain("second-password");
    expect(await job()).toMatchObject({ id, executionStatus: "running" });
});

follow("stop-managing-without-deleting.md", "streams", async (guide, stack) => {
    await stack.up();
    const { id } = await job();
    guide.program(stack);
    await guide.commands(stack);
    stack.write("index.ts", "");
    await guide.commands(stack);
    expect(await job()).toMatchObject({ id, executionStatus: "running" });

    stack.write("index.ts", pairProgram.replaceAll(/(connectionArgs|jobArgs)\)/g, '{ ...$1, adopt: "unchanged" })'));
    expect(changes(await stack.up())).toEqual({ create: 2, unchanged: 1 });
    stack.write("index.ts", "");
    await guide.commands(stack);
    await expectNoChanges(stack);
    expect(await job()).toMatchObject({ id, executionStatus: "running" });
});

follow("suspend-overnight.md", "streams", async (guide, stack) => {
    await stack.up();
    const { id } = await job();
    guide.program(stack);
    await guide.commands(stack);
    expect(await job()).toMatchObject({ id, executionStatus: "running" });
});

test("the commands of the README configure a stack", async () => {
    const guide = new Guide("README.md", "Configuration");
    const files = { "package.json": JSON.stringify({ name: "streams", main: "index.ts" }), "index.ts": pairProgram };
    await withStack({ files }, async (stack) => {
        await stack.shell("pulumi stack select dev");
        await guide.commands(stack, { fill: { ORGANIZATION: "acme", PROJECT_ID: emulator.projectId } });
        expect(changes(await stack.preview())).toEqual({ create: 3 });
    });
    expectEnd(guide);
});

test("every guide is followed by a test", () => {
    const pages = readdirSync(path.join(repository, "docs/guides")).filter((page) => page !== "README.md");
    expect(followed.sort()).toEqual(pages.sort());
});
