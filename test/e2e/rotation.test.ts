import { kafka, startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { fleet, scram } from "../support/fixtures";
import { each, expectExactly, liveJobIds, recorded } from "../support/fleet";
import { client, clientKeyAgain } from "../support/pem";
import { envOf } from "../support/project";
import { withStack, type Stack } from "../support/pulumi";
import {
    connectionIn,
    errorsIn,
    expectSettled,
    failuresIn,
    jobsOn,
    newRequests,
    plannedIn,
    writesIn,
} from "../support/seen";
import { changes, expectNoChanges } from "../support/summary";

// Many commands of the engine, on a machine that may have other work.
jest.setTimeout(300_000);

let emulator: EmulatorUnderTest;
let env: Record<string, string | undefined>;

beforeAll(async () => {
    emulator = await startTestEmulator({ transitionMs: 50 });
    env = envOf(emulator);
});
beforeEach(() => emulator.control("POST", "reset"));
afterAll(() => emulator.close());

const rotatedScram = { ...scram, password: "second-password" };
const iam = (role: string) => ({ type: "aws_iam", awsAssumedRoleArn: `arn:aws:iam::123456789012:role/${role}` });
const fingerprint = async (name: string, path = "secrets.password") =>
    (await connectionIn(emulator, name))?.credentials[path]?.fingerprint;

/** What an `up` writes to the API. */
async function writesOfUp(stack: Stack): Promise<string[]> {
    await newRequests(emulator);
    await stack.up();
    return writesIn(await newRequests(emulator));
}

test("a changed password or role is PATCHed alone with its connection; the job that reads it runs on until its restartTrigger changes, which suspends and resumes it", async () => {
    const program = (connection: object, job: object = {}) => ({
        connections: { orders: { testConnection: "off", ...connection } },
        jobs: { sales: { connection: "orders", ...job } },
    });
    await withStack({ program: fleet, args: program({}, { restartTrigger: "1" }), env }, async (stack) => {
        expect(await writesOfUp(stack)).toEqual(["POST /connections", "POST /jobs"]);
        const [before, live] = [await fingerprint("orders"), await liveJobIds(emulator)];

        stack.args(program({ secrets: rotatedScram }, { restartTrigger: "1" }));
        const preview = await stack.preview();
        // The engine shows no difference of values that are both secret: the note is what tells.
        expect(plannedIn(preview)).toEqual(["~ KafkaConnection orders update"]);
        expect(preview.text).toContain(
            'KafkaConnection "orders": updates secrets in place: running jobs keep what they have until they are restarted (restartOnConnectionChange or restartTrigger)',
        );
        expect(await writesOfUp(stack)).toEqual(["PATCH /connections/orders"]);
        expect(await fingerprint("orders")).not.toBe(before);
        stack.args(program({ secrets: iam("reader") }, { restartTrigger: "1" }));
        expect(await writesOfUp(stack)).toEqual(["PATCH /connections/orders"]);
        stack.args(program({ secrets: iam("writer") }, { restartTrigger: "1" }));
        expect(await writesOfUp(stack)).toEqual(["PATCH /connections/orders"]);
        expect((await connectionIn(emulator, "orders"))!.properties.secrets).toEqual(iam("writer"));

        stack.args(program({ secrets: iam("writer") }, { restartTrigger: "2" }));
        const restart = await stack.preview();
        expect(restart.text).toContain(
            'StreamingJob "sales": the job is restarted (suspended and resumed) at its offsets, with the connection as it is now',
        );
        expect(await writesOfUp(stack)).toEqual(["POST /jobs/…/status", "POST /jobs/…/status"]);
        expect(await liveJobIds(emulator)).toEqual(live);
        stack.args(program({ secrets: iam("writer") }));
        expect(await writesOfUp(stack)).toEqual([]);
        await expectExactly(stack, emulator, { connections: ["orders"], jobs: ["sales"] });
        await expectSettled(stack);
    });
});

test("a job with restartOnConnectionChange is restarted after a changed password, brokers or TLS of its connection in the same up, as the preview says, and not for a description", async () => {
    const program = (connection: object, job: object = {}) => ({
        connections: { orders: { testConnection: "off", ...connection } },
        jobs: { sales: { connection: "orders", restartOnConnectionChange: true, ...job } },
    });
    const restart = ["PATCH /connections/orders", "POST /jobs/…/status", "POST /jobs/…/status"];
    await withStack({ program: fleet, args: program({}), env }, async (stack) => {
        expect(await writesOfUp(stack)).toEqual(["POST /connections", "POST /jobs"]);
        const live = await liveJobIds(emulator);
        expect(stack.stateText()).not.toContain(scram.password);

        stack.args(program({ secrets: rotatedScram }));
        const preview = await stack.preview();
        expect(plannedIn(preview)).toEqual(["~ KafkaConnection orders update", "~ StreamingJob sales update"]);
        expect(preview.text).toContain(
            'StreamingJob "sales": the job is restarted (suspended and resumed) at its offsets, with the connection as it is now, because the connection has changed since the job was started',
        );
        expect(await writesOfUp(stack)).toEqual(restart);
        expect(await liveJobIds(emulator)).toEqual(live);
        await expectSettled(stack);

        stack.args(program({ secrets: rotatedScram, description: "Orders" }));
        expect(await writesOfUp(stack)).toEqual(["PATCH /connections/orders"]);

        // The restart that fails is still to come, though the connection is as declared.
        const brokers = { bootstrapServers: "b-1.example.com:9097", description: "Orders", secrets: rotatedScram };
        stack.args(program(brokers));
        await emulator.control("POST", "faults", { method: "POST", path: "/status$", status: 403, times: 1 });
        await stack.upFails();
        await newRequests(emulator);
        expect(await writesOfUp(stack)).toEqual(restart.slice(1));

        // Such a run leaves the connection out: what the job was started with is known all the same.
        stack.args(program(brokers, { readFromPoint: "earliest" }));
        await stack.up(["--target", "**StreamingJob**"]);
        expect((await newRequests(emulator)).filter(({ method }) => method === "POST")).toHaveLength(1);
        await expectSettled(stack);

        stack.args(program(brokers, { readFromPoint: "earliest", restartOnConnectionChange: null }));
        expect(await writesOfUp(stack)).toEqual([]);
        await expectExactly(stack, emulator, { connections: ["orders"], jobs: ["sales"] });
        await expectSettled(stack);
    });
});

test("a job with restartOnConnectionChange is restarted after a changed password or address of the schema registry of its format, and not for a description", async () => {
    const program = `
const connection = new polaris.KafkaConnection("orders", { ...connectionFixture, testConnection: "off" });
const registry = new polaris.SchemaRegistryConnection("schemas", { testConnection: "off", ...args.registry });
const { source, ...job } = jobFixture("sales", connection.name);
const parseSchemaProvider = { type: "connection", connectionName: registry.name };
const formatSettings = { format: "kafka", valueFormat: { format: "avro_stream", parseSchemaProvider } };
new polaris.StreamingJob("sales", { ...job, source: { ...source, formatSettings }, restartOnConnectionChange: true });
`;
    const registry = {
        urls: ["https://registry.example.com"],
        secrets: { type: "basic", username: "polaris", password: "first-password" },
    };
    const restart = ["PATCH /connections/schemas", "POST /jobs/…/status", "POST /jobs/…/status"];
    await withStack({ program, args: { registry }, env }, async (stack) => {
        expect(await writesOfUp(stack)).toEqual(["POST /connections", "POST /connections", "POST /jobs"]);
        const live = await liveJobIds(emulator);
        const rotated = { ...registry, secrets: { ...registry.secrets, password: "second-password" } };
        stack.args({ registry: rotated });
        const preview = await stack.preview();
        expect(plannedIn(preview)).toEqual([
            "~ SchemaRegistryConnection schemas update",
            "~ StreamingJob sales update",
        ]);
        expect(preview.text).toContain(
            'StreamingJob "sales": the job is restarted (suspended and resumed) at its offsets, with the schema registry as it is now, because the schema registry has changed since the job was started',
        );
        expect(await writesOfUp(stack)).toEqual(restart);
        await expectSettled(stack);
        stack.args({ registry: { ...rotated, description: "Schemas" } });
        expect(await writesOfUp(stack)).toEqual(restart.slice(0, 1));

        // The restart that fails comes with the next up.
        stack.args({ registry: { ...rotated, urls: ["https://other.example.com"] } });
        await emulator.control("POST", "faults", { method: "POST", path: "/status$", status: 403, times: 1 });
        await stack.upFails();
        await newRequests(emulator);
        expect(await writesOfUp(stack)).toEqual(restart.slice(1));
        expect(await liveJobIds(emulator)).toEqual(live);
        expect(stack.stateText()).not.toMatch(/(first|second)-password/);
        await expectSettled(stack);
    });
});

const failingTest = (name: string, times: number | null, message = "SASL authentication failed") =>
    emulator.control("POST", "faults", {
        ...{ method: "POST", path: `^/connections/${name}/test$`, status: 400, times },
        body: { code: "ConnectionTestFailed", message },
    });

test("testConnection warns by default, fails with error and keeps the connection, asks nothing with off; it runs after create and after decisive changes alone", async () => {
    const modes = {
        warn: { testConnection: null },
        error: { testConnection: "error" },
        off: { testConnection: "off" },
    };
    for (const name of ["warn", "error", "off"]) await failingTest(name, null);
    await withStack({ program: fleet, args: { connections: modes }, env }, async (stack) => {
        await newRequests(emulator);
        const failed = await stack.upFails(["--continue-on-error"]);
        const reason = '"SASL authentication failed"';
        expect(failuresIn(failed)).toEqual([
            {
                sentence:
                    'KafkaConnection "error": create failed: Imply Polaris cannot reach the topic with it; check bootstrapServers, topicName, secrets and the network, then run `pulumi up` again.',
                code: "PolarisTopicUnreachable",
                details: [`reason: ${reason}`],
            },
        ]);
        expect(failed.text).toContain(
            `KafkaConnection "warn": warning: Imply Polaris cannot reach the topic with it: ${reason}; check bootstrapServers, topicName, secrets and the network [PolarisTopicUnreachable]`,
        );
        const tests = (await newRequests(emulator)).filter(({ path }) => path.endsWith("/test"));
        expect(tests.map(({ path }) => path.split("/").at(-2)).sort()).toEqual(["error", "warn"]);
        await expectExactly(stack, emulator, { connections: ["error", "off", "warn"] });

        await emulator.control("DELETE", "faults");
        // The create did its work, and left the test to be done.
        expect(await writesOfUp(stack)).toEqual(["POST /connections/error/test"]);
        await expectSettled(stack);

        const edited = (more: object) =>
            Object.fromEntries(Object.entries(modes).map(([name, mode]) => [name, { ...mode, ...more }]));
        stack.args({ connections: edited({ description: "new", clientRack: "a" }) });
        expect((await writesOfUp(stack)).sort()).toEqual(
            ["error", "off", "warn"].map((name) => `PATCH /connections/${name}`),
        );
        for (const more of [
            { topicName: "returns" },
            { bootstrapServers: "b-9.example.com:9096" },
            { secrets: rotatedScram },
        ]) {
            stack.args({ connections: edited({ description: "new", clientRack: "a", ...more }) });
            const writes = await writesOfUp(stack);
            expect(writes.filter((call) => call.endsWith("/test")).sort()).toEqual([
                "POST /connections/error/test",
                "POST /connections/warn/test",
            ]);
        }
    });
});

test("a role that is not assumable yet is tried again for a while, a wrong password is not", async () => {
    await failingTest("role", 3, "Unable to assume role");
    await failingTest("password", 1);
    const args = {
        connections: {
            role: { secrets: iam("fresh"), testConnection: "error" },
            password: { testConnection: "warn" },
        },
    };
    await withStack({ program: fleet, args, env }, async (stack) => {
        const { text } = await stack.up();
        expect(text).not.toContain('"role": warning');
        expect(text).toContain('KafkaConnection "password": warning: Imply Polaris cannot reach the topic with it');
        const calls = writesIn(await newRequests(emulator));
        expect(calls.filter((call) => call === "POST /connections/role/test")).toHaveLength(4);
        expect(calls.filter((call) => call === "POST /connections/password/test")).toHaveLength(1);
        await expectExactly(stack, emulator, { connections: ["role", "password"] });
        await expectSettled(stack);
    });
});

const resets = async () => {
    const { projects } = await emulator.control<{ projects: { checkpoints: { resets: number }[] }[] }>("GET", "state");
    return projects[0]!.checkpoints.map((checkpoint) => checkpoint.resets);
};

test("readFromPoint alone is reported to have no effect; resetTrigger resets once for each change, never on create, nor when it is removed, nor again when its answer is lost", async () => {
    await emulator.api("POST", "/connections", kafka("source"));
    const job = (more: object) => ({ jobs: each(["sales"], { ...more }) });
    await withStack({ program: fleet, args: job({ resetTrigger: "1" }), env }, async (stack) => {
        expect(await writesOfUp(stack)).toEqual(["POST /jobs"]);
        expect(await resets()).toEqual([0]);

        stack.args(job({ resetTrigger: "1", readFromPoint: "earliest" }));
        expect((await stack.preview()).text).toContain(
            "readFromPoint has no effect on a topic that this table has read before (resetTrigger reads it again)",
        );
        expect(await writesOfUp(stack)).toEqual(["POST /jobs"]);

        stack.args(job({ resetTrigger: "2", readFromPoint: "earliest" }));
        expect((await stack.preview()).text).toContain(
            `StreamingJob "sales": the job's offsets are reset to earliest: rows are read again`,
        );
        expect(await writesOfUp(stack)).toEqual(["POST /jobs/…/reset"]);
        expect(await writesOfUp(stack)).toEqual([]);
        stack.args(job({ readFromPoint: "earliest" }));
        expect(await writesOfUp(stack)).toEqual([]);
        expect(await resets()).toEqual([1]);

        stack.args(job({ resetTrigger: "3", readFromPoint: "earliest" }));
        await emulator.control("POST", "faults", { path: "/reset$", phase: "after", cut: true });
        expect(errorsIn(await stack.upFails())).toEqual([
            expect.stringMatching(
                /^StreamingJob "sales": update failed: it is not known whether the offsets of the job \S+ were reset, as Imply Polaris could not be reached \(.*\); look at the job, and change resetTrigger again if they were not\. \[PolarisResetUnconfirmed\]$/,
            ),
        ]);
        expect(await writesOfUp(stack)).toEqual([]);
        expect(await resets()).toEqual([2]);
        expect(await jobsOn(emulator, "sales")).toHaveLength(2);
        expect(recorded(stack).jobIds).toEqual(await liveJobIds(emulator));
        await expectSettled(stack);
    });
});

test("secrets that variables hold are in no state but as a fingerprint; a rotated variable shows in the preview, a missing one is an error there", async () => {
    const login = { type: "sasl_scram", mechanism: "SCRAM-SHA-512", username: "polaris" };
    const args = {
        connections: {
            login: { secrets: { ...login, passwordFrom: { env: "KAFKA_PASSWORD" } } },
            mutual: {
                secrets: null,
                ssl: { keystore: { certificates: client.certificates, keyFrom: { env: "KAFKA_KEY" } } },
            },
        },
    };
    const variables = { KAFKA_PASSWORD: "variable-password-1", KAFKA_KEY: client.key };
    const rotated = { KAFKA_PASSWORD: "variable-password-2", KAFKA_KEY: clientKeyAgain };
    await withStack({ program: fleet, args, env: { ...env, ...variables } }, async (stack) => {
        const expectHidden = async () => {
            const texts = [stack.stateText(), await stack.exportText({ showSecrets: true })].join("\n");
            expect(texts).not.toMatch(/variable-password/);
            for (const key of [variables.KAFKA_KEY, rotated.KAFKA_KEY]) {
                expect(texts).not.toContain(key.split("\n")[1]);
            }
        };
        await stack.up();
        expect(Object.keys(stack.resource("login")!.inputs!.fingerprints as object)).toEqual(["secrets.password"]);
        expect(Object.keys(stack.resource("mutual")!.inputs!.fingerprints as object)).toEqual(["ssl.keystore.key"]);
        await expectHidden();
        await expectSettled(stack);
        const [first, firstKey] = [await fingerprint("login"), await fingerprint("mutual", "ssl.keystore.key")];

        Object.assign(stack.env, rotated);
        expect(plannedIn(await stack.preview())).toEqual([
            "~ KafkaConnection login update [diff: ~fingerprints]",
            "~ KafkaConnection mutual update [diff: ~fingerprints]",
        ]);
        expect((await writesOfUp(stack)).sort()).toEqual(["PATCH /connections/login", "PATCH /connections/mutual"]);
        expect(await fingerprint("login")).not.toBe(first);
        expect(await fingerprint("mutual", "ssl.keystore.key")).not.toBe(firstKey);
        await expectHidden();
        await expectNoChanges(stack);

        stack.env.KAFKA_PASSWORD = undefined;
        const missing = await stack.previewFails();
        expect(missing.text).toMatch(/secrets\.passwordFrom\.env: the environment variable KAFKA_PASSWORD is not set/);
        stack.args({
            connections: { login: { secrets: { ...rotatedScram, passwordFrom: { env: "KAFKA_PASSWORD" } } } },
        });
        expect((await stack.previewFails()).text).toContain(
            "secrets.passwordFrom: expected either this or secrets.password, found both",
        );
        expect(changes(await stack.destroy())).toEqual({ delete: 3 });
    });
});
