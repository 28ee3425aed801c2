export * as aws from "./aws";
export type { PolarisErrorCode } from "./error-codes";
export * from "./program/confluent-connection";
export * from "./program/get-connection";
export * from "./program/get-connections-meta";
export * from "./program/format-settings";
export * from "./program/get-streaming-job";
export * from "./program/get-streaming-job-status";
export * from "./program/get-table";
export { KafkaConnection } from "./program/kafka-connection";
export type {
    AwsIamSecrets,
    KafkaConnectionArgs,
    KafkaKeystore,
    KafkaSecrets,
    KafkaSsl,
    KafkaTruststore,
    SaslPlainSecrets,
    SaslScramSecrets,
} from "./program/kafka-connection";
export type { ConnectionArgs, SecretVariable, TestedConnectionArgs } from "./program/polaris-connection";
export * from "./program/schema-registry-connection";
export * from "./program/push-streaming-connection";
export * from "./program/s3-connection";
export * from "./program/azure-connection";
export * from "./program/kinesis-connection";
export { Project } from "./program/project";
export type { GetOptions, ProjectArgs } from "./program/project";
export * from "./program/streaming-job";
export * from "./program/table";
export type { DataType, PartitioningGranularity, PolarisUser } from "./program/types";
