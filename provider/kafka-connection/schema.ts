import { z } from "zod";
import { topicPatternFault } from "../aws/topic-pattern";
import { named, roleArn, settings } from "../connection/schema";
import { secretText, secretTextWarning } from "../connection/secret-text";
import { nonEmpty, oneOf, problemOf, strict, union, variable, withDefault } from "../values/shape";
import type { Problem } from "../values/shape";
import { brokers } from "./brokers/brokers";
import { brokerProblems } from "./brokers/lint";
import { partialArguments, secretsTypes } from "./partial-arguments";
import type { PartialArguments, PartialKeystore } from "./partial-arguments";
import { ssl, sslProblems } from "./tls/stores";

const login = { username: secretText, password: secretText.optional(), passwordFrom: variable };

const secrets = union("type", secretsTypes, [
    strict({ type: z.literal("sasl_plain"), ...login }),
    strict({ type: z.literal("sasl_scram"), mechanism: oneOf("SCRAM-SHA-256", "SCRAM-SHA-512"), ...login }),
    strict({ type: z.literal("aws_iam"), awsAssumedRoleArn: roleArn }),
]);

/** The arguments that Imply Polaris stores. Parsed arguments that mean the same are equal. */
export const kafkaConnection = strict({
    ...named,
    bootstrapServers: brokers,
    topicName: nonEmpty,
    topicNameIsPattern: withDefault(z.boolean(), false),
    clientRack: nonEmpty.optional(),
    secrets: secrets.optional(),
    ssl: withDefault(ssl, {}),
});

/** All arguments: the connection, and how this provider handles it. */
export const kafkaConnectionInputs = strict({ ...kafkaConnection.shape, ...settings });

/** The rules that look at several arguments. They report nothing about values that are not known yet. */
export function kafkaConnectionProblems(given: unknown, olds: unknown = {}): Problem[] {
    const inputs = partialArguments.parse(given);
    return [
        ...secretProblems(inputs, partialArguments.parse(olds)),
        ...sslProblems(inputs.ssl),
        ...topicProblems(inputs),
        ...brokerProblems(inputs),
    ];
}

const hasPassword = (secrets: PartialArguments["secrets"]) =>
    secrets?.password !== undefined || secrets?.passwordFrom !== undefined;

const hasKey = (keystore: PartialKeystore) => keystore?.key !== undefined || keystore?.keyFrom !== undefined;

/**
 * Secrets that are missing. One may be missing if it is missing in the state too: a refresh after a change by
 * another user removed it there, the program ignores its changes (`ignoreChanges`), and the connection keeps its own.
 */
function secretProblems({ secrets, ssl }: PartialArguments, olds: PartialArguments): Problem[] {
    const [keystore, oldKeystore] = [ssl?.keystore, olds.ssl?.keystore];
    const isLoginMissing = secrets === undefined && keystore === undefined && ssl !== null;
    const needsPassword = secrets?.type === "sasl_plain" || secrets?.type === "sasl_scram";
    const isPasswordLost = olds.secrets?.type === secrets?.type && !hasPassword(olds.secrets);
    const isPasswordMissing = needsPassword && !hasPassword(secrets) && !isPasswordLost;
    const isKeyLost = oldKeystore && oldKeystore.certificates === keystore?.certificates && !hasKey(oldKeystore);
    const isKeyMissing = keystore && !hasKey(keystore) && !isKeyLost;
    return [
        ...problemOf(["secrets"], isLoginMissing ? "required without an ssl.keystore" : undefined),
        ...problemOf(["secrets", "password"], isPasswordMissing ? "required, or secrets.passwordFrom" : undefined),
        ...problemOf(["ssl", "keystore", "key"], isKeyMissing ? "required, or ssl.keystore.keyFrom" : undefined),
    ];
}

/** Whether Kafka accepts a text as the name of one topic. */
export const isTopicName = (text: string) => /^[A-Za-z0-9._-]{1,249}$/.test(text) && text !== "." && text !== "..";

function topicProblems({ topicName, topicNameIsPattern }: PartialArguments): Problem[] {
    if (typeof topicName !== "string" || topicNameIsPattern === null) return [];
    const expected =
        'expected the name of a Kafka topic, 1 to 249 of ASCII letters, digits, ".", "_", "-" (for a pattern, set topicNameIsPattern)';
    const nameFault = isTopicName(topicName) ? undefined : expected;
    return problemOf(["topicName"], topicNameIsPattern ? topicPatternFault(topicName) : nameFault);
}

/** What is valid and yet likely a mistake. Values that are not known yet give no warning. */
export function kafkaConnectionWarnings(given: unknown): Problem[] {
    const { secrets, ssl } = partialArguments.parse(given);
    return [
        ...problemOf(["secrets", "username"], secretTextWarning(secrets?.username)),
        ...problemOf(["secrets", "password"], secretTextWarning(secrets?.password)),
        ...problemOf(["ssl", "keystore", "keyPassword"], secretTextWarning(ssl?.keystore?.keyPassword)),
    ];
}
