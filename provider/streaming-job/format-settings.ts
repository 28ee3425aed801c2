import { z } from "zod";
import { connectionName } from "../connection/connection-name";
import { nonEmpty, oneOf, strict, union, withDefault } from "../values/shape";

const json = z.record(z.string(), z.unknown(), { error: "expected an object" });
const flag = withDefault(z.boolean(), false);

const parseSchemaProvider = union(
    "type",
    ["connection", "inline-avro", "inline-protobuf"],
    [
        strict({ type: z.literal("connection"), connectionName }),
        strict({ type: z.literal("inline-avro"), schema: json }),
        strict({
            type: z.literal("inline-protobuf"),
            descriptor: z.base64("expected the descriptor in base64").min(1, "expected the descriptor in base64"),
            protoMessageType: nonEmpty.optional(),
        }),
    ],
);

const ndJson = strict({ format: z.literal("nd-json"), flattenSpec: json.optional() });

const csv = strict({
    format: z.literal("csv"),
    columns: z.array(nonEmpty).min(1, "expected the names of the columns, which a stream does not carry"),
    delimiter: withDefault(nonEmpty, ","),
    listDelimiter: withDefault(nonEmpty, "\u0001"),
});

const regex = strict({
    format: z.literal("regex"),
    pattern: nonEmpty,
    columns: z.array(nonEmpty).min(1, "expected the names of the pattern's groups"),
});

const avroStream = strict({
    format: z.literal("avro_stream"),
    parseSchemaProvider,
    binaryAsString: flag,
    extractUnionsByType: flag,
    flattenSpec: json.optional(),
});

const protobuf = strict({ format: z.literal("protobuf"), parseSchemaProvider, flattenSpec: json.optional() });

/** The formats of a record's key or value. */
const payloads = [ndJson, csv, regex, avroStream, protobuf] as const;
const payloadFormats = ["nd-json", "csv", "regex", "avro_stream", "protobuf"];
const payload = union("format", payloadFormats, payloads);

const kafka = strict({
    format: z.literal("kafka"),
    valueFormat: payload,
    keyFormat: payload.optional(),
    keyColumnName: withDefault(nonEmpty, "kafka.key"),
    headerFormat: oneOf("utf-8", "utf-16", "utf-16be", "utf-16le", "iso-8859-1", "us-ascii").optional(),
    headerLabelPrefix: withDefault(z.string(), "kafka.header."),
    timestampColumnName: withDefault(nonEmpty, "kafka.timestamp"),
});

const kinesis = strict({
    format: z.literal("kinesis"),
    valueFormat: payload,
    partitionKeyColumnName: withDefault(nonEmpty, "kinesis.partitionKey"),
    timestampColumnName: withDefault(nonEmpty, "kinesis.timestamp"),
});

/** How the records of a stream are read (Data formats, `source.formatSettings`). */
export const formatSettings = union("format", [...payloadFormats, "kafka", "kinesis"], [...payloads, kafka, kinesis]);
