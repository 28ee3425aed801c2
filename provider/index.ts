export * as aws from "./aws";
export * from "./resources/format-settings";
export * from "./resources/kafka-connection";
export * from "./resources/streaming-job";
