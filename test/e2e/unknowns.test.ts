import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { client, other } from "../support/pem";
import { envOf } from "../support/project";
import { withStack } from "../support/pulumi";
import { connectionIn, expectSettled, held, liveJobOn, newRequests, problemsIn } from "../support/seen";
import { changes } from "../support/summary";

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    emulator = await startTestEmulator();
});
beforeEach(() => emulator.control("POST", "reset"));
afterAll(() => emulator.close());

/** Everything hangs on `word`, which is not known in a preview that makes or changes the resource upstream. */
const program = `const { result: word } = new Upstream("cluster", args);
const at = { bootstrapServers: "b-1.example.com:9098", topicName: "orders", testConnection: "off" };
const secrets = { type: "aws_iam", awsAssumedRoleArn: "arn:aws:iam::123456789012:role/reader" };
const keystores = ${JSON.stringify({ amber: client, beryl: other })};

new polaris.KafkaConnection("text", {
    ...at,
    bootstrapServers: pulumi.interpolate\`b-1.\${word}.example.com:9098,b-2.\${word}.example.com:9098\`,
    topicName: pulumi.interpolate\`\${word}-[a-z]+\`,
    topicNameIsPattern: word.apply(() => true),
    secrets: { type: "aws_iam", awsAssumedRoleArn: pulumi.interpolate\`arn:aws:iam::123456789012:role/\${word}\` },
});
new polaris.KafkaConnection("list", {
    ...at,
    bootstrapServers: ["b-2.example.com:9098", pulumi.interpolate\`b-1.\${word}.example.com:9098\`],
    secrets: word.apply((password) => ({ type: "sasl_plain", username: "polaris", password })),
});
new polaris.KafkaConnection("mutual", {
    ...at,
    ssl: word.apply((name) => ({
        keystore: keystores[name],
    })),
});
const named = new polaris.KafkaConnection("named", { ...at, secrets, name: pulumi.interpolate\`from-\${word}\` });

const job = jobFixture("orders", named.name);
new polaris.StreamingJob("spec", {
    ...job,
    source: {
        ...job.source,
        inputSchema: [{ name: "at", dataType: "string" }, word.apply((name) => ({ name, dataType: "string" }))],
    },
    mappings: [...job.mappings, { columnName: "city", expression: pulumi.interpolate\`UPPER("\${word}")\` }],
    filterExpression: pulumi.interpolate\`"\${word}" <> ''\`,
    dimensionExclusions: ["debug", word],
    lateMessageRejectionPeriod: word.apply(() => "P7D"),
});
new polaris.StreamingJob("target", {
    ...job,
    target: { tableName: word },
    source: named.name.apply((connectionName) => ({ ...job.source, connectionName })),
    mappings: word.apply(() => job.mappings),
});`;

const ours = ["list", "mutual", "named", "spec", "target", "text"];

test("what is not known yet is never refused and never a replacement, wherever it is, and previews send no request", async () => {
    await withStack({ program, args: { value: "amber" }, env: envOf(emulator) }, async (stack) => {
        expect(changes(await stack.preview(["--diff"]))).toEqual({ create: 8 });
        expect(await newRequests(emulator)).toEqual([]);
        expect(changes(await stack.up())).toEqual({ create: 8 });
        await expectSettled(stack);

        await newRequests(emulator);
        stack.args({ value: "beryl" });
        const steps = (await stack.steps()).filter(({ name }) => ours.includes(name));
        expect(steps.map(({ op, name }) => `${op} ${name}`).sort()).toEqual(ours.map((name) => `update ${name}`));
        stack.args({ value: "beryl", replace: true });
        const preview = await stack.preview();
        expect(changes(preview)).toEqual({ update: 6, replace: 1, unchanged: 1 });
        expect(preview.text).toMatch(
            /StreamingJob "amber": not known yet: target, .*, and so what happens to the running job/,
        );
        expect(preview.text).not.toMatch(/ is swapped|: starts a job/);
        expect(await newRequests(emulator)).toEqual([]);

        // With the values known, the connection and the job under other names turn out as replacements.
        stack.args({ value: "beryl" });
        expect(changes(await stack.up())).toEqual({ update: 5, replace: 2, unchanged: 1 });
        const { connections } = await held(emulator);
        expect(connections.map(({ name }) => name).sort()).toEqual(["from-beryl", "list", "mutual", "text"]);
        expect((await connectionIn(emulator, "text"))?.properties).toMatchObject({
            bootstrapServers: "b-1.beryl.example.com:9098,b-2.beryl.example.com:9098",
            topicName: "beryl-[a-z]+",
            secrets: { awsAssumedRoleArn: "arn:aws:iam::123456789012:role/beryl" },
        });
        const { spec } = await liveJobOn(emulator, "orders");
        expect(spec).toMatchObject({
            source: { connectionName: "from-beryl" },
            dimensionExclusions: ["debug", "beryl"],
        });
        expect(await liveJobOn(emulator, "beryl")).toMatchObject({
            spec: { source: { connectionName: "from-beryl" } },
        });
        await expect(liveJobOn(emulator, "amber")).rejects.toThrow("0 live jobs");
        await expectSettled(stack);
    });
});

test("what is known and wrong is refused beside what is not known yet", async () => {
    const wrong = `const { result: word } = new Upstream("cluster", { value: "amber" });
new polaris.KafkaConnection("orders", {
    bootstrapServers: [word, "b-1.example.com"],
    topicName: pulumi.interpolate\`(\${word}\`,
    topicNameIsPattern: true,
    clientRack: "",
    secrets: { type: "sasl_plain", username: word },
});`;
    await withStack({ program: wrong, env: envOf(emulator) }, async (stack) => {
        expect(problemsIn(await stack.previewFails(), "orders")).toEqual([
            "bootstrapServers[1]: expected host:port",
            "clientRack: expected a text that is not empty",
            expect.stringMatching(/^secrets\.password: required/),
        ]);
        expect(await newRequests(emulator)).toEqual([]);
    });
});
