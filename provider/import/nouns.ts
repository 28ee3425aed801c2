import { kafka } from "../kafka-connection/kafka-connection";
import { connectionTypes } from "../streaming-job/connection-types";
import type { ImportNoun } from "./noun";
import { connectionNoun } from "./nouns/connection";
import { kafkaConnectionNoun } from "./nouns/kafka-connection";
import { streamingJobNoun } from "./nouns/streaming-job";
import { tableNoun } from "./nouns/table";

/** Every kind of resource that can be imported. A reference leads to a kind that comes before. */
export const nouns: readonly ImportNoun[] = [
    ...connectionTypes.map((type) => (type === kafka ? kafkaConnectionNoun : connectionNoun(type))),
    tableNoun,
    streamingJobNoun,
];
