import * as pulumi from "@pulumi/pulumi";
import * as polaris from "pulumi-imply-polaris";

const config = new pulumi.Config();

const connection = new polaris.KafkaConnection("orders-kafka", {
    bootstrapServers: config.require("bootstrapServers"),
    topicName: "orders",
    secrets: {
        type: "sasl_scram",
        mechanism: "SCRAM-SHA-512",
        username: config.require("kafkaUsername"),
        password: config.requireSecret("kafkaPassword"),
    },
});

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
    // The test runs these expressions on records, and asserts on the rows.
    mappings: [
        { columnName: "__time", expression: 'TIME_PARSE("timestamp")' },
        { columnName: "order_id", expression: '"order_id"' },
        { columnName: "country", expression: `UPPER("country")` },
        { columnName: "amount", expression: 'ROUND("amount", 2)' },
    ],
    filterExpression: '"amount" > 0',
    readFromPoint: "earliest",
});

export const jobId = job.jobId;
