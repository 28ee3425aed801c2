import { z } from "zod";
import { lintBrokers } from "./broker-lint";
import { brokers } from "./brokers";
import { connectionName } from "./connection-name";
import { matching, memberOf, nonEmpty, oneOf, strict, union, variable, withDefault } from "./shape";
import type { Problem } from "./shape";
import { ssl, sslProblems } from "./tls";
import { isTopicName, topicPatternFault } from "./topic";

const roleArn = matching(
    /^arn:aws(-[a-z]+)*:iam::\d{12}:role\/([\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/,
    "the ARN of an IAM role (arn:aws:iam::123456789012:role/name)",
);

const login = { username: nonEmpty, password: nonEmpty.optional(), passwordFrom: variable };

const secrets = union(
    "type",
    ["sasl_plain", "sasl_scram", "aws_iam"],
    [
        strict({ type: z.literal("sasl_plain"), ...login }),
        strict({
            type: z.literal("sasl_scram"),
            mechanism: oneOf("SCRAM-SHA-256", "SCRAM-SHA-512"),
            ...login,
        }),
        strict({ type: z.literal("aws_iam"), awsAssumedRoleArn: roleArn }),
    ],
);

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

type IsUnknown = (value: unknown) => boolean;

/** What the arguments have to fulfil together. Values that are not known yet are never found wrong. */
export function kafkaConnectionProblems(given: Arguments, isUnknown: IsUnknown): Problem[] {
    return [
        ...secretProblems(given, isUnknown),
        ...sslProblems(given.ssl, isUnknown),
        ...topicProblems(given, isUnknown),
        ...hostProblems(given, isUnknown),
    ];
}

/** What can never work between the kind of secrets and brokers of a known service. */
function hostProblems(
    { bootstrapServers, secrets: login, ssl: transport }: Arguments,
    isUnknown: IsUnknown,
): Problem[] {
    const isText = typeof bootstrapServers === "string" || Array.isArray(bootstrapServers);
    if (!isText || isUnknown(bootstrapServers)) return [];
    const known = (value: unknown) => (typeof value === "string" && !isUnknown(value) ? value : undefined);
    const entries =
        typeof bootstrapServers === "string" ? bootstrapServers.split(",") : (bootstrapServers as unknown[]);
    const type = login === undefined && !isUnknown(transport) ? "none" : known(memberOf(login, "type"));
    return lintBrokers({
        bootstrapServers: entries.map(known),
        secretsType: authentications.find((kind) => kind === type),
        mechanism: known(memberOf(login, "mechanism")),
        username: known(memberOf(login, "username")),
    });
}

const authentications = ["sasl_plain", "sasl_scram", "aws_iam", "none"] as const;

function secretProblems({ secrets: login, ssl: transport }: Arguments, isUnknown: IsUnknown): Problem[] {
    const problems: Problem[] = [];
    const keystore = memberOf(transport, "keystore");
    if (login === undefined && keystore === undefined && !isUnknown(transport)) {
        problems.push({ path: ["secrets"], message: "required without an ssl.keystore" });
    }
    const type = memberOf(login, "type");
    const needsPassword = type === "sasl_plain" || type === "sasl_scram";
    if (needsPassword && memberOf(login, "password") === undefined && memberOf(login, "passwordFrom") === undefined) {
        problems.push({ path: ["secrets", "password"], message: "required, or secrets.passwordFrom" });
    }
    const isStore = typeof keystore === "object" && keystore !== null;
    if (isStore && memberOf(keystore, "key") === undefined && memberOf(keystore, "keyFrom") === undefined) {
        problems.push({ path: ["ssl", "keystore", "key"], message: "required, or ssl.keystore.keyFrom" });
    }
    return problems;
}

function topicProblems({ topicName, topicNameIsPattern }: Arguments, isUnknown: IsUnknown): Problem[] {
    const isKnown =
        typeof topicName === "string" && topicName !== "" && ![topicName, topicNameIsPattern].some(isUnknown);
    if (!isKnown) return [];
    if (topicNameIsPattern === true) {
        const message = "expected a regular expression, as topicNameIsPattern is true";
        return topicPatternFault(topicName) === undefined ? [] : [{ path: ["topicName"], message }];
    }
    const message =
        'expected the name of a Kafka topic, 1 to 249 of ASCII letters, digits, ".", "_", "-" (for a pattern, set topicNameIsPattern)';
    return isTopicName(topicName) ? [] : [{ path: ["topicName"], message }];
}
