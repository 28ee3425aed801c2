import { z } from "zod";
import { withoutNulls } from "../values/json";
import type { Client } from "./client";
import type { Once } from "./retry";

const user = z.looseObject({ username: z.string(), userId: z.string() });

/** A member that is `null` is one that is not set. */
const column = z.preprocess(withoutNulls, z.looseObject({ name: z.string() }));

const table = z.looseObject({
    id: z.string().min(1),
    name: z.string(),
    type: z.string(),
    version: z.number(),
    availability: z.string().nullish(),
    schema: z.array(column).nullish(),
    createdByUser: user.nullish(),
    createdOnTimestamp: z.string(),
    modifiedByUser: user.nullish(),
    modifiedOnTimestamp: z.string().nullish(),
});

/** A table as the API shows it, with the members that only the API sets. */
export type Table = z.output<typeof table>;

/** Members that only the API sets. */
export const readOnlyMembers: readonly string[] = [
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

const tablePath = (name: string) => `/tables/${encodeURIComponent(name)}`;

/** POST `/tables`. */
export async function createTable(client: Client, body: object, once: Once<Table>): Promise<Table> {
    const answer = await client.request("POST", "/tables", { repeat: once, body }, table);
    client.learnUser(answer.modifiedByUser?.username);
    return answer;
}

/** GET `/tables/{name}`; undefined where there is none. */
export const getTable = (client: Client, name: string) =>
    client.find("GET", tablePath(name), { repeat: "always" }, table);

/**
 * PUT `/tables/{name}` with the whole table; undefined where there is none. It carries the version on which it is
 * based, so that the API refuses (409) to repeat one that was carried out.
 */
export async function updateTable(client: Client, name: string, body: object): Promise<Table | undefined> {
    const answer = await client.find("PUT", tablePath(name), { repeat: "always", body }, table);
    client.learnUser(answer?.modifiedByUser?.username);
    return answer;
}

const optional = <S extends z.ZodType>(schema: S) => schema.nullish().transform((value) => value ?? undefined);

const description = table
    .extend({
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
