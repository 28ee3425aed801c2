import type { ConnectionType } from "../connection/connection-type";
import { defineConnection } from "../connection/define-connection";
import { kafka } from "../kafka-connection/kafka-connection";
import { confluentKind } from "./kind";
import { confluentConnection as object, confluentConnectionInputs as schema } from "./schema";
import { confluentConnectionProblems, confluentConnectionWarnings } from "./schema";

/** A connection of type `confluent` (Connections v1): one of Kafka, with fewer ways to authenticate. */
export const confluent: ConnectionType = {
    ...kafka,
    ...confluentKind,
    object,
    schema,
    problems: confluentConnectionProblems,
    warnings: confluentConnectionWarnings,
    secrets: [["secrets", "password"]],
    inParts: {},
};

export const confluentConnection = defineConnection(confluent);
