import * as pulumi from "@pulumi/pulumi";
import * as polaris from "pulumi-imply-polaris";

const config = new pulumi.Config();

// Where the orders are, and how Imply Polaris signs in there.
const connection = new polaris.KafkaConnection("orders-kafka", {
    bootstrapServers: config.get("bootstrapServers") ?? "b-1.kafka.example.com:9096,b-2.kafka.example.com:9096",
    topicName: config.get("topicName") ?? "orders",
    secrets: {
        type: "sasl_scram",
        mechanism: "SCRAM-SHA-512",
        username: config.get("kafkaUsername") ?? "polaris",
        password: config.requireSecret("kafkaPassword"),
    },
});

// What becomes of each order: one row in the table, which is made on the way.
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
});

/** The job that feeds the table now: a new one after each change of the ingestion. */
export const jobId = job.jobId;
