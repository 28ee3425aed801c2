import * as pulumi from "@pulumi/pulumi";
import { recordObject } from "./named-objects";
import { PolarisResource } from "./polaris-resource";
import type { Definition } from "./polaris-resource";
import type { GetOptions, Project } from "./project";
import { typeOf } from "./resource-options";
import type { DataType, PartitioningGranularity, PolarisUser } from "./types";
import { uniqueObject } from "./unique-object";

/** A column of a table (Tables v1, `schema`). */
export interface TableColumn {
    /** The column's name. Not empty. `__time`, which every table has, need not be declared. */
    name: pulumi.Input<string>;
    /**
     * The data type of the values. Only `__time` has `timestamp`, and a measure has one of `bigint`, `double`, `float`,
     * `HLLSketch`, `long`, `longStringPair`, `quantilesDoublesSketch`, `string`, `thetaSketch`, `ingest_timeseries`,
     * `varchar` and `variance`. A change is refused in the preview, unless `allowColumnChanges` is `true`.
     */
    dataType: pulumi.Input<DataType>;
    /**
     * In an aggregate table, whether the column is a `dimension`, by whose values rows are grouped, or a `measure`, which
     * aggregates; required there, and only allowed there.
     */
    type?: pulumi.Input<"dimension" | "measure" | undefined>;
}

/** The rows whose time is within a period before now (Tables v1, storage policy of type `period`). */
export interface PeriodPolicy {
    /** `period`: a period before now. */
    type: "period";
    /** The period, an ISO 8601 duration such as `P30D`. */
    period: pulumi.Input<string>;
}

/** The rows whose time is in one of some intervals (Tables v1, storage policy of type `intervals`). */
export interface IntervalsPolicy {
    /** `intervals`: some intervals. */
    type: "intervals";
    /** ISO 8601 intervals such as `2024-01-01/2024-07-01`, at least one. */
    intervals: pulumi.Input<pulumi.Input<string>[]>;
    /** A period before now besides, an ISO 8601 duration. Default none. */
    period?: pulumi.Input<string | undefined>;
}

/** Which rows a storage policy covers; `type` says how. */
export type StoragePolicyRows = PeriodPolicy | IntervalsPolicy;

/** Which rows a table retains, and which of them are precached (Tables v1, `storagePolicy`). */
export interface TableStoragePolicy {
    /**
     * The rows that stay. **Imply Polaris deletes all others**: they leave the queries within minutes, can be restored
     * for 30 days, and are then deleted for good. Default: all rows stay.
     */
    retain?: pulumi.Input<StoragePolicyRows | undefined>;
    /** The rows that are precached; queries of others are slower. Default: all rows. */
    cached?: pulumi.Input<StoragePolicyRows | undefined>;
}

/** A unit of time into which an aggregate table rolls its rows up (Tables v1, `timeResolution`). */
export type TimeResolution =
    | "millisecond"
    | "second"
    | "minute"
    | "fifteen_minute"
    | "thirty_minute"
    | "hour"
    | "day"
    | "week"
    | "month"
    | "quarter"
    | "year"
    | "all";

/** A rollup by a unit of time (Tables v1, `queryGranularity` of type `simple`). */
export interface SimpleGranularity {
    /** `simple`: a unit of time. */
    type: "simple";
    /** The unit. */
    granularity: pulumi.Input<TimeResolution>;
}

/** A rollup by any period (Tables v1, `queryGranularity` of type `period`). */
export interface PeriodGranularity {
    /** `period`: a period. */
    type: "period";
    /** The period, an ISO 8601 duration such as `PT6H`. */
    period: pulumi.Input<string>;
    /** The time zone in which periods begin, such as `Europe/Berlin`. Default UTC. */
    timeZone?: pulumi.Input<string | undefined>;
    /** Where the first period begins, an ISO 8601 time. Default `1970-01-01T00:00:00` in the time zone. */
    origin?: pulumi.Input<string | undefined>;
}

/** How an aggregate table rolls its rows up by time; `type` says which form it has. */
export type QueryGranularity = SimpleGranularity | PeriodGranularity;

/**
 * The arguments of a {@link Table} (Tables v1). A member that is left out is not this resource's: Imply Polaris sets it
 * on create, and other users may change it. Unless an argument says otherwise, a change is updated in place.
 */
export interface TableArgs {
    /**
     * The table's name, which is its Pulumi id: 1 to 255 characters, no space at either end, no white space but spaces,
     * no `.` at the start, no `/`, control characters or emoji. Default: the resource's logical name. A change replaces:
     * the new table has no data, and `onDestroy` decides about the old one.
     */
    name?: pulumi.Input<string | undefined>;
    /**
     * Whether the table stores rows as they are (`detail`), or rolls them up (`aggregate`). A change is refused in the
     * preview, unless the name changes too.
     */
    type: pulumi.Input<"detail" | "aggregate">;
    /**
     * Whether all columns have to be declared (`strict`), or ingestion may add others (`flexible`). Default: the table's;
     * `flexible` for a new one.
     */
    schemaMode?: pulumi.Input<"flexible" | "strict" | undefined>;
    /**
     * The columns, each once, at most 1000; their order is that of `SELECT *`. Columns that are added are added in place.
     * Columns of the table that are not declared here stay as they are. To remove a column or to change its data type is
     * refused in the preview, unless `allowColumnChanges` is `true`. Default `[]`.
     */
    schema?: pulumi.Input<pulumi.Input<TableColumn>[] | undefined>;
    /**
     * The time chunks into which data is partitioned. Default: the table's; `day` for a new one. `week` is deprecated, and
     * refused for tables that do not have it already.
     */
    partitioningGranularity?: pulumi.Input<PartitioningGranularity | "week" | undefined>;
    /**
     * The columns by which rows are sorted within a partition: declared columns or `__time`, and no measures. Default:
     * the table's; none for a new one.
     */
    clusteringColumns?: pulumi.Input<pulumi.Input<string>[] | undefined>;
    /** Any text for people, at most 1000 characters. Default: the table's; none for a new one. */
    description?: pulumi.Input<string | undefined>;
    /**
     * Which rows are deleted by their age, and which are precached. The preview says what a change deletes and when.
     * Default: the table's; a new one retains and precaches all rows. What the program removes is lifted.
     */
    storagePolicy?: pulumi.Input<TableStoragePolicy | undefined>;
    /** The unit of time into which an aggregate table rolls rows up. Default: the table's; `millisecond` for a new one. */
    timeResolution?: pulumi.Input<TimeResolution | undefined>;
    /** The same with a period or a time zone, instead of `timeResolution`. Default: the table's; none for a new one. */
    queryGranularity?: pulumi.Input<QueryGranularity | undefined>;
    /**
     * What becomes of the table when the resource is removed, replaced or destroyed: `"retain"` (default) leaves it with
     * its data, `"drop"` drops it with its data, `"softDrop"` drops it and lets Imply Polaris restore its data for 30
     * days. A drop waits until the streaming jobs that end have ended, and is refused while one continues. A change is
     * recorded in state and sends no request; it counts once `up` has recorded it.
     */
    onDestroy?: pulumi.Input<"retain" | "drop" | "softDrop" | undefined>;
    /**
     * Whether a destroy and a replacement are refused, whatever `onDestroy` says, until this is set to `false` and an
     * `up` has recorded it. Default `false`. A change sends no request.
     */
    deletionProtection?: pulumi.Input<boolean | undefined>;
    /**
     * Whether columns may be removed, or get another data type. Imply Polaris does this only while the table is empty and
     * no job feeds it, and `up` fails otherwise, without any change. Default `false`: the preview refuses it. A change of
     * this alone does nothing.
     */
    allowColumnChanges?: pulumi.Input<boolean | undefined>;
    /**
     * Whether a create takes over an existing table of this name instead of refusing to. `true`: declared members that
     * differ are updated. `"unchanged"`: it is taken over only if all that is declared is so already; otherwise the error
     * says what differs. Default `false`. A change of this alone does nothing. For a resource that was renamed or moved
     * in the program, use Pulumi's `aliases` instead.
     */
    adopt?: pulumi.Input<boolean | "unchanged" | undefined>;
    /** The Imply Polaris project of the table. Default: the configured one. Another project replaces. */
    project?: Project;
}

const definition: Definition = {
    noun: "Table",
    secrets: [],
    outputs: [
        "name",
        "type",
        "schemaMode",
        "schema",
        "partitioningGranularity",
        "clusteringColumns",
        "description",
        "storagePolicy",
        "timeResolution",
        "queryGranularity",
        "onDestroy",
        "deletionProtection",
        "tableId",
        "createdByUser",
        "createdOnTimestamp",
        "modifiedOnTimestamp",
    ],
};

/**
 * A table of Imply Polaris: its columns, rollup, partitioning and retention. Its Pulumi id is its name: the argument
 * `name`, or else the resource's logical name. A StreamingJob with `target: { tableName: table.name }` feeds it.
 * Destroying it leaves the table and its data, unless `onDestroy` says otherwise. What the program does not declare is
 * left as it is, and what ingestion changes (discovered columns, sizes, counts) is not in state; `getTable` has it.
 *
 * Source: "Create a table by API"; Tables v1.
 */
export class Table extends PolarisResource {
    /** The type by which the state, policies and mocks call the resource. */
    public static readonly __pulumiType = "pulumi-nodejs:dynamic/polaris:Table";

    /** The table's name. Known in previews, so jobs should take it from here. */
    declare public readonly name: pulumi.Output<string>;
    /** Whether the table stores rows as they are, or rolls them up. */
    declare public readonly type: pulumi.Output<"detail" | "aggregate">;
    /** Whether all columns have to be declared; undefined where the program does not say it. */
    declare public readonly schemaMode: pulumi.Output<"flexible" | "strict" | undefined>;
    /** The columns that the program declares. */
    declare public readonly schema: pulumi.Output<pulumi.Unwrap<TableColumn>[] | undefined>;
    /** The time chunks; undefined where the program does not say it. */
    declare public readonly partitioningGranularity: pulumi.Output<PartitioningGranularity | "week" | undefined>;
    /** The columns by which rows are sorted; undefined where the program does not say it. */
    declare public readonly clusteringColumns: pulumi.Output<string[] | undefined>;
    /** The text for people; undefined where the program does not say it. */
    declare public readonly description: pulumi.Output<string | undefined>;
    /** The policies that the program sets. */
    declare public readonly storagePolicy: pulumi.Output<pulumi.Unwrap<TableStoragePolicy> | undefined>;
    /** The unit of the rollup; undefined where the program does not say it. */
    declare public readonly timeResolution: pulumi.Output<TimeResolution | undefined>;
    /** The rollup by a period; undefined where the program does not say it. */
    declare public readonly queryGranularity: pulumi.Output<pulumi.Unwrap<QueryGranularity> | undefined>;
    /** What becomes of the table when the resource is destroyed; undefined means `retain`. */
    declare public readonly onDestroy: pulumi.Output<"retain" | "drop" | "softDrop" | undefined>;
    /** Whether a destroy and a replacement are refused; undefined means `false`. */
    declare public readonly deletionProtection: pulumi.Output<boolean | undefined>;
    /** The id that Imply Polaris has generated for the table. */
    declare public readonly tableId: pulumi.Output<string>;
    /** The user who created the table. */
    declare public readonly createdByUser: pulumi.Output<PolarisUser>;
    /** When the table was created, RFC 3339. */
    declare public readonly createdOnTimestamp: pulumi.Output<string>;
    /** When this resource last wrote the table, RFC 3339. */
    declare public readonly modifiedOnTimestamp: pulumi.Output<string>;

    // Without a comment here, editors show the text of the class at `new`.
    constructor(name: string, args: TableArgs, options?: pulumi.CustomResourceOptions) {
        // A program in JavaScript can leave the arguments out; the check of the resource reports what is missing.
        const given = { ...args };
        const { project } = given;
        const declared = () => ({
            ...given,
            name: uniqueObject(
                { noun: "Table", name, project },
                pulumi.output(given.name).apply((own) => own ?? name),
                (own) => own,
                (own, owner) =>
                    `the table "${own}" belongs to Table "${owner}" of this program already; give one of them another name.`,
            ),
        });
        super(definition, name, options?.id === undefined ? declared() : given, options);
        recordObject(this, { noun: "Table", title: name, project });
    }

    /** Whether a value is a Table, also one of another copy of this package. */
    public static override isInstance(value: unknown): value is Table {
        return typeOf(value) === Table.__pulumiType;
    }

    /**
     * Reads an existing table without managing it. Fails if there is none. The outputs hold all members of the table.
     *
     * @param name The resource's logical name.
     * @param id The table's name in Imply Polaris.
     * @param options Pulumi's options, and the `project` if it is not the configured one.
     */
    public static get(name: string, id: pulumi.Input<pulumi.ID>, options: GetOptions = {}): Table {
        const { project, ...rest } = options;
        return new Table(name, { project } as TableArgs, { ...rest, id });
    }
}
