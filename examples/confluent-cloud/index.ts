import * as pulumi from "@pulumi/pulumi";
import * as polaris from "pulumi-imply-polaris";

const config = new pulumi.Config();

// The API key's secret is in the environment of whoever runs Pulumi, and in no state: there is a fingerprint of it.
const connection = new polaris.KafkaConnection("orders-confluent", {
    bootstrapServers: config.require("bootstrapServers"),
    topicName: config.require("topicName"),
    secrets: {
        type: "sasl_plain",
        username: config.require("apiKey"),
        passwordFrom: { env: "CONFLUENT_API_SECRET" },
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

/** The job that feeds the table now: a new one after each change of the ingestion. */
export const jobId = job.jobId;
