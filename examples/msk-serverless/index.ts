import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as polaris from "pulumi-imply-polaris";

const config = new pulumi.Config();
const subnetIds = config.requireObject<string[]>("subnetIds");
const clients = config.requireObject<string[]>("clients");

// A serverless cluster in your subnets. It knows IAM authentication alone, and is never open to the Internet.
const firewall = new aws.ec2.SecurityGroup("kafka", {
    vpcId: aws.ec2.getSubnetOutput({ id: subnetIds[0] }).vpcId,
    ingress: [{ protocol: "tcp", fromPort: 9098, toPort: 9098, cidrBlocks: clients }],
    egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
});
const cluster = new aws.msk.ServerlessCluster("kafka", {
    vpcConfigs: [{ subnetIds, securityGroupIds: [firewall.id] }],
    clientAuthentication: { sasl: { iam: { enabled: true } } },
});

// The role that Imply Polaris assumes may read the topics that match the pattern, and nothing else.
const topics = { topicName: "orders-.+", topicNameIsPattern: true };
const role = new aws.iam.Role("polaris", {
    description: "Lets Imply Polaris read orders from MSK Serverless",
    assumeRolePolicy: polaris.aws.assumeRolePolicyOutput(polaris.getConnectionsMetaOutput()),
});
const permission = new aws.iam.RolePolicy("polaris-reads-orders", {
    role: role.name,
    policy: polaris.aws.mskReadPolicyOutput({ clusterArn: cluster.arn, ...topics }),
});

// All of them, `orders-eu`, `orders-us` and what comes to be, go into one table.
const connection = new polaris.KafkaConnection(
    "orders-msk",
    {
        bootstrapServers: cluster.bootstrapBrokersSaslIam,
        ...topics,
        secrets: { type: "aws_iam", awsAssumedRoleArn: role.arn },
    },
    { dependsOn: permission },
);
const job = new polaris.StreamingJob("orders", {
    target: { tableName: "orders" },
    createTableIfNotExists: true,
    source: {
        connectionName: connection.name,
        formatSettings: { format: "nd-json" },
        inputSchema: [
            { name: "timestamp", dataType: "string" },
            { name: "order_id", dataType: "string" },
            { name: "amount", dataType: "double" },
        ],
    },
    mappings: [
        { columnName: "__time", expression: 'TIME_PARSE("timestamp")' },
        { columnName: "order_id", expression: '"order_id"' },
        { columnName: "amount", expression: '"amount"' },
    ],
    readFromPoint: "earliest",
});

/** Where producers write. */
export const brokers = cluster.bootstrapBrokersSaslIam;
/** The job that feeds the table now: a new one after each change of the ingestion. */
export const jobId = job.jobId;
