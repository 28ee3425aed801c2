import * as pulumi from "@pulumi/pulumi";
import * as polaris from "pulumi-imply-polaris";

const config = new pulumi.Config();

const connection = new polaris.KafkaConnection("sales-kafka", {
    bootstrapServers: config.get("bootstrapServers") ?? "b-1.kafka.example.com:9096,b-2.kafka.example.com:9096",
    topicName: config.get("topicName") ?? "sales",
    secrets: {
        type: "sasl_scram",
        mechanism: "SCRAM-SHA-512",
        username: config.get("kafkaUsername") ?? "polaris",
        password: config.requireSecret("kafkaPassword"),
    },
});

// One row for each shop and hour, however many sales there are. Rows are deleted after a year.
const table = new polaris.Table("sales-per-hour", {
    name: "sales_per_hour",
    description: "Sales per shop and hour",
    type: "aggregate",
    schemaMode: "strict",
    timeResolution: "hour",
    partitioningGranularity: "day",
    schema: [
        { type: "dimension", name: "shop", dataType: "string" },
        { type: "measure", name: "sales", dataType: "long" },
        { type: "measure", name: "amount", dataType: "double" },
        { type: "measure", name: "largest", dataType: "double" },
    ],
    clusteringColumns: ["shop"],
    storagePolicy: {
        retain: { type: "period", period: "P1Y" },
        cached: { type: "period", period: "P90D" },
    },
    // A destroy leaves the table and its data. `drop` drops it.
    onDestroy: "retain",
});

// The mappings are checked against the columns above in the preview.
const job = new polaris.StreamingJob("sales-per-hour", {
    target: { tableName: table.name },
    source: {
        connectionName: connection.name,
        formatSettings: { format: "nd-json" },
        inputSchema: [
            { name: "timestamp", dataType: "string" },
            { name: "shop", dataType: "string" },
            { name: "amount", dataType: "double" },
        ],
    },
    mappings: [
        { columnName: "__time", expression: 'TIME_PARSE("timestamp")' },
        { columnName: "shop", expression: '"shop"' },
        { columnName: "sales", expression: "COUNT(*)", isAggregation: true },
        { columnName: "amount", expression: 'SUM("amount")', isAggregation: true },
        { columnName: "largest", expression: 'MAX("amount")', isAggregation: true },
    ],
    readFromPoint: "earliest",
    lateMessageRejectionPeriod: "P1Y",
});

/** The job that feeds the table now. */
export const jobId = job.jobId;
