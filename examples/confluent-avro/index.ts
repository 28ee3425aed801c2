import * as pulumi from "@pulumi/pulumi";
import * as polaris from "pulumi-imply-polaris";

const config = new pulumi.Config();

// The secrets of both API keys are in the environment of whoever runs Pulumi, and in no state: there are fingerprints.
const connection = new polaris.ConfluentConnection("orders-confluent", {
    bootstrapServers: config.require("bootstrapServers"),
    topicName: config.require("topicName"),
    secrets: {
        type: "sasl_plain",
        username: config.require("apiKey"),
        passwordFrom: { env: "CONFLUENT_API_SECRET" },
    },
});

// The registry has an API key of its own.
const registry = new polaris.SchemaRegistryConnection("orders-registry", {
    urls: [config.require("registryUrl")],
    secrets: {
        type: "basic",
        username: config.require("registryApiKey"),
        passwordFrom: { env: "CONFLUENT_REGISTRY_API_SECRET" },
    },
});

const job = new polaris.StreamingJob("orders", {
    target: { tableName: "orders" },
    createTableIfNotExists: true,
    source: {
        connectionName: connection.name,
        formatSettings: {
            format: "kafka",
            valueFormat: {
                format: "avro_stream",
                parseSchemaProvider: { type: "connection", connectionName: registry.name },
            },
            keyFormat: { format: "csv", columns: ["key"] },
        },
        inputSchema: [
            { name: "kafka.timestamp", dataType: "long" },
            { name: "kafka.key", dataType: "string" },
            { name: "order_id", dataType: "string" },
            { name: "amount", dataType: "double" },
        ],
    },
    mappings: [
        { columnName: "__time", expression: 'MILLIS_TO_TIMESTAMP("kafka.timestamp")' },
        { columnName: "customer", expression: '"kafka.key"' },
        { columnName: "order_id", expression: '"order_id"' },
        { columnName: "amount", expression: '"amount"' },
    ],
    readFromPoint: "earliest",
});

/** The job that feeds the table now: a new one after each change of the ingestion. */
export const jobId = job.jobId;
