import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as polaris from "pulumi-imply-polaris";

const config = new pulumi.Config();
const subnetIds = config.requireObject<string[]>("subnetIds");
const clients = config.requireObject<string[]>("clients");
/** Another version makes another password. */
const passwordVersion = config.get("passwordVersion") ?? "1";

// A cluster in your subnets that asks for user name and password.
const firewall = new aws.ec2.SecurityGroup("kafka", {
    vpcId: aws.ec2.getSubnetOutput({ id: subnetIds[0] }).vpcId,
    ingress: [{ protocol: "tcp", fromPort: 9096, toPort: 9096, cidrBlocks: clients }],
    egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
});
const cluster = new aws.msk.Cluster("kafka", {
    kafkaVersion: "3.9.x",
    numberOfBrokerNodes: 2,
    brokerNodeGroupInfo: {
        instanceType: "kafka.t3.small",
        clientSubnets: subnetIds,
        securityGroups: [firewall.id],
        storageInfo: { ebsStorageInfo: { volumeSize: 10 } },
    },
    clientAuthentication: { sasl: { scram: true } },
});

// MSK takes users from secrets whose names begin with AmazonMSK_, under a key that is not the account's default.
const username = "polaris";
const password = new random.RandomPassword("polaris", {
    length: 32,
    special: false,
    keepers: { version: passwordVersion },
});
const key = new aws.kms.Key("kafka-users", { description: "Users of the Kafka cluster", deletionWindowInDays: 7 });
const secret = new aws.secretsmanager.Secret("AmazonMSK_polaris", { kmsKeyId: key.arn });
const credentials = new aws.secretsmanager.SecretVersion("polaris-credentials", {
    secretId: secret.id,
    secretString: pulumi.jsonStringify({ username, password: password.result }),
});
const readable = new aws.secretsmanager.SecretPolicy("msk-reads-polaris", {
    secretArn: secret.arn,
    policy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
            {
                Sid: "AWSKafkaResourcePolicy",
                Effect: "Allow",
                Principal: { Service: "kafka.amazonaws.com" },
                Action: "secretsmanager:getSecretValue",
                Resource: secret.arn,
            },
        ],
    }),
});
const users = new aws.msk.ScramSecretAssociation(
    "kafka-users",
    { clusterArn: cluster.arn, secretArnLists: [secret.arn] },
    { dependsOn: [credentials, readable] },
);

// The same password on both sides; the job is restarted with a new one, at its offsets.
const connection = new polaris.KafkaConnection(
    "orders-msk",
    {
        bootstrapServers: cluster.bootstrapBrokersSaslScram,
        topicName: "orders",
        secrets: { type: "sasl_scram", mechanism: "SCRAM-SHA-512", username, password: password.result },
    },
    { dependsOn: users },
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
    restartTrigger: passwordVersion,
});

/** Where producers write. */
export const brokers = cluster.bootstrapBrokersSaslScram;
/** The job that feeds the table now: a new one after each change of the ingestion. */
export const jobId = job.jobId;
