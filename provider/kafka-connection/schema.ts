import { z } from "zod";
import { topicPatternFault } from "../aws/topic-pattern";
import { named, roleArn, settings } from "../connection/schema";
import { login, missingSecret, secretTextWarnings } from "../connection/secrets";
import type { Properties } from "../values/json";
import { nonEmpty, oneOf, problemOf, strict, union, withDefault } from "../values/shape";
import type { Problem } from "../values/shape";
import { brokers } from "./brokers/brokers";
import { brokerProblems } from "./brokers/lint";
import { partialArguments, secretsTypes } from "./partial-arguments";
import type { PartialArguments, PartialKeystore } from "./partial-arguments";
import { ssl, sslProblems } from "./tls/stores";

const secrets = union("type", secretsTypes, [
    strict({ type: z.literal("sasl_plain"), ...login }),
    strict({ type: z.literal("sasl_scram"), mechanism: oneOf("SCRAM-SHA-256", "SCRAM-SHA-512"), ...login }),
    strict({ type: z.literal("aws_iam"), awsAssumedRoleArn: roleArn }),
]);

/** What a connection to a Kafka cluster reads. */
export const topics = {
    bootstrapServers: brokers,
    topicName: nonEmpty,
    topicNameIsPattern: withDefault(z.boolean(), false),
};

/** The arguments that Imply Polaris stores. Parsed arguments that mean the same are equal. */
export const kafkaConnection = strict({
    ...named,
    ...topics,
    clientRack: nonEmpty.optional(),
    secrets: secrets.optional(),
    ssl: withDefault(ssl, {}),
});

/** All arguments: the connection, and how this provider handles it. */
export const kafkaConnectionInputs = strict({ ...kafkaConnection.shape, ...settings });

/** The rules that look at several arguments. They report nothing about values that are not known yet. */
export function kafkaConnectionProblems(given: Properties, olds: Properties = {}): Problem[] {
    const inputs = partialArguments.parse(given);
    return [
        ...loginProblems(inputs),
        ...missingSecret(given, olds),
        ...keyProblems(inputs, partialArguments.parse(olds)),
        ...sslProblems(inputs.ssl),
        ...topicProblems(inputs),
        ...brokerProblems(inputs),
    ];
}

function loginProblems({ secrets, ssl }: PartialArguments): Problem[] {
    const isMissing = secrets === undefined && ssl?.keystore === undefined && ssl !== null;
    return problemOf(["secrets"], isMissing ? "required without an ssl.keystore" : undefined);
}

const hasKey = (keystore: PartialKeystore) => keystore?.key !== undefined || keystore?.keyFrom !== undefined;

/** As {@link missingSecret}: a key may be missing if it is missing in the state too. */
function keyProblems({ ssl }: PartialArguments, { ssl: oldSsl }: PartialArguments): Problem[] {
    const [keystore, oldKeystore] = [ssl?.keystore, oldSsl?.keystore];
    const isKeyLost = oldKeystore && oldKeystore.certificates === keystore?.certificates && !hasKey(oldKeystore);
    const isKeyMissing = keystore && !hasKey(keystore) && !isKeyLost;
    return problemOf(["ssl", "keystore", "key"], isKeyMissing ? "required, or ssl.keystore.keyFrom" : undefined);
}

/** Whether Kafka accepts a text as the name of one topic. */
export const isTopicName = (text: string) => /^[A-Za-z0-9._-]{1,249}$/.test(text) && text !== "." && text !== "..";

/** What is wrong with a topic, or a pattern of topics. */
export function topicProblems({ topicName, topicNameIsPattern }: PartialArguments): Problem[] {
    if (typeof topicName !== "string" || topicNameIsPattern === null) return [];
    const expected =
        'expected the name of a Kafka topic, 1 to 249 of ASCII letters, digits, ".", "_", "-" (for a pattern, set topicNameIsPattern)';
    const nameFault = isTopicName(topicName) ? undefined : expected;
    return problemOf(["topicName"], topicNameIsPattern ? topicPatternFault(topicName) : nameFault);
}

/** What is valid and yet likely a mistake. Values that are not known yet give no warning. */
export const kafkaConnectionWarnings = (given: Properties): Problem[] =>
    secretTextWarnings(given, ["secrets", "username"], ["secrets", "password"], ["ssl", "keystore", "keyPassword"]);
