import * as pulumi from "@pulumi/pulumi";
import * as polaris from "pulumi-imply-polaris";

/** A Kafka cluster, and how Imply Polaris signs in there. */
export interface Cluster {
    bootstrapServers: pulumi.Input<string>;
    secrets: polaris.KafkaSecrets;
}

export interface IngestedTopicArgs {
    cluster: Cluster;
    /** The topic, and the table that it becomes. */
    topic: string;
    /** The field that holds each record's time, in ISO 8601. */
    timeField: string;
    /** The fields that become columns of the same names. */
    fields: Record<string, polaris.DataType>;
}

/** A topic of JSON records that becomes a table of the same name. */
export class IngestedTopic extends pulumi.ComponentResource {
    /** The table that the topic becomes. */
    public readonly table: string;
    /** The job that feeds the table now. */
    public readonly jobId: pulumi.Output<string>;

    constructor(name: string, args: IngestedTopicArgs, options?: pulumi.ComponentResourceOptions) {
        super("shop:ingestion:IngestedTopic", name, {}, options);
        const { cluster, topic, timeField, fields } = args;
        const connection = new polaris.KafkaConnection(name, { ...cluster, topicName: topic }, { parent: this });
        const job = new polaris.StreamingJob(
            name,
            {
                target: { tableName: topic },
                createTableIfNotExists: true,
                source: {
                    connectionName: connection.name,
                    formatSettings: { format: "nd-json" },
                    inputSchema: [
                        { name: timeField, dataType: "string" },
                        ...Object.entries(fields).map(([field, dataType]) => ({ name: field, dataType })),
                    ],
                },
                mappings: [
                    { columnName: "__time", expression: `TIME_PARSE("${timeField}")` },
                    ...Object.keys(fields).map((field) => ({ columnName: field, expression: `"${field}"` })),
                ],
                readFromPoint: "earliest",
            },
            { parent: this },
        );
        this.table = topic;
        this.jobId = job.jobId;
        this.registerOutputs({ table: this.table, jobId: this.jobId });
    }
}
