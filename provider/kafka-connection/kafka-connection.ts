import type { ConnectionType, Destination } from "../connection/connection-type";
import { defineConnection } from "../connection/define-connection";
import { valueAt } from "../values/json";
import { kafkaKind } from "./kind";
import { normalizeBrokers } from "./brokers/brokers";
import { kafkaConnection as object, kafkaConnectionInputs as schema } from "./schema";
import { kafkaConnectionProblems, kafkaConnectionWarnings } from "./schema";
import { ssl } from "./tls/ssl";

const destination: Destination = {
    code: "PolarisTopicUnreachable",
    noun: "the topic",
    checked: "bootstrapServers, topicName, secrets",
    names: ["bootstrapServers", "topicName", "topicNameIsPattern", "secrets", "ssl"],
    assumesRole: ({ secrets }) => valueAt(secrets, ["type"]) === "aws_iam",
};

/** A connection of type `kafka` (Connections v1). */
export const kafka: ConnectionType = {
    ...kafkaKind,
    object,
    schema,
    problems: kafkaConnectionProblems,
    warnings: kafkaConnectionWarnings,
    normalize: normalizeBrokers,
    // Of `ssl.keystore` answers carry nothing at all, its certificates neither.
    secrets: [
        ["secrets", "password"],
        ["ssl", "keystore", "key"],
        ["ssl", "keystore", "keyPassword"],
    ],
    repeatedDefaults: { topicNameIsPattern: false },
    inParts: { ssl },
    destination,
};

export const kafkaConnection = defineConnection(kafka);
