import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as polaris from "pulumi-imply-polaris";
import { publicNetwork } from "./network";

const config = new pulumi.Config();
/** From where Imply Polaris may connect. MSK opens a cluster only once it exists: so not in the first `up`. */
const openTo = config.getObject<string[]>("openTo") ?? [];
const isOpen = openTo.length > 0;

// A cluster of two small brokers that takes IAM authentication and nothing else.
const network = publicNetwork("kafka");
const firewall = new aws.ec2.SecurityGroup("kafka", {
    vpcId: network.vpcId,
    ingress: [
        { protocol: "tcp", fromPort: 9098, toPort: 9098, cidrBlocks: [network.cidrBlock] },
        ...(isOpen ? [{ protocol: "tcp", fromPort: 9198, toPort: 9198, cidrBlocks: openTo }] : []),
    ],
    egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
});
const kafkaVersion = "3.9.x";
const brokerConfiguration = new aws.msk.Configuration("kafka", {
    kafkaVersions: [kafkaVersion],
    serverProperties: [
        "auto.create.topics.enable=false",
        "allow.everyone.if.no.acl.found=false",
        "default.replication.factor=2",
    ].join("\n"),
});
const cluster = new aws.msk.Cluster(
    "kafka",
    {
        kafkaVersion,
        numberOfBrokerNodes: 2,
        brokerNodeGroupInfo: {
            instanceType: "kafka.t3.small",
            clientSubnets: network.subnetIds,
            securityGroups: [firewall.id],
            storageInfo: { ebsStorageInfo: { volumeSize: 10 } },
            connectivityInfo: { publicAccess: { type: isOpen ? "SERVICE_PROVIDED_EIPS" : "DISABLED" } },
        },
        clientAuthentication: { sasl: { iam: true } },
        configurationInfo: { arn: brokerConfiguration.arn, revision: brokerConfiguration.latestRevision },
    },
    { dependsOn: network.routes },
);
const topic = new aws.msk.Topic("orders", {
    name: "orders",
    clusterArn: cluster.arn,
    partitionCount: 6,
    replicationFactor: 2,
});

// The role that Imply Polaris assumes, for your project and no other, to read that topic and nothing else.
const role = new aws.iam.Role("polaris", {
    description: "Lets Imply Polaris read orders from MSK",
    assumeRolePolicy: polaris.aws.assumeRolePolicyOutput(polaris.getConnectionsMetaOutput()),
});
const permission = new aws.iam.RolePolicy("polaris-reads-orders", {
    role: role.name,
    policy: polaris.aws.mskReadPolicyOutput({ clusterArn: cluster.arn, topicName: topic.name }),
});

// Imply Polaris reads the topic into a table. Until the cluster is open, the job is there but suspended.
const connection = new polaris.KafkaConnection(
    "orders-msk",
    {
        bootstrapServers: pulumi
            .all([cluster.bootstrapBrokersPublicSaslIam, cluster.bootstrapBrokersSaslIam])
            .apply(([open, inside]) => open || inside), // the public ones as soon as there are any
        topicName: topic.name,
        secrets: { type: "aws_iam", awsAssumedRoleArn: role.arn },
        testConnection: isOpen ? "warn" : "off",
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
            { name: "country", dataType: "string" },
            { name: "amount", dataType: "double" },
        ],
    },
    mappings: [
        { columnName: "__time", expression: 'TIME_PARSE("timestamp")' },
        { columnName: "order_id", expression: '"order_id"' },
        { columnName: "country", expression: '"country"' },
        { columnName: "amount", expression: '"amount"' },
    ],
    readFromPoint: "earliest",
    desiredExecutionStatus: isOpen ? "running" : "suspended",
});

/** Where producers inside the network write. */
export const brokers = cluster.bootstrapBrokersSaslIam;
/** The job that feeds the table now: a new one after each change of the ingestion. */
export const jobId = job.jobId;
