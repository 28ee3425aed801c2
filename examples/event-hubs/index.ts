import * as pulumi from "@pulumi/pulumi";
import * as polaris from "pulumi-imply-polaris";

const config = new pulumi.Config();

// An event hub is a topic. The user name is the text $ConnectionString, and the connection string is the password.
const connection = new polaris.KafkaConnection("orders-event-hubs", {
    bootstrapServers: `${config.require("namespace")}.servicebus.windows.net:9093`,
    topicName: config.require("eventHub"),
    secrets: {
        type: "sasl_plain",
        username: "$ConnectionString",
        password: config.requireSecret("connectionString"),
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
