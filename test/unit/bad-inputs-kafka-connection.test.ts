import { hidden, problemsWith, type BadInput } from "../support/bad-inputs";
import { client } from "../support/pem";

const { certificates: certificate, key: privateKey } = client;

const valid = {
    name: "orders",
    bootstrapServers: "b-1.example.com:9096",
    topicName: "orders",
    secrets: { type: "sasl_scram", mechanism: "SCRAM-SHA-512", username: "polaris", password: hidden },
};

const table: BadInput[] = [
    [{ name: "" }, 'name: expected 1 to 64 of ASCII letters, digits, ".", "_", "-"'],
    [{ name: "a b" }, 'name: expected 1 to 64 of ASCII letters, digits, ".", "_", "-"'],
    [{ name: "x".repeat(65) }, 'name: expected 1 to 64 of ASCII letters, digits, ".", "_", "-"'],
    [{ name: ".." }, 'name: expected a name other than "." and "..", which cannot end a URL'],
    [{ name: 5 }, "name: expected string"],
    [{ name: "ördrs" }, 'name: expected 1 to 64 of ASCII letters, digits, ".", "_", "-"'],
    [{ description: 7 }, "description: expected string"],
    [
        { bootstrapServers: undefined },
        "bootstrapServers: required, expected host:port,host:port or a list of host:port",
    ],
    [{ bootstrapServers: "" }, "bootstrapServers: expected at least one host:port"],
    [{ bootstrapServers: [] }, "bootstrapServers: expected at least one host:port"],
    [{ bootstrapServers: "b-1" }, "bootstrapServers: expected host:port"],
    [{ bootstrapServers: "b-1:" }, "bootstrapServers: expected host:port with a port from 1 to 65535"],
    [{ bootstrapServers: "b-1:0" }, "bootstrapServers: expected host:port with a port from 1 to 65535"],
    [{ bootstrapServers: "b-1:65536" }, "bootstrapServers: expected host:port with a port from 1 to 65535"],
    [{ bootstrapServers: "b-1:90x" }, "bootstrapServers: expected host:port with a port from 1 to 65535"],
    [{ bootstrapServers: " ,," }, "bootstrapServers: expected at least one host:port"],
    [{ bootstrapServers: ["", ","] }, "bootstrapServers: expected at least one host:port"],
    [{ bootstrapServers: ["b-1:9092", "b-2"] }, "bootstrapServers[1]: expected host:port"],
    [{ bootstrapServers: "kafka://b-1:9092" }, "bootstrapServers: expected host:port without a scheme"],
    [{ bootstrapServers: "::1:9092" }, "bootstrapServers: expected host:port"],
    [{ bootstrapServers: "b 1:9092" }, "bootstrapServers: expected host:port"],
    [{ bootstrapServers: 9092 }, "bootstrapServers: expected host:port,host:port or a list of host:port"],
    [{ bootstrapServers: { a: 1 } }, "bootstrapServers: expected host:port,host:port or a list of host:port"],
    [{ topicName: undefined }, "topicName: required, expected string"],
    [{ topicName: "" }, "topicName: expected a text that is not empty"],
    [
        { topicName: "a b" },
        'topicName: expected the name of a Kafka topic, 1 to 249 of ASCII letters, digits, ".", "_", "-" (for a pattern, set topicNameIsPattern)',
    ],
    [
        { topicName: "x".repeat(250) },
        'topicName: expected the name of a Kafka topic, 1 to 249 of ASCII letters, digits, ".", "_", "-" (for a pattern, set topicNameIsPattern)',
    ],
    [
        { topicName: "." },
        'topicName: expected the name of a Kafka topic, 1 to 249 of ASCII letters, digits, ".", "_", "-" (for a pattern, set topicNameIsPattern)',
    ],
    [
        { topicName: "orders.*" },
        'topicName: expected the name of a Kafka topic, 1 to 249 of ASCII letters, digits, ".", "_", "-" (for a pattern, set topicNameIsPattern)',
    ],
    [
        { topicName: "orders(", topicNameIsPattern: true },
        "topicName: expected a regular expression, but ( is not closed",
    ],
    [
        { topicName: "*", topicNameIsPattern: true },
        "topicName: expected a regular expression, but *, + or ? has nothing to repeat",
    ],
    [
        { topicName: "orders,payments", topicNameIsPattern: true },
        'topicName: no topic can match this pattern, as it requires a comma or semicolon (for a list write a|b); topic names are 1 to 249 of ASCII letters, digits, ".", "_", "-"',
    ],
    [{ topicNameIsPattern: "yes" }, "topicNameIsPattern: expected boolean"],
    [{ clientRack: 3 }, "clientRack: expected string"],
    [
        { bootstrapServers: "b-1.x.a1b2c3.c2.kafka.us-east-1.amazonaws.com:9096", clientRack: "us-east-1a" },
        'clientRack: expected the id of an availability zone in the brokers\' region, such as "use1-az4": MSK uses ids of zones as racks, not names of zones',
    ],
    [{ clientRack: "" }, "clientRack: expected a text that is not empty"],
    [{ secrets: undefined }, "secrets: required without an ssl.keystore"],
    [{ secrets: hidden }, "secrets: expected an object"],
    [{ secrets: {} }, 'secrets.type: required, expected one of "sasl_plain", "sasl_scram", "aws_iam"'],
    [{ "secrets.type": "plain" }, 'secrets.type: expected one of "sasl_plain", "sasl_scram", "aws_iam"'],
    [{ "secrets.type": "sasl_ssl" }, 'secrets.type: expected one of "sasl_plain", "sasl_scram", "aws_iam"'],
    [
        { "secrets.mechanism": undefined },
        'secrets.mechanism: required, expected one of "SCRAM-SHA-256", "SCRAM-SHA-512"',
    ],
    [{ "secrets.mechanism": "SHA-512" }, 'secrets.mechanism: expected one of "SCRAM-SHA-256", "SCRAM-SHA-512"'],
    [{ "secrets.mechanism": "SCRAM-SHA-1" }, 'secrets.mechanism: expected one of "SCRAM-SHA-256", "SCRAM-SHA-512"'],
    [{ "secrets.username": undefined }, "secrets.username: required, expected string"],
    [{ "secrets.username": "" }, "secrets.username: expected a text that is not empty"],
    [{ "secrets.password": undefined }, "secrets.password: required, or secrets.passwordFrom"],
    [{ "secrets.password": "" }, "secrets.password: expected a text that is not empty"],
    [{ "secrets.password": `${hidden}\n` }, "secrets.password: expected no line end at the start or the end"],
    [{ "secrets.password": "   " }, "secrets.password: expected a text that is not blank"],
    [{ "secrets.username": "ingest\n" }, "secrets.username: expected no line end at the start or the end"],
    [
        {
            bootstrapServers: "acme.servicebus.windows.net:9093",
            secrets: { type: "sasl_plain", username: "$ConnectionString", password: hidden },
        },
        "secrets.password: expected the whole connection string, Endpoint=sb://NAMESPACE.servicebus.windows.net/;SharedAccessKeyName=…;SharedAccessKey=…",
    ],
    [{ "secrets.password": 42 }, "secrets.password: expected string"],
    [{ "secrets.passwrd": hidden }, 'secrets: unknown property "passwrd"; did you mean "password"?'],
    [
        { "secrets.passwordFrom": { env: "PATH" } },
        "secrets.passwordFrom: expected either this or secrets.password, found both",
    ],
    [
        { "secrets.password": undefined, "secrets.passwordFrom": { env: "NOT_SET_ANYWHERE" } },
        "secrets.passwordFrom.env: the environment variable NOT_SET_ANYWHERE is not set [PolarisVariableNotSet]",
    ],
    [
        { "secrets.password": undefined, "secrets.passwordFrom": { env: "not a name" } },
        "secrets.passwordFrom.env: expected the name of an environment variable",
    ],
    [
        { "secrets.password": undefined, "secrets.passwordFrom": {} },
        "secrets.passwordFrom.env: required, expected string",
    ],
    [{ "secrets.password": undefined, "secrets.passwordFrom": "PATH" }, "secrets.passwordFrom: expected object"],
    [{ secrets: { type: "sasl_plain", username: "u" } }, "secrets.password: required, or secrets.passwordFrom"],
    [
        { secrets: { type: "sasl_plain", username: "u", password: hidden, mechanism: "SCRAM-SHA-512" } },
        'secrets: unknown property "mechanism"; known are type, username, password, passwordFrom',
    ],
    [{ secrets: { type: "aws_iam" } }, "secrets.awsAssumedRoleArn: required, expected string"],
    [
        { secrets: { type: "aws_iam", awsAssumedRoleArn: "polaris" } },
        "secrets.awsAssumedRoleArn: expected the ARN of an IAM role (arn:aws:iam::123456789012:role/name)",
    ],
    [
        { secrets: { type: "aws_iam", awsAssumedRoleArn: "arn:aws:iam::123:role/x" } },
        "secrets.awsAssumedRoleArn: expected the ARN of an IAM role (arn:aws:iam::123456789012:role/name)",
    ],
    [
        { secrets: { type: "aws_iam", awsAssumedRoleArn: "arn:aws:iam::123456789012:user/x" } },
        "secrets.awsAssumedRoleArn: expected the ARN of an IAM role (arn:aws:iam::123456789012:role/name)",
    ],
    [
        { secrets: { type: "aws_iam", awsAssumedRoleArn: "arn:aws:sts::123456789012:assumed-role/x/y" } },
        "secrets.awsAssumedRoleArn: expected the ARN of an IAM role (arn:aws:iam::123456789012:role/name)",
    ],
    [
        { secrets: { type: "aws_iam", roleArn: "arn:aws:iam::123456789012:role/x" } },
        "secrets.awsAssumedRoleArn: required, expected string",
        'secrets: unknown property "roleArn"; known are type, awsAssumedRoleArn',
    ],
    [{ ssl: "pem" }, "ssl: expected object"],
    [
        { ssl: { trustStore: { type: "pem", certificates: certificate } } },
        'ssl: unknown property "trustStore"; did you mean "truststore"?',
    ],
    [{ ssl: { truststore: {} } }, "ssl.truststore.certificates: required, expected string"],
    [
        { ssl: { truststore: { certificates: "MIIB" } } },
        'ssl.truststore.certificates: expected certificates as PEM text ("-----BEGIN …-----" to "-----END …-----")',
    ],
    [{ ssl: { truststore: { type: "jks", certificates: certificate } } }, 'ssl.truststore.type: expected "pem"'],
    [
        { ssl: { truststore: { certificates: "-----BEGIN CERTIFICATE-----\nMIIB" } } },
        "ssl.truststore.certificates: expected certificates as PEM text, found a block that does not end",
    ],
    [
        { ssl: { truststore: { certificates: privateKey } } },
        "ssl.truststore.certificates: expected certificates, found a block of PRIVATE KEY",
    ],
    [{ ssl: { keystore: { certificates: certificate } } }, "ssl.keystore.key: required, or ssl.keystore.keyFrom"],
    [
        { ssl: { keystore: { certificates: certificate, key: hidden } } },
        'ssl.keystore.key: expected a private key as PEM text ("-----BEGIN …-----" to "-----END …-----")',
    ],
    [
        { ssl: { keystore: { certificates: certificate, key: certificate } } },
        "ssl.keystore.key: expected a private key, found a block of CERTIFICATE",
    ],
    [{ ssl: { keystore: { key: privateKey } } }, "ssl.keystore.certificates: required, expected string"],
    [{ testConnection: "warning" }, 'testConnection: expected one of "warn", "error", "off"'],
    [{ testConnection: true }, 'testConnection: expected one of "warn", "error", "off"'],
    [{ adopt: "yes" }, 'adopt: expected true, false or "unchanged"'],
    [{ topic: "orders" }, 'unknown property "topic"; did you mean "topicName"?'],
    [{ bootstrapServer: "b:1" }, 'unknown property "bootstrapServer"; did you mean "bootstrapServers"?'],
    [
        { type: "kafka" },
        'unknown property "type"; known are name, description, bootstrapServers, topicName, topicNameIsPattern, clientRack, secrets, ssl, testConnection, adopt',
    ],
    [{ timeouts: { create: "ten minutes" } }, 'customTimeouts.create: expected a duration such as "10m" or "1h30m"'],
    [{ timeouts: { delete: "-5m" } }, 'customTimeouts.delete: expected a duration such as "10m" or "1h30m"'],
    [{ project: "eu" }, "project is not a Project; give it `new polaris.Project(…)`."],
    [
        { bootstrapServers: "b-1.x.c2.kafka.us-east-1.amazonaws.com:9092" },
        "bootstrapServers: port 9092 of an MSK broker does not serve sasl_scram: use port 9096 (9196 for public access)",
    ],
    [
        { bootstrapServers: "orders.servicebus.windows.net:9092" },
        "bootstrapServers: port 9092 of Event Hubs does not serve Kafka: use port 9093",
        "secrets.type: Event Hubs does not support sasl_scram: use sasl_plain with the username $ConnectionString and the connection string as password",
    ],
    [
        { bootstrapServers: "pkc-1.us-east-2.aws.confluent.cloud:9096" },
        "bootstrapServers: port 9096 of Confluent Cloud does not serve Kafka: use port 9092",
        "secrets.type: Confluent Cloud does not support sasl_scram: use sasl_plain with an API key as username and its secret as password",
    ],
];

test("a preview accepts what the table changes for the worse", async () => {
    expect(await problemsWith("KafkaConnection", valid, {})).toEqual([]);
});

const cases = table.map(([changes, ...expected]) => ({ changes, expected }));

test.each(cases)("a preview refuses $changes, and says where and what is expected", async ({ changes, expected }) => {
    const problems = await problemsWith("KafkaConnection", valid, changes);
    expect(problems).toEqual(expected);
    for (const problem of problems) {
        expect(problem).not.toContain(hidden);
        expect(problem).not.toContain("\n");
    }
});
