import { z } from "zod";
import { dataType, duration, measureDataType, partitioning, tableName } from "./types";

const text = z.string().min(1);

const policy = z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("period"), period: duration }),
    z.strictObject({ type: z.literal("intervals"), intervals: z.array(text).min(1), period: duration.optional() }),
]);

const timeResolution = z.enum([
    "millisecond",
    "second",
    "minute",
    "fifteen_minute",
    "thirty_minute",
    "hour",
    "day",
    "week",
    "month",
    "quarter",
    "year",
    "all",
]);

const queryGranularity = z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("simple"), granularity: timeResolution }),
    z.strictObject({ type: z.literal("period"), period: duration, timeZone: text.optional(), origin: text.optional() }),
]);

/** `week` is only left in tables that already have it. */
export const tablePartitioning = z.enum([...partitioning.options, "week"]);

const common = {
    name: tableName,
    version: z.int().min(0).default(0),
    schemaMode: z.enum(["flexible", "strict"]).default("flexible"),
    partitioningGranularity: tablePartitioning.default("day"),
    clusteringColumns: z.array(text).optional(),
    description: z.string().max(1000).nullable().optional(),
    storagePolicy: z.strictObject({ retain: policy.optional(), cached: policy.optional() }).optional(),
};

const aggregateColumn = z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("dimension"), name: text, dataType }),
    z.strictObject({ type: z.literal("measure"), name: text, dataType: measureDataType }),
]);

/** Bodies of POST /tables and PUT /tables/{name}, with the defaults filled in. */
export const tableBody = z.discriminatedUnion("type", [
    z.strictObject({
        type: z.literal("detail"),
        ...common,
        schema: z.array(z.strictObject({ name: text, dataType })).default([]),
    }),
    z.strictObject({
        type: z.literal("aggregate"),
        ...common,
        schema: z.array(aggregateColumn).default([]),
        timeResolution: timeResolution.default("millisecond"),
        queryGranularity: queryGranularity.optional(),
    }),
]);

export type TableBody = z.output<typeof tableBody>;
