export * as aws from "./aws";
export * from "./functions/get-connections-meta";
export type { DataType, PartitioningGranularity } from "./resources/data-types";
export * from "./resources/format-settings";
export { KafkaConnection } from "./resources/kafka-connection";
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
} from "./resources/kafka-connection";
export { Project } from "./resources/project";
export type { GetOptions, ProjectArgs } from "./resources/project";
export * from "./resources/streaming-job";
