import type { ConnectionNoun } from "./handler";
import type { Arguments } from "./handler-arguments";

/** What the tests of all types of connection know of one. */
export interface ConnectionSample {
    readonly noun: ConnectionNoun;
    /** The API's word for the type. */
    readonly type: string;
    /** Arguments without the name. */
    readonly given: Arguments;
    /** One of them with another value. */
    readonly changed: Arguments;
    /** What the API has after the create, beside the description. */
    readonly stored: Arguments;
    /** Optional arguments that can be added, and taken away again. */
    readonly optional: Arguments;
    /** A secret with another value; none for a type without secrets. */
    readonly rotated: Arguments | undefined;
    /** The path of this secret. */
    readonly secret: string | undefined;
    /** What another user may change. */
    readonly edit: Arguments;
    /** The code of a failed test; undefined where nothing is tested. */
    readonly unreachable: string | undefined;
}

const login = { username: "polaris", password: "hidden-word" };
const publicLogin = (type: string) => ({ type, username: "polaris" });

const confluent = {
    bootstrapServers: "pkc-1.us-east-1.aws.confluent.cloud:9092",
    topicName: "orders",
    secrets: { type: "sasl_plain", ...login },
};

const s3 = { bucket: "orders", awsEndpoint: "s3.us-east-1.amazonaws.com" };
const accessKey = { type: "access_key", accessKeyId: "AKIAEXAMPLE" };

const azure = { storageAccount: "orders", container: "daily" };

const kinesis = {
    stream: "orders",
    awsEndpoint: "kinesis.us-east-1.amazonaws.com",
    awsAssumedRoleArn: "arn:aws:iam::123456789012:role/reader",
};

export const samples: readonly ConnectionSample[] = [
    {
        noun: "ConfluentConnection",
        type: "confluent",
        given: confluent,
        changed: { topicName: "returns" },
        stored: { ...confluent, topicNameIsPattern: false, secrets: publicLogin("sasl_plain") },
        optional: { topicNameIsPattern: true },
        rotated: { secrets: { ...confluent.secrets, password: "hidden-new" } },
        secret: "secrets.password",
        edit: { topicName: "edited" },
        unreachable: "PolarisTopicUnreachable",
    },
    {
        noun: "SchemaRegistryConnection",
        type: "confluent_schema_registry",
        given: { urls: ["https://registry.example.com"], secrets: { type: "basic", ...login } },
        changed: { urls: ["https://other.example.com", "https://registry.example.com"] },
        stored: { urls: ["https://registry.example.com"], secrets: publicLogin("basic") },
        optional: {},
        rotated: { secrets: { type: "basic", ...login, password: "hidden-new" } },
        secret: "secrets.password",
        edit: { urls: ["https://edited.example.com"] },
        unreachable: "PolarisSourceUnreachable",
    },
    {
        noun: "PushStreamingConnection",
        type: "push_streaming",
        given: {},
        changed: { description: "changed" },
        stored: {},
        optional: {},
        rotated: undefined,
        secret: undefined,
        edit: { description: "edited" },
        unreachable: undefined,
    },
    {
        noun: "S3Connection",
        type: "s3",
        given: { ...s3, secrets: { ...accessKey, accessKeySecret: "hidden-word" } },
        changed: { bucket: "returns" },
        stored: { ...s3, secrets: accessKey },
        optional: { prefix: "daily/" },
        rotated: { secrets: { ...accessKey, accessKeySecret: "hidden-new" } },
        secret: "secrets.accessKeySecret",
        edit: { bucket: "edited" },
        unreachable: "PolarisSourceUnreachable",
    },
    {
        noun: "AzureConnection",
        type: "azure",
        given: { ...azure, secrets: { type: "sas_token", sasToken: "?sv=hidden-word" } },
        changed: { container: "weekly" },
        stored: { ...azure, secrets: { type: "sas_token" } },
        optional: { prefix: "daily/" },
        rotated: { secrets: { type: "sas_token", sasToken: "?sv=hidden-new" } },
        secret: "secrets.sasToken",
        edit: { container: "edited" },
        unreachable: "PolarisSourceUnreachable",
    },
    {
        noun: "KinesisConnection",
        type: "kinesis",
        given: kinesis,
        changed: { stream: "returns" },
        stored: kinesis,
        optional: {},
        rotated: undefined,
        secret: undefined,
        edit: { stream: "edited" },
        unreachable: "PolarisSourceUnreachable",
    },
];
