export * as aws from "./aws";
export * from "./program/get-connections-meta";
export type { DataType, PartitioningGranularity } from "./program/data-types";
export * from "./program/format-settings";
export { KafkaConnection } from "./program/kafka-connection";
export type {
    AwsIamSecrets,
    KafkaConnectionArgs,
    KafkaKeystore,
    KafkaSecrets,
    KafkaSsl,
    KafkaTruststore,
    PolarisUser,
    SaslPlainSecrets,
    SaslScramSecrets,
    SecretVariable,
} from "./program/kafka-connection";
export { Project } from "./program/project";
export type { GetOptions, ProjectArgs } from "./program/project";
export * from "./program/streaming-job";
