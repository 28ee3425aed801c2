import type { ConnectionType, Destination } from "../connection/connection-type";
import { defineConnection } from "../connection/define-connection";
import { topicOf } from "../connection/stream";
import { valueAt } from "../values/json";
import { isOtherCluster, normalizeBrokers } from "./brokers/brokers";
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
    noun: "KafkaConnection",
    type: "kafka",
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
    jobNames: ["bootstrapServers", "topicName", "topicNameIsPattern", "clientRack", "secrets", "ssl"],
    stream: { noun: "the topic", of: topicOf, isOtherCluster },
    destination,
};

export const kafkaConnection = defineConnection(kafka);
