import { z } from "zod";

type Members = Record<string, unknown>;

const text = z.string().min(1);
const flag = z.boolean().default(false);
const flattenSpec = z.record(z.string(), z.unknown()).optional();

const parseSchemaProvider = z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("connection"), connectionName: text }),
    z.strictObject({ type: z.literal("inline-avro"), schema: z.record(z.string(), z.unknown()) }),
    z.strictObject({ type: z.literal("inline-protobuf"), descriptor: z.base64(), protoMessageType: text.optional() }),
]);

const nested: z.ZodType<Members> = z.lazy(() => formatSettings);

const headerFormat = z.enum(["utf-8", "utf-16", "utf-16be", "utf-16le", "iso-8859-1", "us-ascii"]);

/** `source.formatSettings`, with the defaults filled in. */
export const formatSettings: z.ZodType<Members> = z.discriminatedUnion("format", [
    z.strictObject({ format: z.literal("nd-json"), flattenSpec }),
    z.strictObject({
        format: z.literal("csv"),
        columns: z.array(text).default([]),
        delimiter: text.default(","),
        listDelimiter: text.default("\u0001"),
        skipHeaderRows: z.int().min(0).default(0),
    }),
    z.strictObject({
        format: z.literal("avro_stream"),
        parseSchemaProvider,
        binaryAsString: flag,
        extractUnionsByType: flag,
        flattenSpec,
    }),
    z.strictObject({ format: z.literal("protobuf"), parseSchemaProvider, flattenSpec }),
    z.strictObject({
        format: z.literal("kafka"),
        valueFormat: nested,
        keyFormat: nested.optional(),
        keyColumnName: text.default("kafka.key"),
        headerFormat: headerFormat.optional(),
        headerLabelPrefix: z.string().default("kafka.header."),
        timestampColumnName: text.default("kafka.timestamp"),
    }),
    z.strictObject({
        format: z.literal("kinesis"),
        valueFormat: nested,
        partitionKeyColumnName: text.default("kinesis.partitionKey"),
        timestampColumnName: text.default("kinesis.timestamp"),
    }),
    z.strictObject({
        format: z.literal("avro_ocf"),
        binaryAsString: flag,
        extractUnionsByType: flag,
        flattenSpec,
        schema: z.record(z.string(), z.unknown()).optional(),
    }),
    z.strictObject({ format: z.literal("orc"), binaryAsString: flag, flattenSpec }),
    z.strictObject({ format: z.literal("parquet"), binaryAsString: flag, flattenSpec }),
    z.strictObject({ format: z.literal("regex"), columns: z.array(text), pattern: text }),
]);

const STREAMABLE = new Set(["nd-json", "csv", "avro_stream", "protobuf", "kafka", "kinesis", "regex"]);

/** The settings and all nested ones, each with its path. */
export function* allFormats(settings: Members, path: string): Generator<{ settings: Members; path: string }> {
    yield { settings, path };
    for (const member of ["valueFormat", "keyFormat"]) {
        const inner = settings[member];
        if (typeof inner === "object" && inner !== null) {
            yield* allFormats(inner as Members, `${path}.${member}`);
        }
    }
}

/** Why a format cannot be used for streaming, although its schema is valid; `undefined` if it can. */
export function streamingProblem(root: Members): { path: string; message: string } | undefined {
    for (const { settings, path } of allFormats(root, "source.formatSettings")) {
        if (!STREAMABLE.has(String(settings.format))) {
            return { path: `${path}.format`, message: "cannot be used for streaming." };
        }
        if (settings.format === "csv" && (settings.columns as string[]).length === 0) {
            return { path: `${path}.columns`, message: "is required for streaming." };
        }
        if (settings.format === "csv" && settings.skipHeaderRows !== 0) {
            return { path: `${path}.skipHeaderRows`, message: "is not supported for streaming." };
        }
    }
    return undefined;
}
