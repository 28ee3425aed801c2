import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as polaris from "pulumi-imply-polaris";

const region = new pulumi.Config("aws").require("region");

const stream = new aws.kinesis.Stream("orders", {
    streamModeDetails: { streamMode: "ON_DEMAND" },
    retentionPeriod: 24,
});

// The role that Imply Polaris assumes, for your project and no other, to read that stream and nothing else.
const role = new aws.iam.Role("polaris", {
    description: "Lets Imply Polaris read orders from Kinesis",
    assumeRolePolicy: polaris.aws.assumeRolePolicyOutput(polaris.getConnectionsMetaOutput()),
});
const permission = new aws.iam.RolePolicy("polaris-reads-orders", {
    role: role.name,
    policy: polaris.aws.kinesisReadPolicyOutput({ streamArn: stream.arn }),
});

const connection = new polaris.KinesisConnection(
    "orders-kinesis",
    {
        stream: stream.name,
        awsEndpoint: `kinesis.${region}.amazonaws.com`,
        awsAssumedRoleArn: role.arn,
    },
    { dependsOn: permission },
);
const job = new polaris.StreamingJob("orders", {
    target: { tableName: "orders" },
    createTableIfNotExists: true,
    source: {
        connectionName: connection.name,
        formatSettings: { format: "kinesis", valueFormat: { format: "nd-json" } },
        inputSchema: [
            { name: "kinesis.timestamp", dataType: "long" },
            { name: "kinesis.partitionKey", dataType: "string" },
            { name: "order_id", dataType: "string" },
            { name: "amount", dataType: "double" },
        ],
    },
    mappings: [
        { columnName: "__time", expression: 'MILLIS_TO_TIMESTAMP("kinesis.timestamp")' },
        { columnName: "customer", expression: '"kinesis.partitionKey"' },
        { columnName: "order_id", expression: '"order_id"' },
        { columnName: "amount", expression: '"amount"' },
    ],
    readFromPoint: "earliest",
});

/** Where producers write. */
export const streamName = stream.name;
/** The job that feeds the table now: a new one after each change of the ingestion. */
export const jobId = job.jobId;
