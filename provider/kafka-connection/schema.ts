import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { topicPatternFault } from "../aws/topic-pattern";
import { lintBrokers } from "./brokers/lint";
import { brokers } from "./brokers/brokers";
import { connectionName } from "./connection-name";
import { secretText, secretTextWarning } from "./secret-text";
import { adopt, matching, memberOf, nonEmpty, oneOf, strict, union, variable, withDefault } from "../values/shape";
import type { Problem } from "../values/shape";
import { ssl, sslProblems } from "./tls/stores";
import { isTopicName } from "./topic-name";

const roleArn = matching(
    /^arn:aws(-[a-z]+)*:iam::\d{12}:role\/([\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/,
    "the ARN of an IAM role (arn:aws:iam::123456789012:role/name)",
);

const login = { username: secretText, password: secretText.optional(), passwordFrom: variable };

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
    adopt,
});

type Arguments = Partial<Record<keyof z.input<typeof kafkaConnectionInputs>, unknown>>;

type IsUnknown = (value: unknown) => boolean;

/** What the arguments have to fulfil together. Values that are not known yet are never found wrong. */
export function kafkaConnectionProblems(given: Arguments, isUnknown: IsUnknown, olds: Arguments = {}): Problem[] {
    return [
        ...secretProblems(given, isUnknown, olds),
        ...sslProblems(given.ssl, isUnknown),
        ...topicProblems(given, isUnknown),
        ...hostProblems(given, isUnknown),
    ];
}

/** What can never work between the connection and brokers of a known service. */
function hostProblems(given: Arguments, isUnknown: IsUnknown): Problem[] {
    const { bootstrapServers, secrets: login, ssl: transport, topicNameIsPattern } = given;
    const isText = typeof bootstrapServers === "string" || Array.isArray(bootstrapServers);
    if (!isText || isUnknown(bootstrapServers)) return [];
    const known = (value: unknown) => (typeof value === "string" && !isUnknown(value) ? value : undefined);
    const entries =
        typeof bootstrapServers === "string" ? bootstrapServers.split(",") : (bootstrapServers as unknown[]);
    const type = login === undefined && !isUnknown(transport) ? "none" : known(memberOf(login, "type"));
    const isOneTopic = topicNameIsPattern === undefined || topicNameIsPattern === false;
    return lintBrokers({
        bootstrapServers: entries.map(known),
        secretsType: authentications.find((kind) => kind === type),
        mechanism: known(memberOf(login, "mechanism")),
        username: known(memberOf(login, "username")),
        password: known(memberOf(login, "password")),
        topicName: isOneTopic ? known(given.topicName) : undefined,
        clientRack: known(given.clientRack),
    });
}

const authentications = ["sasl_plain", "sasl_scram", "aws_iam", "none"] as const;

/**
 * Whether the state lacks a secret as well: one that a refresh does not know any more, and that the program leaves to
 * others (`ignoreChanges`). The object has it, and keeps it.
 */
const isLeftToOthers = (old: unknown, given: unknown, leaf: string, same: string) =>
    memberOf(old, same) !== undefined &&
    isDeepStrictEqual(memberOf(old, same), memberOf(given, same)) &&
    memberOf(old, leaf) === undefined &&
    memberOf(old, `${leaf}From`) === undefined;

function secretProblems(
    { secrets: login, ssl: transport }: Arguments,
    isUnknown: IsUnknown,
    olds: Arguments,
): Problem[] {
    const problems: Problem[] = [];
    const keystore = memberOf(transport, "keystore");
    if (login === undefined && keystore === undefined && !isUnknown(transport)) {
        problems.push({ path: ["secrets"], message: "required without an ssl.keystore" });
    }
    const type = memberOf(login, "type");
    const needsPassword = type === "sasl_plain" || type === "sasl_scram";
    const hasPassword = memberOf(login, "password") !== undefined || memberOf(login, "passwordFrom") !== undefined;
    if (needsPassword && !hasPassword && !isLeftToOthers(olds.secrets, login, "password", "type")) {
        problems.push({ path: ["secrets", "password"], message: "required, or secrets.passwordFrom" });
    }
    const isStore = typeof keystore === "object" && keystore !== null;
    const hasKey = memberOf(keystore, "key") !== undefined || memberOf(keystore, "keyFrom") !== undefined;
    const oldKeystore = memberOf(olds.ssl, "keystore");
    if (isStore && !hasKey && !isLeftToOthers(oldKeystore, keystore, "key", "certificates")) {
        problems.push({ path: ["ssl", "keystore", "key"], message: "required, or ssl.keystore.keyFrom" });
    }
    return problems;
}

function topicProblems({ topicName, topicNameIsPattern }: Arguments, isUnknown: IsUnknown): Problem[] {
    const isKnown =
        typeof topicName === "string" && topicName !== "" && ![topicName, topicNameIsPattern].some(isUnknown);
    if (!isKnown) return [];
    if (topicNameIsPattern === true) {
        const message = topicPatternFault(topicName);
        return message === undefined ? [] : [{ path: ["topicName"], message }];
    }
    const message =
        'expected the name of a Kafka topic, 1 to 249 of ASCII letters, digits, ".", "_", "-" (for a pattern, set topicNameIsPattern)';
    return isTopicName(topicName) ? [] : [{ path: ["topicName"], message }];
}

const secretTexts = [
    ["secrets", "username"],
    ["secrets", "password"],
    ["ssl", "keystore", "keyPassword"],
];

/** What is seldom meant. Values that are not known yet are never warned of. */
export function kafkaConnectionWarnings(given: Arguments, isUnknown: IsUnknown): Problem[] {
    return secretTexts.flatMap((path) => {
        const text = path.reduce<unknown>(memberOf, given);
        const message = typeof text === "string" && !isUnknown(text) ? secretTextWarning(text) : undefined;
        return message === undefined ? [] : [{ path, message }];
    });
}
