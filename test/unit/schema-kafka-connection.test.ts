import { isUnknown, unknown } from "../../provider/values/unknown";
import { problemsOf, problemText } from "../../provider/engine/validation";
import {
    kafkaConnectionInputs,
    kafkaConnectionProblems,
    kafkaConnectionWarnings,
} from "../../provider/kafka-connection/schema";
import { client, encrypted } from "../support/pem";

const { certificates: certificate, key } = client;

const plain = { type: "sasl_plain", username: "imply", password: "hidden-word" };
const scram = { ...plain, type: "sasl_scram", mechanism: "SCRAM-SHA-512" };
const iam = { type: "aws_iam", awsAssumedRoleArn: "arn:aws:iam::123456789012:role/imply" };
const keystore = { certificates: certificate, key };

const valid = { name: "orders", bootstrapServers: "kafka.example.com:9092", topicName: "orders", secrets: plain };

/** As the engine hands arguments on: without members that are undefined. */
const told = (change: Record<string, unknown>) => {
    const given = JSON.parse(JSON.stringify({ ...valid, ...change })) as Record<string, unknown>;
    return problemsOf(kafkaConnectionInputs, kafkaConnectionProblems, given).map(problemText);
};

const notTopic =
    'topicName: expected the name of a Kafka topic, 1 to 249 of ASCII letters, digits, ".", "_", "-" (for a pattern, set topicNameIsPattern)';
const isPath = "as PEM text, found what looks like a path: give what the file holds";

describe("a connection", () => {
    it.each<[string, Record<string, unknown>]>([
        ["SASL/PLAIN", { secrets: plain }],
        ["SASL/SCRAM", { secrets: scram }],
        ["an IAM role", { secrets: iam }],
        [
            "a role with a path",
            { secrets: { ...iam, awsAssumedRoleArn: "arn:aws-us-gov:iam::123456789012:role/a/b+c@d" } },
        ],
        ["a client certificate alone", { secrets: undefined, ssl: { keystore } }],
        [
            "a password from the environment",
            { secrets: { ...plain, password: undefined, passwordFrom: { env: "PASSWORD" } } },
        ],
        ["a key from the environment", { ssl: { keystore: { ...keystore, key: undefined, keyFrom: { env: "KEY" } } } }],
        [
            "all that there is",
            {
                description: "",
                bootstrapServers: ["a:1", "b:2"],
                topicName: "orders-.*",
                topicNameIsPattern: true,
                clientRack: "use1-az4",
                ssl: {
                    truststore: { type: "pem", certificates: certificate },
                    keystore: { type: "pem", ...keystore, key: encrypted(key, "x"), keyPassword: "x" },
                },
                testConnection: "off",
                adopt: true,
            },
        ],
    ])("is taken with %s", (_, change) => {
        expect(told(change)).toEqual([]);
    });

    it.each<[Record<string, unknown>, string[]]>([
        [{ name: "" }, ['name: expected 1 to 64 of ASCII letters, digits, ".", "_", "-"']],
        [{ name: "my orders" }, ['name: expected 1 to 64 of ASCII letters, digits, ".", "_", "-"']],
        [{ name: "örders" }, ['name: expected 1 to 64 of ASCII letters, digits, ".", "_", "-"']],
        [{ name: "x".repeat(65) }, ['name: expected 1 to 64 of ASCII letters, digits, ".", "_", "-"']],
        [{ name: "." }, ['name: expected a name other than "." and "..", which cannot end a URL']],
        [{ name: ".." }, ['name: expected a name other than "." and "..", which cannot end a URL']],
        [
            { bootstrapServers: undefined },
            ["bootstrapServers: required, expected host:port,host:port or a list of host:port"],
        ],
        [{ bootstrapServers: [] }, ["bootstrapServers: expected at least one host:port"]],
        [{ bootstrapServers: "kafka" }, ["bootstrapServers: expected host:port"]],
        [{ bootstrapServers: "a:1,b" }, ["bootstrapServers[1]: expected host:port"]],
        [{ bootstrapServers: ["a:99999"] }, ["bootstrapServers[0]: expected host:port with a port from 1 to 65535"]],
        [{ topicName: undefined }, ["topicName: required, expected string"]],
        [{ topicName: "" }, ["topicName: expected a text that is not empty"]],
        [{ topicName: "orders-.*" }, [notTopic]],
        [{ topicName: "orders-.*", topicNameIsPattern: false }, [notTopic]],
        [
            { topicName: "orders-(", topicNameIsPattern: true },
            ["topicName: expected a regular expression, but ( is not closed"],
        ],
        [{ topicNameIsPattern: "yes" }, ["topicNameIsPattern: expected boolean"]],
        [{ description: 7 }, ["description: expected string"]],
        [{ clientRack: "" }, ["clientRack: expected a text that is not empty"]],
        [{ testConnection: "maybe" }, ['testConnection: expected one of "warn", "error", "off"']],
        [{ adopt: "true" }, ['adopt: expected true, false or "unchanged"']],
        [{ bootstrapServer: "a:1" }, ['unknown property "bootstrapServer"; did you mean "bootstrapServers"?']],
    ])("is refused with %j", (change, expected) => {
        expect(told(change)).toEqual(expected);
    });
});

describe("the secrets of a connection", () => {
    it.each<[unknown, string[]]>([
        [undefined, ["secrets: required without an ssl.keystore"]],
        ["password", ["secrets: expected an object"]],
        [{}, ['secrets.type: required, expected one of "sasl_plain", "sasl_scram", "aws_iam"']],
        [{ ...plain, type: "oauth" }, ['secrets.type: expected one of "sasl_plain", "sasl_scram", "aws_iam"']],
        [
            { type: "sasl_plain" },
            ["secrets.username: required, expected string", "secrets.password: required, or secrets.passwordFrom"],
        ],
        [{ ...plain, username: "" }, ["secrets.username: expected a text that is not empty"]],
        [{ ...plain, password: "" }, ["secrets.password: expected a text that is not empty"]],
        [
            { ...scram, mechanism: undefined },
            ['secrets.mechanism: required, expected one of "SCRAM-SHA-256", "SCRAM-SHA-512"'],
        ],
        [
            { ...scram, mechanism: "SCRAM-SHA-1" },
            ['secrets.mechanism: expected one of "SCRAM-SHA-256", "SCRAM-SHA-512"'],
        ],
        [
            { ...plain, mechanism: "SCRAM-SHA-512" },
            ['secrets: unknown property "mechanism"; known are type, username, password, passwordFrom'],
        ],
        [{ ...plain, pasword: "x" }, ['secrets: unknown property "pasword"; did you mean "password"?']],
        [{ type: "aws_iam" }, ["secrets.awsAssumedRoleArn: required, expected string"]],
        [
            { ...iam, awsAssumedRoleArn: "arn:aws:iam::1234:role/imply" },
            ["secrets.awsAssumedRoleArn: expected the ARN of an IAM role (arn:aws:iam::123456789012:role/name)"],
        ],
        [
            { ...iam, awsAssumedRoleArn: "arn:aws:iam::123456789012:user/imply" },
            ["secrets.awsAssumedRoleArn: expected the ARN of an IAM role (arn:aws:iam::123456789012:role/name)"],
        ],
        [
            { type: "sasl_plain", username: "imply", passwordFrom: { env: "1PASSWORD" } },
            ["secrets.passwordFrom.env: expected the name of an environment variable"],
        ],
    ])("are refused as %j", (secrets, expected) => {
        expect(told({ secrets })).toEqual(expected);
    });

    it.each<[unknown, string[]]>([
        [{}, ["secrets: required without an ssl.keystore"]],
        [{ truststore: { certificates: certificate } }, ["secrets: required without an ssl.keystore"]],
    ])("are required with the ssl %j", (ssl, expected) => {
        expect(told({ secrets: undefined, ssl })).toEqual(expected);
    });

    it.each<[unknown, string[]]>([
        ["pem", ["ssl: expected object"]],
        [{ trustStore: {} }, ['ssl: unknown property "trustStore"; did you mean "truststore"?']],
        [{ truststore: { certificates: "ca.pem" } }, [`ssl.truststore.certificates: expected certificates ${isPath}`]],
        [
            { truststore: { certificates: key } },
            ["ssl.truststore.certificates: expected certificates, found a block of PRIVATE KEY"],
        ],
        [{ truststore: { type: "jks", certificates: certificate } }, ['ssl.truststore.type: expected "pem"']],
        [{ keystore: { certificates: certificate } }, ["ssl.keystore.key: required, or ssl.keystore.keyFrom"]],
        [{ keystore: { ...keystore, key: "key.pem" } }, [`ssl.keystore.key: expected a private key ${isPath}`]],
        [
            { keystore: { ...keystore, keyPassword: "" } },
            ["ssl.keystore.keyPassword: expected a text that is not empty"],
        ],
    ])("go with no such ssl: %j", (ssl, expected) => {
        expect(told({ ssl })).toEqual(expected);
    });
});

describe("the problems of a connection", () => {
    it("are reported all at once", () => {
        const change = {
            name: "my orders",
            bootstrapServers: ["kafka", "b:0"],
            topicName: "orders*",
            topicNameIsPattrn: true,
            secrets: { ...plain, username: "" },
            testConnection: "never",
        };
        expect(told(change)).toEqual([
            'name: expected 1 to 64 of ASCII letters, digits, ".", "_", "-"',
            "bootstrapServers[0]: expected host:port",
            "bootstrapServers[1]: expected host:port with a port from 1 to 65535",
            "secrets.username: expected a text that is not empty",
            'testConnection: expected one of "warn", "error", "off"',
            'unknown property "topicNameIsPattrn"; did you mean "topicNameIsPattern"?',
            notTopic,
        ]);
    });

    it("never repeat the value, which may be a secret", () => {
        const changes = [
            { secrets: { ...plain, type: "hidden-word" } },
            { secrets: "hidden-word" },
            { ssl: { keystore: { certificates: "hidden-word", key: "hidden-word", keyPassword: ["hidden-word"] } } },
            { bootstrapServers: "hidden-word" },
            { topicName: ["hidden-word"] },
        ];
        for (const change of changes) {
            expect(told(change)).not.toEqual([]);
            expect(told(change).join()).not.toContain("hidden");
        }
    });

    it("are reported for known values beside unknown ones", () => {
        const change = {
            name: unknown,
            bootstrapServers: [unknown, "b"],
            secrets: { ...plain, password: unknown, username: "" },
        };
        expect(told(change)).toEqual([
            "bootstrapServers[1]: expected host:port",
            "secrets.username: expected a text that is not empty",
        ]);
        expect(isUnknown(unknown)).toBe(true);
    });
});

describe("a username and a password", () => {
    const places = [
        ["secrets.username", (text: unknown) => ({ secrets: { ...plain, username: text } })],
        ["secrets.password", (text: unknown) => ({ secrets: { ...scram, password: text } })],
    ] as const;
    const warned = (change: Record<string, unknown>) =>
        kafkaConnectionWarnings({ ...valid, ...change }).map(problemText);

    it.each([
        ["hidden\n", "expected no line end at the start or the end"],
        ["hidden\r\n", "expected no line end at the start or the end"],
        ["hidden\n  ", "expected no line end at the start or the end"],
        ["\nhidden", "expected no line end at the start or the end"],
        [" \r hidden", "expected no line end at the start or the end"],
        ["   ", "expected a text that is not blank"],
        ["\t\n", "expected a text that is not blank"],
        ["\u00a0\u200b\ufeff", "expected a text that is not blank"],
        ["", "expected a text that is not empty"],
    ])("are refused as %j: %s", (text, message) => {
        for (const [path, change] of places) expect(told(change(text))).toEqual([`${path}: ${message}`]);
    });

    const ends = "begins or ends with white space or an invisible character, which is sent as part of it";
    it.each([
        [" hidden", ends],
        ["hidden\t", ends],
        ["\ufeffhidden", ends],
        ["hidden\u200b", ends],
        ["hidden\u00a0", ends],
        ['"hidden"', "is in quotes, which are sent as part of it"],
        ["'hidden'", "is in quotes, which are sent as part of it"],
        ["hid\u0000den", "contains a control character"],
        ["\u0007hidden", "contains a control character"],
    ])("are taken with a warning as %j", (text, message) => {
        for (const [path, change] of places) {
            expect(told(change(text))).toEqual([]);
            expect(warned(change(text))).toEqual([`${path}: ${message}`]);
        }
    });

    it.each(["hidden", "two words", "pässwörd", "it's", '"', '""', '"a', "=;,{}$", unknown])(
        "are taken as %j",
        (text) => {
            for (const [, change] of places) {
                expect(told(change(text))).toEqual([]);
                expect(warned(change(text))).toEqual([]);
            }
        },
    );

    it("are no matter of a connection without them, or of one that is not known yet", () => {
        expect(warned({ secrets: iam })).toEqual([]);
        expect(warned({ secrets: unknown, ssl: unknown })).toEqual([]);
    });
});
