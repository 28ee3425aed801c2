import { z } from "zod";
import { brokers } from "./brokers";
import { pem } from "./pem";
import { matching, nonEmpty, oneOf, strict, union, withDefault } from "./shape";
import type { Problem } from "./shape";
import { isTopicName, isTopicPattern } from "./topic";

export const connectionName = matching(/^[A-Za-z0-9._-]{1,64}$/, '1 to 64 of ASCII letters, digits, ".", "_", "-"');

const roleArn = matching(
    /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/,
    "the ARN of an IAM role (arn:aws:iam::123456789012:role/name)",
);

const secrets = union(
    "type",
    ["sasl_plain", "sasl_scram", "aws_iam"],
    [
        strict({ type: z.literal("sasl_plain"), username: nonEmpty, password: nonEmpty }),
        strict({
            type: z.literal("sasl_scram"),
            mechanism: oneOf("SCRAM-SHA-256", "SCRAM-SHA-512"),
            username: nonEmpty,
            password: nonEmpty,
        }),
        strict({ type: z.literal("aws_iam"), awsAssumedRoleArn: roleArn }),
    ],
);

const certificates = pem(/^(TRUSTED |X509 )?CERTIFICATE$/, "certificates");
const privateKey = pem(/PRIVATE KEY$/, "a private key", 1);
const pemType = withDefault(z.literal("pem", { error: 'expected "pem"' }), "pem");

const ssl = strict({
    truststore: strict({ type: pemType, certificates }).optional(),
    keystore: strict({ type: pemType, certificates, key: privateKey, keyPassword: nonEmpty.optional() }).optional(),
});

/** The arguments of a KafkaConnection; parsed, each is in the form in which equal meaning is equal text. */
export const kafkaConnection = strict({
    name: connectionName,
    description: z.string().optional(),
    bootstrapServers: brokers,
    topicName: nonEmpty,
    topicNameIsPattern: withDefault(z.boolean(), false),
    clientRack: nonEmpty.optional(),
    secrets: secrets.optional(),
    ssl: withDefault(ssl, {}),
});

/** All that a program may say: the connection, and how this provider treats it. */
export const kafkaConnectionInputs = strict({
    ...kafkaConnection.shape,
    testConnection: withDefault(oneOf("warn", "error", "off"), "warn"),
    adopt: withDefault(z.boolean(), false),
});

type Arguments = Partial<Record<keyof z.input<typeof kafkaConnectionInputs>, unknown>>;

/** What the arguments have to fulfil together. Values that are not known yet are never found wrong. */
export function kafkaConnectionProblems(given: Arguments, isUnknown: (value: unknown) => boolean): Problem[] {
    const problems: Problem[] = [];
    const { topicName, topicNameIsPattern, ssl: transport } = given;
    if (given.secrets === undefined && transport !== undefined && !isUnknown(transport)) {
        const { keystore } = transport as { keystore?: unknown };
        if (keystore === undefined) problems.push({ path: ["secrets"], message: "required without an ssl.keystore" });
    } else if (given.secrets === undefined && transport === undefined) {
        problems.push({ path: ["secrets"], message: "required without an ssl.keystore" });
    }
    if (typeof topicName === "string" && topicName !== "" && !isUnknown(topicName) && !isUnknown(topicNameIsPattern)) {
        if (topicNameIsPattern === true && !isTopicPattern(topicName)) {
            problems.push({
                path: ["topicName"],
                message: "expected a regular expression, as topicNameIsPattern is true",
            });
        }
        if (topicNameIsPattern !== true && !isTopicName(topicName)) {
            problems.push({
                path: ["topicName"],
                message:
                    'expected the name of a Kafka topic, 1 to 249 of ASCII letters, digits, ".", "_", "-" (for a pattern, set topicNameIsPattern)',
            });
        }
    }
    return problems;
}
