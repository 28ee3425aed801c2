import type { ConnectionKind } from "../connection/connection-type";
import { topicOf } from "../connection/stream";
import { isOtherCluster } from "./brokers/brokers";

export const kafkaKind: ConnectionKind = {
    noun: "KafkaConnection",
    type: "kafka",
    jobNames: ["bootstrapServers", "topicName", "topicNameIsPattern", "clientRack", "secrets", "ssl"],
    stream: { noun: "the topic", of: topicOf, isOtherCluster },
};
