import { z } from "zod";
import type { Client } from "./client";
import { tableMembers, tablePath } from "./tables";
import type { user } from "./tables";

const optional = <S extends z.ZodType>(schema: S) => schema.nullish().transform((value) => value ?? undefined);

const description = z
    .looseObject({
        ...tableMembers(),
        schemaMode: optional(z.string()),
        schema: z.array(z.object({ name: z.string(), dataType: z.string(), type: optional(z.string()) })).nullish(),
        queryableSchema: z
            .array(z.object({ name: z.string(), dataType: z.string(), isDiscovered: z.boolean().default(false) }))
            .nullish(),
        partitioningGranularity: optional(z.string()),
        clusteringColumns: optional(z.array(z.string())),
        description: optional(z.string()),
        storagePolicy: optional(z.record(z.string(), z.unknown())),
        timeResolution: optional(z.string()),
        queryGranularity: optional(z.record(z.string(), z.unknown())),
        totalRows: optional(z.number()),
        totalDataSizeBytes: optional(z.number()),
        precachedDataSizeBytes: optional(z.number()),
        segmentCount: optional(z.number()),
        segmentTotalBytes: optional(z.number()),
        segmentCompactedBytes: optional(z.number()),
    })
    .transform(({ id, availability, schema, queryableSchema, modifiedOnTimestamp, ...members }) => {
        const userOf = (one: z.output<typeof user> | null | undefined) =>
            one ? { username: one.username, userId: one.userId } : undefined;
        const { name, type, version, createdOnTimestamp } = members;
        return {
            name,
            type,
            version,
            schemaMode: members.schemaMode,
            schema: schema ?? [],
            queryableSchema: queryableSchema ?? [],
            partitioningGranularity: members.partitioningGranularity,
            clusteringColumns: members.clusteringColumns,
            description: members.description,
            storagePolicy: members.storagePolicy,
            timeResolution: members.timeResolution,
            queryGranularity: members.queryGranularity,
            tableId: id,
            availability: availability ?? undefined,
            totalRows: members.totalRows,
            totalDataSizeBytes: members.totalDataSizeBytes,
            precachedDataSizeBytes: members.precachedDataSizeBytes,
            segmentCount: members.segmentCount,
            segmentTotalBytes: members.segmentTotalBytes,
            segmentCompactedBytes: members.segmentCompactedBytes,
            createdByUser: userOf(members.createdByUser),
            createdOnTimestamp,
            modifiedByUser: userOf(members.modifiedByUser),
            modifiedOnTimestamp: modifiedOnTimestamp ?? undefined,
        };
    });

/** GET `/tables/{name}` with all that a program can ask for; undefined where there is none. */
export const describeTable = (client: Client, name: string) =>
    client.find("GET", tablePath(name), { repeat: "always" }, description);
