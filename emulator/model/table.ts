import type { TableBody } from "../schemas/tables";
import type { User } from "../users";

export interface Table {
    name: string;
    id: string;
    version: number;
    /** The table as in the request, with the defaults filled in. */
    body: TableBody;
    availability: "available" | "deleting" | "unavailable";
    /** Columns that jobs added to a flexible table. */
    discovered: { name: string; dataType: string }[];
    totalRows: number;
    createdByUser: User;
    createdOnTimestamp: string;
    modifiedByUser: User;
    modifiedOnTimestamp: string;
}

const common = (table: Table) => ({
    id: table.id,
    version: table.version,
    availability: table.availability,
    createdByUser: table.createdByUser,
    createdOnTimestamp: table.createdOnTimestamp,
    modifiedByUser: table.modifiedByUser,
    modifiedOnTimestamp: table.modifiedOnTimestamp,
    segmentCount: 0,
    precachedDataSizeBytes: 0,
    totalDataSizeBytes: 0,
    totalRows: table.totalRows,
});

const TIME = { name: "__time", dataType: "timestamp" };

export function tableResponse(table: Table) {
    const declared = table.body.schema.map(({ name, dataType }) => ({ name, dataType, isDiscovered: false }));
    const time = declared.some(({ name }) => name === TIME.name) ? [] : [{ ...TIME, isDiscovered: false }];
    const discovered = table.discovered.map((column) => ({ ...column, isDiscovered: true }));
    return {
        ...table.body,
        ...common(table),
        queryableSchema: [...time, ...declared, ...discovered],
        segmentTotalBytes: 0,
        segmentCompactedBytes: 0,
    };
}

/** A table in a list, which has no columns. */
export function tableSummary(table: Table) {
    const { name, type, schemaMode, partitioningGranularity, storagePolicy, description } = table.body;
    return { name, type, schemaMode, partitioningGranularity, storagePolicy, description, ...common(table) };
}

/** Members of a table that the server sets; clients that write back what they have read send them too. */
export const READ_ONLY = [
    "id",
    "availability",
    "createdByUser",
    "createdOnTimestamp",
    "modifiedByUser",
    "modifiedOnTimestamp",
    "queryableSchema",
    "segmentCount",
    "segmentTotalBytes",
    "segmentCompactedBytes",
    "precachedDataSizeBytes",
    "totalDataSizeBytes",
    "totalRows",
];
