import * as pulumi from "@pulumi/pulumi";
import * as polaris from "pulumi-imply-polaris";

const tableName = new pulumi.Config().get("tableName") ?? "clicks";

const connection = new polaris.PushStreamingConnection("clicks");

const job = new polaris.StreamingJob("clicks", {
    target: { tableName },
    createTableIfNotExists: true,
    source: {
        connectionName: connection.name,
        formatSettings: { format: "nd-json" },
        inputSchema: [
            { name: "time", dataType: "string" },
            { name: "page", dataType: "string" },
            { name: "duration", dataType: "double" },
        ],
    },
    mappings: [
        { columnName: "__time", expression: 'TIME_PARSE("time")' },
        { columnName: "page", expression: '"page"' },
        { columnName: "duration", expression: '"duration"' },
    ],
});

/** Where `send-events.mjs` posts to. */
export const endpointUrl = connection.endpointUrl;
/** The job that feeds the table now: a new one after each change of the ingestion. */
export const jobId = job.jobId;
