import * as pulumi from "@pulumi/pulumi";
import { askApi, askMocks, requireName } from "./ask-api";
import { hasMocks } from "./per-run";
import { ProgramError } from "./program-error";
import type { Project } from "./project";
import type { PolarisUser } from "./types";

/** The arguments of {@link getTable}. */
export interface GetTableArgs {
    /** The table's name. */
    name: string;
    /** The Imply Polaris project to ask. Default: the configured one. */
    project?: Project;
}

/** The arguments of {@link getTableOutput}. */
export interface GetTableOutputArgs {
    /**
     * The table's name. Best given as `table.id`: in the preview that creates the table it is not known, so that nothing
     * is asked.
     */
    name: pulumi.Input<string>;
    /** The Imply Polaris project to ask. Default: the configured one. */
    project?: Project;
}

/** A declared column (Tables v1, `schema`). */
export interface DeclaredColumn {
    /** The column's name. */
    name: string;
    /** Its data type. */
    dataType: string;
    /** In an aggregate table, `dimension` or `measure`. */
    type?: string;
}

/** A column that queries find (Tables v1, `queryableSchema`). */
export interface QueryableColumn {
    /** The column's name. */
    name: string;
    /** Its data type. */
    dataType: string;
    /** Whether ingestion has added it, and no user has declared it. */
    isDiscovered: boolean;
}

/** A table as Imply Polaris has it now. */
export interface GetTableResult {
    /** The table's name. */
    name: string;
    /** `detail` stores rows as they are, `aggregate` rolls them up. */
    type: string;
    /** `strict` where all columns have to be declared, else `flexible`. */
    schemaMode?: string;
    /** The declared columns. */
    schema: DeclaredColumn[];
    /** All columns that queries find, those that ingestion has added too. */
    queryableSchema: QueryableColumn[];
    /** The time chunks. */
    partitioningGranularity?: string;
    /** The columns by which rows are sorted. */
    clusteringColumns?: string[];
    /** The text for people. */
    description?: string;
    /** Which rows are retained and precached, in the form of the API; without a policy all of them. */
    storagePolicy?: Record<string, unknown>;
    /** The unit of an aggregate table's rollup. */
    timeResolution?: string;
    /** The rollup by a period, in the form of the API. */
    queryGranularity?: Record<string, unknown>;
    /** The id that Imply Polaris has generated for the table. */
    tableId: string;
    /** The number of changes of the table. */
    version: number;
    /** `available`, `deleting` or `unavailable`. */
    availability?: string;
    /** The number of rows. */
    totalRows?: number;
    /** The size of all data in bytes. */
    totalDataSizeBytes?: number;
    /** The size of the precached data in bytes. */
    precachedDataSizeBytes?: number;
    /** The number of segments. */
    segmentCount?: number;
    /** The size of all segments in bytes. */
    segmentTotalBytes?: number;
    /** The size of the compacted segments in bytes. */
    segmentCompactedBytes?: number;
    /** The user who created the table. */
    createdByUser?: PolarisUser;
    /** When it was created, RFC 3339. */
    createdOnTimestamp: string;
    /** The user who changed it last. */
    modifiedByUser?: PolarisUser;
    /** When it was changed last, RFC 3339. */
    modifiedOnTimestamp?: string;
}

const title = "getTable";

/**
 * Asks Imply Polaris for a table: its columns, also those that ingestion has added, its settings and its size. Each run
 * asks again, previews too; the answer is in no resource's state. Fails where there is no such table. In unit tests with
 * mocks, `call` answers it, as `polaris:index:getTable`.
 *
 * @throws One sentence that says what to set or do.
 */
export async function getTable(args: GetTableArgs): Promise<GetTableResult> {
    const { name, project } = args;
    requireName(title, "table", name);
    if (hasMocks()) return askMocks(title, args);
    return askApi({ title, permission: "ViewTables", project }, async (client) => {
        const { describeTable } = await import("../api/table-description.js");
        const found = await describeTable(client, name);
        if (found) return found;
        throw new ProgramError(
            `${title}: there is no table ${JSON.stringify(name)}; for a table of this program use ${title}Output with name: table.id, which waits until it is created.`,
            "PolarisObjectNotFound",
        );
    });
}

/**
 * {@link getTable} as an Output. While the name is not known in a preview, neither is the Output, and nothing is asked.
 */
export const getTableOutput = ({ name, project }: GetTableOutputArgs): pulumi.Output<GetTableResult> =>
    pulumi.output(name).apply((known) => getTable({ name: known, project }));
