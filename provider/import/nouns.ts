import type { ImportNoun } from "./noun";
import { kafkaConnectionNoun } from "./nouns/kafka-connection";
import { streamingJobNoun } from "./nouns/streaming-job";

/** Every kind of resource that can be imported. A reference leads to a kind that comes before. */
export const nouns: readonly ImportNoun[] = [kafkaConnectionNoun, streamingJobNoun];
