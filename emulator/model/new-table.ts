import { randomUUID } from "node:crypto";
import { badRequest } from "../errors";
import type { TableBody } from "../schemas/tables";
import type { User } from "../users";
import type { Table } from "./table";

/** Rules that span several members, which no member's schema can check. */
export function verifyTable({ schema, clusteringColumns }: TableBody): void {
    const names = new Set<string>();
    for (const [index, { name, dataType }] of schema.entries()) {
        const path = `schema[${index}]`;
        if (names.has(name)) {
            throw badRequest("DuplicateColumn", `${path}.name: column '${name}' is declared twice.`, `${path}.name`);
        }
        if ((name === "__time") !== (dataType === "timestamp")) {
            throw badRequest("InvalidColumn", `${path}.dataType: timestamp is for __time alone.`, `${path}.dataType`);
        }
        names.add(name);
    }
    const unknown = clusteringColumns?.find((name) => name !== "__time" && !names.has(name));
    if (unknown !== undefined) {
        throw badRequest("UnknownColumn", `clusteringColumns: no column '${unknown}'.`, "clusteringColumns");
    }
    const measures = schema.filter((column) => "type" in column && column.type === "measure");
    const measure = measures.find(({ name }) => clusteringColumns?.includes(name));
    if (measure !== undefined) {
        const message = `clusteringColumns: column '${measure.name}' is a measure.`;
        throw badRequest("MeasureColumn", message, "clusteringColumns");
    }
}

/** The granularity `week` is deprecated: no table can get it. */
export function verifyPartitioning({ partitioningGranularity: next }: TableBody, before?: TableBody): void {
    if (next === "week" && before?.partitioningGranularity !== "week") {
        const message = "partitioningGranularity: a new table cannot have 'week'.";
        throw badRequest("DeprecatedGranularity", message, "partitioningGranularity");
    }
}

export function newTable(body: TableBody, { user, timestamp }: { user: User; timestamp: string }): Table {
    return {
        name: body.name,
        id: randomUUID(),
        version: 0,
        body,
        availability: "available",
        discovered: [],
        totalRows: 0,
        createdByUser: user,
        createdOnTimestamp: timestamp,
        modifiedByUser: user,
        modifiedOnTimestamp: timestamp,
    };
}

/** A column may be added at any time, but changed or removed only in an empty table that no job feeds. */
export function verifyColumnChange(table: Table, next: TableBody, isFed: boolean): void {
    const after = new Map(next.schema.map((column) => [column.name, JSON.stringify(column)]));
    const change = table.body.schema.find((column) => after.get(column.name) !== JSON.stringify(column));
    if (change !== undefined && (isFed || table.totalRows > 0)) {
        const why = isFed ? "an active job feeds the table" : "the table is not empty";
        throw badRequest("ColumnInUse", `schema: column '${change.name}' cannot be changed: ${why}.`, "schema");
    }
}
