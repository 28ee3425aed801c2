import * as pulumi from "@pulumi/pulumi";
import * as polaris from "pulumi-imply-polaris";

const config = new pulumi.Config();

const connection = new polaris.KafkaConnection("clicks-kafka", {
    bootstrapServers: config.require("bootstrapServers"),
    topicName: "clicks",
    secrets: {
        type: "sasl_scram",
        mechanism: "SCRAM-SHA-512",
        username: config.require("kafkaUsername"),
        password: config.requireSecret("kafkaPassword"),
    },
});

// A record is more than its value: key, headers and timestamp become fields like any other, named by these prefixes.
const job = new polaris.StreamingJob("clicks", {
    target: { tableName: "clicks" },
    createTableIfNotExists: true,
    source: {
        connectionName: connection.name,
        formatSettings: {
            format: "kafka",
            valueFormat: { format: "nd-json" },
            keyFormat: { format: "csv", columns: ["key"] }, // the key is text
            keyColumnName: "kafka.key",
            headerFormat: "utf-8",
            headerLabelPrefix: "kafka.header.",
            timestampColumnName: "kafka.timestamp",
        },
        inputSchema: [
            { name: "kafka.timestamp", dataType: "long" },
            { name: "kafka.key", dataType: "string" },
            { name: "kafka.header.trace-id", dataType: "string" },
            { name: "page", dataType: "string" },
        ],
    },
    mappings: [
        // When Kafka got the record: no field of the value has to hold a time.
        { columnName: "__time", expression: 'MILLIS_TO_TIMESTAMP("kafka.timestamp")' },
        { columnName: "visitor", expression: '"kafka.key"' },
        { columnName: "trace_id", expression: '"kafka.header.trace-id"' },
        { columnName: "page", expression: '"page"' },
    ],
});

/** The job that feeds the table now: a new one after each change of the ingestion. */
export const jobId = job.jobId;
