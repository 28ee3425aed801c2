import { z } from "zod";
import { isMembers } from "../credentials";
import { formatSettings } from "./formats";
import { dataType, duration, partitioning, tableName } from "./types";

const text = z.string().min(1);
const flag = z.boolean().default(false);
const texts = z.array(text);

const inputField = z.strictObject({ name: text, dataType });
const mapping = z.strictObject({ columnName: text, expression: text, isAggregation: z.boolean().nullish() });
const inputSchema = z.array(inputField);
const mappings = z.array(mapping);

const connectionSource = z.strictObject({
    type: z.literal("connection"),
    connectionName: text,
    formatSettings: formatSettings.nullish(),
    inputSchema: inputSchema.default([]),
});

const files = { inputSchema, formatSettings: formatSettings.nullish() };
const objects = {
    objects: texts.optional(),
    pattern: text.optional(),
    prefixes: texts.optional(),
    uris: texts.optional(),
};

const batchSource = z.discriminatedUnion("type", [
    connectionSource,
    z.strictObject({ type: z.literal("azure"), connectionName: text, ...files, ...objects }),
    z.strictObject({ type: z.literal("s3"), connectionName: text, ...files, ...objects }),
    z.strictObject({ type: z.literal("inline"), data: z.string(), ...files }),
    z.strictObject({ type: z.literal("table"), tableName, interval: text.optional() }),
    z.strictObject({ type: z.literal("uploaded"), fileList: texts.min(1), ...files }),
]);

const target = z.strictObject({ type: z.literal("table"), tableName, intervals: z.null().optional() });
const targetWithIntervals = target.extend({ intervals: texts.nullish() });

/** A create body may have it, but the API ignores it. */
const desiredExecutionStatus = z.string().optional();

const ingestion = {
    mappings: mappings.default([]),
    createTableIfNotExists: flag,
    filterExpression: text.optional(),
    partitionedBy: partitioning.optional(),
    clusteringColumns: texts.optional(),
    maxParseExceptions: z.int().min(0).max(2147483647).default(2147483647),
};

const streaming = z.strictObject({
    type: z.literal("streaming"),
    source: connectionSource,
    target,
    ...ingestion,
    readFromPoint: z.enum(["earliest", "latest"]).default("latest"),
    replaceRunning: flag,
    useSchemaDiscovery: flag,
    dimensionExclusions: texts.default([]),
    lateMessageRejectionPeriod: duration.default("P30D"),
    earlyMessageRejectionPeriod: duration.default("P2000D"),
    enableUpserts: z.boolean().nullable().default(false),
    upsertKeyColumns: texts.nullish(),
    upsertVersionColumn: text.nullish(),
    desiredExecutionStatus,
});

const batch = z.strictObject({
    type: z.literal("batch"),
    source: batchSource,
    target: targetWithIntervals,
    ...ingestion,
    ingestionMode: z.enum(["append", "replace"]).default("append"),
    replaceAll: flag,
    context: z.record(z.string(), z.unknown()).optional(),
    desiredExecutionStatus,
});

const sqlParameter = z.strictObject({ type: text, value: z.unknown() });

const sql = z.strictObject({
    type: z.literal("sql"),
    query: text,
    context: z.record(z.string(), z.unknown()).optional(),
    createTableIfNotExists: flag,
    parameters: z.array(sqlParameter).optional(),
    desiredExecutionStatus,
});

const dropTable = z.strictObject({
    type: z.literal("drop_table"),
    target,
    softDelete: flag,
    desiredExecutionStatus,
});

const deleteData = z.strictObject({
    type: z.literal("delete_data"),
    target: targetWithIntervals,
    deleteAll: flag,
    softDelete: flag,
    versions: texts.optional(),
    desiredExecutionStatus,
});

const restoreData = z.strictObject({
    type: z.literal("restore_data"),
    target,
    interval: text,
    versions: texts.optional(),
    desiredExecutionStatus,
});

/** Bodies of POST /jobs, with the defaults filled in; a body without a type is a SQL job. */
export const createJob = z.preprocess(
    (body) => (isMembers(body) && body.type === undefined ? { type: "sql", ...body } : body),
    z.discriminatedUnion("type", [streaming, batch, sql, dropTable, deleteData, restoreData]),
);

export const setStatus = z.strictObject({ desiredExecutionStatus: z.enum(["running", "canceled", "suspended"]) });

export type CreateJob = z.output<typeof createJob>;
export type StreamingSpec = z.output<typeof streaming>;
export type Mapping = z.output<typeof mapping>;
export type DesiredStatus = z.output<typeof setStatus>["desiredExecutionStatus"];
