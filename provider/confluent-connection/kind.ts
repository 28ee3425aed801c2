import type { ConnectionKind } from "../connection/connection-type";
import { kafkaKind } from "../kafka-connection/kind";

export const confluentKind: ConnectionKind = {
    ...kafkaKind,
    noun: "ConfluentConnection",
    type: "confluent",
    jobNames: ["bootstrapServers", "topicName", "topicNameIsPattern", "secrets"],
};
