export * as aws from "./aws";
export * from "./functions/get-connections-meta";
export * from "./resources/format-settings";
export { KafkaConnection } from "./resources/kafka-connection";
export type * from "./resources/kafka-connection";
export { Project } from "./resources/project";
export type { GetOptions, ProjectArgs } from "./resources/project";
export * from "./resources/streaming-job";
