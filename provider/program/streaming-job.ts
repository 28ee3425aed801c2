import type * as pulumi from "@pulumi/pulumi";
import { assertSameProject, connectionClasses } from "./named-objects";
import type { FormatSettings } from "./format-settings";
import { isPlainObject, PolarisResource } from "./polaris-resource";
import type { Definition } from "./polaris-resource";
import { ProgramError } from "./program-error";
import type { GetOptions, Project } from "./project";
import { typeOf } from "./resource-options";
import type { DataType, PartitioningGranularity, PolarisUser } from "./types";
import { uniqueObject } from "./unique-object";

/** A field of the incoming records (Jobs v1, `source.inputSchema`). */
export interface InputField {
    /** The field's name in the records, or the name of a metadata column such as `kafka.timestamp`. Not empty. */
    name: pulumi.Input<string>;
    /** The data type as which the field is read, such as `string`, `long`, `double`, `json` or `timestamp`. */
    dataType: pulumi.Input<DataType>;
}

/** What a streaming job reads (Jobs v1, `source` of type `connection`). */
export interface StreamingJobSource {
    /** `connection`, which is the only value and the default. */
    type?: pulumi.Input<"connection" | undefined>;
    /**
     * The name of a connection in the same project. Best given as `connection.name`, which is known in previews and
     * orders the two resources; then a connection of another project is refused as well.
     */
    connectionName: pulumi.Input<string>;
    /** How the records are read. */
    formatSettings: pulumi.Input<FormatSettings>;
    /**
     * The fields that mappings and the filter use, each once. With `csv` and `regex` they are among the format's
     * columns. Default none.
     */
    inputSchema?: pulumi.Input<pulumi.Input<InputField>[] | undefined>;
}

/** The table that a streaming job writes to (Jobs v1, `target` of type `table`). */
export interface StreamingJobTarget {
    /** `table`, which is the only value and the default. */
    type?: pulumi.Input<"table" | undefined>;
    /**
     * The table's name, best given as `table.name` of a Table of this program: this orders the two resources, and the
     * mappings are checked against the table's declared columns in the preview. 1 to 255 characters, no
     * space at either end, no white space but spaces, no `.` at the start, no `/`, control characters or emoji ("Tables
     * overview").
     */
    tableName: pulumi.Input<string>;
}

/** How a column of the table gets its values (Jobs v1, `mappings`). */
export interface StreamingJobMapping {
    /** The table's column, not empty. `__time` is the time of a row. */
    columnName: pulumi.Input<string>;
    /**
     * An SQL expression of Apache Druid over fields that `source.inputSchema` declares. Fields are in double quotes,
     * texts in single quotes. For `__time` it gives a timestamp: `TIME_PARSE("timestamp")` reads a text,
     * `MILLIS_TO_TIMESTAMP("timestamp")` a number.
     */
    expression: pulumi.Input<string>;
    /**
     * Whether the expression aggregates, for a measure of an aggregate table. Default: as the table's schema says,
     * which is not the same as `false`.
     */
    isAggregation?: pulumi.Input<boolean | undefined>;
}

/**
 * The arguments of a {@link StreamingJob} (Jobs v1, type `streaming`). Unless an argument says otherwise, a change
 * swaps the running job for a new one in place (`replaceRunning`): the new job continues at the old one's offsets.
 */
export interface StreamingJobArgs {
    /** The table to feed. A change replaces: the job of the new table is started, then the old one is canceled. */
    target: pulumi.Input<StreamingJobTarget>;
    /** The connection to read, and how its records are read. */
    source: pulumi.Input<StreamingJobSource>;
    /** The table's columns, each at most once; one of them is `__time`. */
    mappings: pulumi.Input<pulumi.Input<StreamingJobMapping>[]>;
    /**
     * Whether the table is created if there is none: with a flexible schema, and as an aggregate table if a mapping
     * aggregates. Default `false`.
     */
    createTableIfNotExists?: pulumi.Input<boolean | undefined>;
    /**
     * Where reading begins in a topic that this table has not read before. Default `latest`. A table that has read the
     * topic continues at its offsets, whatever this says.
     */
    readFromPoint?: pulumi.Input<"earliest" | "latest" | undefined>;
    /** The age beyond which rows are dropped, an ISO 8601 duration. Default `P30D`. */
    lateMessageRejectionPeriod?: pulumi.Input<string | undefined>;
    /** How far in the future rows can be without being dropped, an ISO 8601 duration. Default `P2000D`. */
    earlyMessageRejectionPeriod?: pulumi.Input<string | undefined>;
    /** An SQL condition on declared fields that rows must fulfil, without `WHERE`: `"country" = 'DE'`. Default none. */
    filterExpression?: pulumi.Input<string | undefined>;
    /** The fields that schema discovery leaves out; order means nothing. Default none. */
    dimensionExclusions?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /** Whether fields that are not mapped become columns; for flexible tables. Default `false`. */
    useSchemaDiscovery?: pulumi.Input<boolean | undefined>;
    /** The time chunks of this job instead of the table's. Default: the table's. */
    partitionedBy?: pulumi.Input<PartitioningGranularity | undefined>;
    /** The clustering columns of this job instead of the table's. Default: the table's. */
    clusteringColumns?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /** How many records may fail to parse before the job fails: 0 to 2147483647, which is the default. */
    maxParseExceptions?: pulumi.Input<number | undefined>;
    /** Whether rows are upserted into a dimension table; needs `upsertKeyColumns`. Default `false`. */
    enableUpserts?: pulumi.Input<boolean | undefined>;
    /** The columns that identify a row. Required with `enableUpserts`, and only allowed with it. */
    upsertKeyColumns?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /** The column by which the newer of two rows is found; only with `enableUpserts`. Default `__time`. */
    upsertVersionColumn?: pulumi.Input<string | undefined>;
    /**
     * Whether the job runs: `running` (default) or `suspended`. A change of this alone suspends or resumes the existing
     * job, which keeps its offsets.
     */
    desiredExecutionStatus?: pulumi.Input<"running" | "suspended" | undefined>;
    /**
     * A text whose change restarts the job (suspends and resumes it, at its offsets), so that it reads its connection
     * again: a running job continues with the credentials and brokers that it was started with. Give it a value that
     * changes when a restart is due; `restartOnConnectionChange` finds that out by itself. Default none. Does nothing
     * on create, nor when it is removed.
     */
    restartTrigger?: pulumi.Input<string | undefined>;
    /**
     * Whether the job is restarted, at its offsets and in the same `up`, when its connection has changed in what jobs
     * read of it: brokers, topic, rack, secrets or ssl; of Kinesis the stream, endpoint or role; of the schema
     * registries that its format names, urls or secrets. Needs `connectionName: connection.name` of connections of this
     * program, and `registry.name` for a schema registry. State then holds salted fingerprints of these settings; a job
     * whose state lacks one is restarted once. Default `false`. A suspended job reads its connections when it is
     * resumed.
     */
    restartOnConnectionChange?: pulumi.Input<boolean | undefined>;
    /**
     * A text whose change resets the job's offsets once, to `readFromPoint`: rows are read again or skipped. Adding it
     * to an existing job also resets them. Default none. Does nothing on create, nor when it is removed.
     */
    resetTrigger?: pulumi.Input<string | undefined>;
    /**
     * Whether a create takes over the streaming job that feeds the table already, instead of refusing to. `true`: as it
     * is if it does what is declared, otherwise by swapping it at its offsets. `"unchanged"`: only if it does what is
     * declared; otherwise the error says what differs. Default `false`. A change of this alone does nothing. For a
     * resource that was renamed or moved in the program, use Pulumi's `aliases` instead.
     */
    adopt?: pulumi.Input<boolean | "unchanged" | undefined>;
    /**
     * How long a job that was started, swapped, restarted or resumed has to run without an error in its health before
     * `create` or `update` succeeds: a duration such as `"30s"` or `"1m30s"`. With an error, the operation fails with
     * `[PolarisJobUnhealthy]`; the job stays in state, and the next `up` waits again. Default none: an unhealthy start
     * is a warning. A restarted or resumed job has the same time first, to clear the error from before. A change of this
     * alone does nothing.
     */
    waitForHealthy?: pulumi.Input<string | undefined>;
    /** The Imply Polaris project of the job. Default: the configured one. Another project replaces. */
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
        "restartOnConnectionChange",
        "resetTrigger",
        "jobId",
        "createdBy",
        "createdTimestamp",
    ],
};

/** The names of connections in a source: its own, and those of the schema registries of its formats. */
function connectionNamesIn(value: unknown): unknown[] {
    if (!isPlainObject(value)) return [];
    return Object.entries(value).flatMap(([name, member]) =>
        name === "connectionName" ? [member] : connectionNamesIn(member),
    );
}

/** A connection that is named by a text may be updated after the restart: nothing orders the two. */
function assertFollowable(name: string, { restartOnConnectionChange, source }: StreamingJobArgs): void {
    const isNamedByText = connectionNamesIn(source).some((own) => typeof own === "string");
    if (restartOnConnectionChange !== true || !isNamedByText) return;
    throw new ProgramError(
        `StreamingJob "${name}": restartOnConnectionChange needs \`connectionName: connection.name\`, as a text does not make the restart wait for the update of the connection; use that, or restartTrigger.`,
        "PolarisArgumentInvalid",
    );
}

/**
 * The ingestion of a stream into a table of Imply Polaris. A table takes one streaming job, and the API gives a new job
 * id for every change of a spec: so this resource is the ingestion, its Pulumi id is the table's name, and `jobId` is
 * the job that feeds the table now. `create` and `update` wait until the job runs, 10 minutes unless `customTimeouts`
 * says otherwise, and then as long as `waitForHealthy` says. Destroying it cancels the job; the table and its data stay.
 *
 * Source: "Configure streaming ingestion"; Jobs v1.
 */
export class StreamingJob extends PolarisResource {
    /** The type by which the state, policies and mocks call the resource. */
    public static readonly __pulumiType = "pulumi-nodejs:dynamic/polaris:StreamingJob";

    /** The table that the job feeds. */
    declare public readonly target: pulumi.Output<pulumi.Unwrap<StreamingJobTarget>>;
    /** The connection that the job reads, and how. */
    declare public readonly source: pulumi.Output<pulumi.Unwrap<StreamingJobSource>>;
    /** The table's columns with their expressions. */
    declare public readonly mappings: pulumi.Output<pulumi.Unwrap<StreamingJobMapping>[]>;
    /** Whether the table is created if there is none; undefined means `false`. */
    declare public readonly createTableIfNotExists: pulumi.Output<boolean | undefined>;
    /** Where reading begins in a new topic; undefined means `latest`. */
    declare public readonly readFromPoint: pulumi.Output<"earliest" | "latest" | undefined>;
    /** The age beyond which rows are dropped, an ISO 8601 duration; undefined means `P30D`. */
    declare public readonly lateMessageRejectionPeriod: pulumi.Output<string | undefined>;
    /** How far in the future rows can be, an ISO 8601 duration; undefined means `P2000D`. */
    declare public readonly earlyMessageRejectionPeriod: pulumi.Output<string | undefined>;
    /** The SQL condition that rows must fulfil; undefined where none is set. */
    declare public readonly filterExpression: pulumi.Output<string | undefined>;
    /** The fields that schema discovery leaves out; undefined where none is set. */
    declare public readonly dimensionExclusions: pulumi.Output<string[] | undefined>;
    /** Whether fields that are not mapped become columns; undefined means `false`. */
    declare public readonly useSchemaDiscovery: pulumi.Output<boolean | undefined>;
    /** The time chunks of this job; undefined means the table's. */
    declare public readonly partitionedBy: pulumi.Output<PartitioningGranularity | undefined>;
    /** The clustering columns of this job; undefined means the table's. */
    declare public readonly clusteringColumns: pulumi.Output<string[] | undefined>;
    /** How many records may fail to parse before the job fails; undefined means 2147483647. */
    declare public readonly maxParseExceptions: pulumi.Output<number | undefined>;
    /** Whether rows are upserted; undefined means `false`. */
    declare public readonly enableUpserts: pulumi.Output<boolean | undefined>;
    /** The columns that identify a row; undefined without upserts. */
    declare public readonly upsertKeyColumns: pulumi.Output<string[] | undefined>;
    /** The column by which the newer of two rows is found; undefined means `__time`. */
    declare public readonly upsertVersionColumn: pulumi.Output<string | undefined>;
    /** Whether the job runs; undefined means `running`. */
    declare public readonly desiredExecutionStatus: pulumi.Output<"running" | "suspended" | undefined>;
    /** The text whose change restarts the job; undefined where none is set. */
    declare public readonly restartTrigger: pulumi.Output<string | undefined>;
    /** Whether the job is restarted when its connection has changed; undefined means `false`. */
    declare public readonly restartOnConnectionChange: pulumi.Output<boolean | undefined>;
    /** The text whose change resets the job's offsets; undefined where none is set. */
    declare public readonly resetTrigger: pulumi.Output<string | undefined>;
    /** The id (UUID) of the job that feeds the table now; another one after each swap. */
    declare public readonly jobId: pulumi.Output<string>;
    /** The user who started that job. */
    declare public readonly createdBy: pulumi.Output<PolarisUser>;
    /** When that job was started, RFC 3339. */
    declare public readonly createdTimestamp: pulumi.Output<string>;

    // Without a comment here, editors show the text of the class at `new`.
    constructor(name: string, args: StreamingJobArgs, options?: pulumi.CustomResourceOptions) {
        // A program in JavaScript can leave arguments out; the check of the resource reports what is missing.
        const given = { ...args };
        const { project } = given;
        const isDeclared = options?.id === undefined;
        if (isDeclared) {
            assertSameProject(name, project, given.source, given.target);
            assertFollowable(name, given);
        }
        const declared = () => ({
            ...given,
            // For the rules of the check, which drops it.
            __classes: connectionClasses(given.source, "source"),
            target: uniqueObject(
                { noun: "StreamingJob", name, project },
                given.target,
                (target) => (isPlainObject(target) ? target.tableName : undefined),
                (table, owner) =>
                    `the table "${table}" is fed by ${owner} of this program already; a table takes one streaming job, so give one of them another table.`,
            ),
        });
        super(definition, name, isDeclared ? declared() : given, options);
    }

    /** Whether a value is a StreamingJob, also one of another copy of this package. */
    public static override isInstance(value: unknown): value is StreamingJob {
        return typeOf(value) === StreamingJob.__pulumiType;
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
