import { readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { envOf, repository } from "../support/project";
import { withStack } from "../support/pulumi";
import { changes, expectNoChanges } from "../support/summary";

const quickstart = path.join(repository, "examples/quickstart");
const kafkaPassword = { secret: "a-kafka-password" };
let emulator: EmulatorUnderTest;

beforeEach(async () => {
    emulator = await startTestEmulator();
});
afterEach(() => emulator.close());

test("the quickstart, copied out, is applied by stack config alone, has no changes afterwards, and is destroyed", async () => {
    // The project is the harness's own, so that the stack is where the harness looks for it.
    const names = readdirSync(quickstart).filter((name) => name !== "Pulumi.yaml");
    const files = Object.fromEntries(names.map((name) => [name, readFileSync(path.join(quickstart, name), "utf8")]));
    const config = {
        kafkaPassword,
        "polaris:baseUrl": emulator.url,
        "polaris:projectId": emulator.projectId,
        "polaris:apiKey": { secret: emulator.apiKey },
    };
    await withStack({ files, config, ownProcess: true }, async (stack) => {
        for (const name of ["typescript", "@types"]) {
            stack.project.link(name, path.join(repository, "node_modules", name));
        }
        expect(changes(await stack.preview())).toEqual({ create: 3 });
        await stack.up();
        const { jobId } = await stack.outputs();
        const connection = await emulator.api("GET", "/connections/orders-kafka");
        expect(connection.json).toMatchObject({ type: "kafka", topicName: "orders", secrets: { username: "polaris" } });
        const job = await emulator.api("GET", `/jobs/${String(jobId)}`);
        expect(job.json).toMatchObject({ executionStatus: "running", target: { tableName: "orders" } });

        await expectNoChanges(stack);
        await expectNoChanges(stack, ["--refresh"]);
        expect(changes(await stack.refresh())).toEqual({ unchanged: 3 });

        expect(changes(await stack.destroy())).toEqual({ delete: 3 });
        expect((await emulator.api("GET", "/connections")).json).toEqual({ values: [] });
        const ended = await emulator.api("GET", `/jobs/${String(jobId)}`);
        expect(ended.json).toMatchObject({ executionStatus: "canceled" });
    });
});

test("the quickstart runs inside the repository by the top-level Pulumi.yaml and the environment alone", async () => {
    await withStack({ env: envOf(emulator) }, async (stack) => {
        const name = `smoke-${process.pid}`;
        const config = ["--config-file", path.join(stack.project.root, "Pulumi.smoke.yaml")];
        const pulumi = async (...args: string[]) =>
            changes(await stack.must([...args, "-C", repository, "--stack", name, "--non-interactive"]));
        await stack.must(["stack", "init", name, "-C", repository, "--non-interactive"]);
        // "stack init" alone cannot be told to keep the stack's settings out of the repository.
        rmSync(path.join(repository, `Pulumi.${name}.yaml`));
        await pulumi("config", "set", ...config, "--secret", "kafkaPassword", kafkaPassword.secret);
        expect(await pulumi("up", "--yes", "--skip-preview", ...config)).toEqual({ create: 3 });
        expect(await pulumi("preview", ...config)).toEqual({ unchanged: 3 });
        expect(await pulumi("destroy", "--yes", "--skip-preview", ...config)).toEqual({ delete: 3 });
    });
});
