import { azure } from "../azure-connection/azure-connection";
import { confluent } from "../confluent-connection/confluent-connection";
import { kinesis } from "../kinesis-connection/kinesis-connection";
import { pushStreaming } from "../push-streaming-connection/push-streaming-connection";
import { s3 } from "../s3-connection/s3-connection";
import { schemaRegistry } from "../schema-registry-connection/schema-registry-connection";
import type { ImportNoun } from "./noun";
import { connectionNoun } from "./nouns/connection";
import { kafkaConnectionNoun } from "./nouns/kafka-connection";
import { streamingJobNoun } from "./nouns/streaming-job";
import { tableNoun } from "./nouns/table";

/** Every kind of resource that can be imported. A reference leads to a kind that comes before. */
export const nouns: readonly ImportNoun[] = [
    kafkaConnectionNoun,
    ...[confluent, kinesis, azure, s3, pushStreaming, schemaRegistry].map(connectionNoun),
    tableNoun,
    streamingJobNoun,
];
