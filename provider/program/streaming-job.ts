import type * as pulumi from "@pulumi/pulumi";
import type { DataType, PartitioningGranularity } from "./data-types";
import type { FormatSettings } from "./format-settings";
import type { PolarisUser } from "./kafka-connection";
import { inOneProject } from "./connection-project";
import { owned } from "./unique-object";
import { PolarisResource } from "./polaris-resource";
import type { Definition } from "./polaris-resource";
import type { GetOptions, Project } from "./project";

/** A field of the incoming records. */
export interface InputField {
    name: pulumi.Input<string>;
    dataType: pulumi.Input<DataType>;
}

/** Where a streaming job reads. */
export interface StreamingJobSource {
    /** `connection`, which is also the default. */
    type?: pulumi.Input<"connection" | undefined>;
    /** The connection's name; best as `connection.name`, which is known in previews and orders the two resources. */
    connectionName: pulumi.Input<string>;
    /** How the records are read. */
    formatSettings: pulumi.Input<FormatSettings>;
    /** The fields that mappings and the filter may use, each once; for csv and regex they are of its columns. Default none. */
    inputSchema?: pulumi.Input<pulumi.Input<InputField>[] | undefined>;
}

/** Where a streaming job writes. */
export interface StreamingJobTarget {
    /** `table`, which is also the default. */
    type?: pulumi.Input<"table" | undefined>;
    /**
     * The table's name: 1 to 255 characters, no space at either end, no white space but spaces, no `.` at the start,
     * no `/`, control characters or emoji.
     */
    tableName: pulumi.Input<string>;
}

/** How one column of the table comes about. */
export interface StreamingJobMapping {
    /** The table's column; `__time` is its time. */
    columnName: pulumi.Input<string>;
    /**
     * An SQL expression of Apache Druid over fields that `source.inputSchema` declares, which are in double quotes;
     * texts are in single quotes. For `__time` it makes a timestamp, such as `TIME_PARSE("timestamp")` of a text or
     * `MILLIS_TO_TIMESTAMP("timestamp")` of a number.
     */
    expression: pulumi.Input<string>;
    /**
     * Whether the expression aggregates, for a measure of an aggregate table. Default: as the table's schema says,
     * which is not the same as `false`.
     */
    isAggregation?: pulumi.Input<boolean | undefined>;
}

/**
 * The arguments of a {@link StreamingJob} (Jobs v1, type `streaming`). Where nothing else is said, a change swaps the
 * running job for a new one in place (`replaceRunning`): the new job goes on at the old one's offsets.
 */
export interface StreamingJobArgs {
    /** The table to feed. A change replaces: the new table's job is started, then the old one's is ended. */
    target: pulumi.Input<StreamingJobTarget>;
    /** What to read, and how. */
    source: pulumi.Input<StreamingJobSource>;
    /** The table's columns, each at most once; one has to be `__time`. */
    mappings: pulumi.Input<pulumi.Input<StreamingJobMapping>[]>;
    /** Makes the table if there is none: flexible, and aggregate if a mapping aggregates. Default `false`. */
    createTableIfNotExists?: pulumi.Input<boolean | undefined>;
    /**
     * Where a topic that this table has not read before is begun. Default `latest`. A table that has read the topic
     * goes on at its offsets, whatever this says.
     */
    readFromPoint?: pulumi.Input<"earliest" | "latest" | undefined>;
    /** Rows older than this are dropped; an ISO 8601 duration. Default `P30D`. */
    lateMessageRejectionPeriod?: pulumi.Input<string | undefined>;
    /** Rows farther in the future than this are dropped; an ISO 8601 duration. Default `P2000D`. */
    earlyMessageRejectionPeriod?: pulumi.Input<string | undefined>;
    /** An SQL condition on fields that rows have to fulfil, without `WHERE`: `"country" = 'DE'`. Default none. */
    filterExpression?: pulumi.Input<string | undefined>;
    /** Fields that schema discovery leaves out; order means nothing. Default none. */
    dimensionExclusions?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /** Makes columns of fields that are not mapped; for flexible tables. Default `false`. */
    useSchemaDiscovery?: pulumi.Input<boolean | undefined>;
    /** Overrides the table's partitioning for this job. Default: the table's. */
    partitionedBy?: pulumi.Input<PartitioningGranularity | undefined>;
    /** Overrides the table's clustering for this job. Default: the table's. */
    clusteringColumns?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /** The job fails beyond this many records that cannot be parsed; 0 to 2147483647, which is the default. */
    maxParseExceptions?: pulumi.Input<number | undefined>;
    /** Upserts into a dimension table; needs `upsertKeyColumns`. Default `false`. */
    enableUpserts?: pulumi.Input<boolean | undefined>;
    /** The columns that identify a row; only with `enableUpserts`. */
    upsertKeyColumns?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /** The column that tells which of two rows is newer; only with `enableUpserts`. Default `__time`. */
    upsertVersionColumn?: pulumi.Input<string | undefined>;
    /**
     * Whether the job runs. Default `running`. A change of this alone suspends or resumes the job that is there; its
     * offsets are kept.
     */
    desiredExecutionStatus?: pulumi.Input<"running" | "suspended" | undefined>;
    /**
     * A text whose change restarts the job (suspends it, then resumes it; offsets are kept), so that it reads its
     * connection anew: running jobs go on with the credentials and brokers that they were started with. Give it a value
     * that changes with the connection's secrets, such as the password's version. Does nothing on create, nor when it is
     * taken away.
     */
    restartTrigger?: pulumi.Input<string | undefined>;
    /**
     * A text whose change resets the job's offsets once, to `readFromPoint`: rows are read again or skipped. Adding it
     * to a job that is there resets them as well. Does nothing on create, nor when it is taken away.
     */
    resetTrigger?: pulumi.Input<string | undefined>;
    /**
     * Takes over the streaming job that feeds the table already, instead of refusing to. `true`: as it is if it does the
     * same, else by swapping it at its offsets. `"unchanged"`: only if it does the same, else refuses with what differs.
     * Default `false`. Has a meaning for the create only; a change of this alone does nothing. For a resource that was
     * renamed or moved in the program, use Pulumi's `aliases` instead.
     */
    adopt?: pulumi.Input<boolean | "unchanged" | undefined>;
    /** The Imply Polaris project to live in. Default: the configured one. A change of the project replaces. */
    project?: Project;
}

const definition: Definition = {
    noun: "StreamingJob",
    secrets: [],
    outputs: [
        "target",
        "source",
        "mappings",
        "createTableIfNotExists",
        "readFromPoint",
        "lateMessageRejectionPeriod",
        "earlyMessageRejectionPeriod",
        "filterExpression",
        "dimensionExclusions",
        "useSchemaDiscovery",
        "partitionedBy",
        "clusteringColumns",
        "maxParseExceptions",
        "enableUpserts",
        "upsertKeyColumns",
        "upsertVersionColumn",
        "desiredExecutionStatus",
        "restartTrigger",
        "resetTrigger",
        "jobId",
        "createdBy",
        "createdTimestamp",
    ],
};

/**
 * The ingestion of a stream into a table of Imply Polaris. A table takes one streaming job, and the API gives a new job
 * id for every change of a spec: so this resource is the ingestion, its Pulumi id is the table's name, and `jobId` is
 * the job that feeds the table now. `create` and `update` wait until the job runs, 10 minutes unless `customTimeouts`
 * says otherwise. Destroying it cancels the job; the table and its data stay.
 *
 * Source: "Configure streaming ingestion"; Jobs v1.
 */
export class StreamingJob extends PolarisResource {
    declare public readonly target: pulumi.Output<pulumi.Unwrap<StreamingJobTarget>>;
    declare public readonly source: pulumi.Output<pulumi.Unwrap<StreamingJobSource>>;
    declare public readonly mappings: pulumi.Output<pulumi.Unwrap<StreamingJobMapping>[]>;
    declare public readonly createTableIfNotExists: pulumi.Output<boolean | undefined>;
    declare public readonly readFromPoint: pulumi.Output<"earliest" | "latest" | undefined>;
    declare public readonly lateMessageRejectionPeriod: pulumi.Output<string | undefined>;
    declare public readonly earlyMessageRejectionPeriod: pulumi.Output<string | undefined>;
    declare public readonly filterExpression: pulumi.Output<string | undefined>;
    declare public readonly dimensionExclusions: pulumi.Output<string[] | undefined>;
    declare public readonly useSchemaDiscovery: pulumi.Output<boolean | undefined>;
    declare public readonly partitionedBy: pulumi.Output<PartitioningGranularity | undefined>;
    declare public readonly clusteringColumns: pulumi.Output<string[] | undefined>;
    declare public readonly maxParseExceptions: pulumi.Output<number | undefined>;
    declare public readonly enableUpserts: pulumi.Output<boolean | undefined>;
    declare public readonly upsertKeyColumns: pulumi.Output<string[] | undefined>;
    declare public readonly upsertVersionColumn: pulumi.Output<string | undefined>;
    declare public readonly restartTrigger: pulumi.Output<string | undefined>;
    declare public readonly resetTrigger: pulumi.Output<string | undefined>;
    declare public readonly desiredExecutionStatus: pulumi.Output<"running" | "suspended" | undefined>;
    /** The id of the job that feeds the table now; another after each swap. */
    declare public readonly jobId: pulumi.Output<string>;
    /** Who started that job. */
    declare public readonly createdBy: pulumi.Output<PolarisUser>;
    /** When that job was started, RFC 3339. */
    declare public readonly createdTimestamp: pulumi.Output<string>;

    constructor(name: string, args: StreamingJobArgs, options?: pulumi.CustomResourceOptions) {
        const isDeclared = options?.id === undefined;
        // A program in JavaScript may leave the arguments out: the check of the resource says what is missing.
        const given = { ...args };
        const checked = () => ({
            ...given,
            source: inOneProject(name, given.project, given.source),
            target: owned(
                { noun: "StreamingJob", name, project: given.project },
                given.target,
                // A program in JavaScript may leave it out.
                (target) => (target as Partial<typeof target>)?.tableName,
                (table, owner) =>
                    `the table "${table}" is fed by StreamingJob "${owner}" of this program already; a table takes one streaming job, so give one of them another table.`,
            ),
        });
        super(definition, name, isDeclared ? checked() : given, options);
    }

    /**
     * Reads the streaming job that feeds a table already, without managing it. Fails if there is none.
     *
     * @param name The resource's logical name.
     * @param id The table's name in Imply Polaris.
     * @param options Pulumi's options, and the `project` if it is not the configured one.
     */
    public static get(name: string, id: pulumi.Input<pulumi.ID>, options: GetOptions = {}): StreamingJob {
        const { project, ...rest } = options;
        return new StreamingJob(name, { project } as StreamingJobArgs, { ...rest, id });
    }
}
