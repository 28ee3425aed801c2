import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { scram } from "../support/fixtures";
import { client } from "../support/pem";
import { envOf } from "../support/project";
import { withStack, type Stack } from "../support/pulumi";
import { newRequests, problemsIn } from "../support/seen";
import { changes } from "../support/summary";

let emulator: EmulatorUnderTest;

beforeAll(async () => {
    emulator = await startTestEmulator();
});
afterAll(() => emulator.close());

const fine = { bootstrapServers: "b-1.example.com:9096", topicName: "orders" };
const program = `new polaris.KafkaConnection("orders", args);`;

async function expectRefusal(stack: Stack, args: unknown, problems: string[]): Promise<void> {
    stack.args(args);
    const preview = await stack.previewFails();
    expect(problemsIn(preview, "orders").sort()).toEqual([...problems].sort());
    expect(changes(preview)).toEqual({ create: 1, errored: 1 });
    expect(preview.text).not.toMatch(/first-password|not-a-key|^ +at /m);
    expect(await newRequests(emulator)).toEqual([]);
}

test("bad arguments are refused in the preview, all at once, each with its path and what is expected", async () => {
    await withStack({ program, env: envOf(emulator) }, async (stack) => {
        const topics = {
            name: "orders kafka",
            bootstrapServers: ["b-1.example.com:9096", "b-2.example.com", "b-3.example.com:99999"],
            topicName: "orders-(",
            topicNameIsPattern: true,
            topicname: "orders",
            secret: scram,
        };
        await expectRefusal(stack, topics, [
            'name: expected 1 to 64 of ASCII letters, digits, ".", "_", "-"',
            "bootstrapServers[1]: expected host:port",
            "bootstrapServers[2]: expected host:port with a port from 1 to 65535",
            "topicName: expected a regular expression, but ( is not closed",
            'unknown property "secret"; did you mean "secrets"?; unknown property "topicname"; did you mean "topicName"?',
            "secrets: required without an ssl.keystore",
        ]);
        await expectRefusal(stack, fine, ["secrets: required without an ssl.keystore"]);
    });
});

test("bad secrets and certificates are refused by path, without a word of what they are", async () => {
    await withStack({ program, env: envOf(emulator) }, async (stack) => {
        const secrets = { ...scram, mechanism: "SCRAM-SHA-1", username: 5, Password: "first-password" };
        await expectRefusal(stack, { ...fine, bootstrapServers: "", secrets }, [
            "bootstrapServers: expected at least one host:port",
            'secrets.mechanism: expected one of "SCRAM-SHA-256", "SCRAM-SHA-512"',
            "secrets.username: expected string",
            'secrets: unknown property "Password"; did you mean "password"?',
        ]);
        await expectRefusal(stack, { ...fine, secrets: { type: "sasl_plain", password: "" } }, [
            "secrets.username: required, expected string",
            "secrets.password: expected a text that is not empty",
        ]);
        await expectRefusal(stack, { ...fine, secrets: { type: "iam" } }, [
            'secrets.type: expected one of "sasl_plain", "sasl_scram", "aws_iam"',
        ]);
        const tls = {
            secrets: { type: "aws_iam", awsAssumedRoleArn: "arn:aws:iam::1234:user/reader" },
            ssl: {
                trustStore: {},
                truststore: { certificates: "certificates.pem" },
                keystore: { certificates: client.key, key: "not-a-key" },
            },
        };
        await expectRefusal(stack, { ...fine, ...tls }, [
            "secrets.awsAssumedRoleArn: expected the ARN of an IAM role (arn:aws:iam::123456789012:role/name)",
            'ssl: unknown property "trustStore"; did you mean "truststore"?',
            "ssl.truststore.certificates: expected certificates as PEM text, found what looks like a path: give what the file holds",
            "ssl.keystore.certificates: expected certificates, found a block of PRIVATE KEY",
            'ssl.keystore.key: expected a private key as PEM text ("-----BEGIN …-----" to "-----END …-----")',
        ]);
    });
});
