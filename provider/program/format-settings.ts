import type * as pulumi from "@pulumi/pulumi";

/** A reader's schema from a schema registry, by a connection of type `confluent_schema_registry`. */
export interface ConnectionSchemaProvider {
    type: pulumi.Input<"connection">;
    /** The registry connection's name. Needed for records that were written with a schema registry. */
    connectionName: pulumi.Input<string>;
}

/** An Avro reader's schema in place. */
export interface InlineAvroSchemaProvider {
    type: pulumi.Input<"inline-avro">;
    /** The Avro schema as an object. */
    schema: pulumi.Input<Record<string, unknown>>;
}

/** A Protobuf descriptor in place. */
export interface InlineProtobufSchemaProvider {
    type: pulumi.Input<"inline-protobuf">;
    /** The compiled descriptor, base64. */
    descriptor: pulumi.Input<string>;
    /** The message's short or qualified name. Default: the descriptor's first. */
    protoMessageType?: pulumi.Input<string | undefined>;
}

/** Where the schema of Avro or Protobuf records comes from. */
export type ParseSchemaProvider = ConnectionSchemaProvider | InlineAvroSchemaProvider | InlineProtobufSchemaProvider;

/** One JSON object a record. */
export interface NdJsonFormat {
    format: pulumi.Input<"nd-json">;
    /**
     * How nested members become columns (Apache Druid's `flattenSpec`).
     *
     * @deprecated Imply Polaris advises against it; let mappings read nested members, as `JSON_VALUE` does.
     */
    flattenSpec?: pulumi.Input<Record<string, unknown> | undefined>;
}

/** Delimited text. A stream has no header rows, so its columns have to be named. */
export interface CsvFormat {
    format: pulumi.Input<"csv">;
    /** The columns' names in order; at least one. */
    columns: pulumi.Input<pulumi.Input<string>[]>;
    /** Between columns. Default `,`. */
    delimiter?: pulumi.Input<string | undefined>;
    /** Between the values of one multi-value column. Default U+0001. */
    listDelimiter?: pulumi.Input<string | undefined>;
}

/** Texts that a regular expression takes apart, such as the lines of a log. */
export interface RegexFormat {
    format: pulumi.Input<"regex">;
    /** A regular expression of Java; each of its groups becomes a column. */
    pattern: pulumi.Input<string>;
    /** The columns' names in the order of the pattern's groups; at least one. */
    columns: pulumi.Input<pulumi.Input<string>[]>;
}

/** Avro records, each with its schema's id or by a schema given here. */
export interface AvroStreamFormat {
    format: pulumi.Input<"avro_stream">;
    /** Where the records' schema comes from. */
    parseSchemaProvider: pulumi.Input<ParseSchemaProvider>;
    /** Takes bytes for text. Default `false`. */
    binaryAsString?: pulumi.Input<boolean | undefined>;
    /** Makes a column of each type of a union. Default `false`. */
    extractUnionsByType?: pulumi.Input<boolean | undefined>;
    /**
     * How nested members become columns (Apache Druid's `flattenSpec`).
     *
     * @deprecated Imply Polaris advises against it; let mappings read nested members, as `JSON_VALUE` does.
     */
    flattenSpec?: pulumi.Input<Record<string, unknown> | undefined>;
}

/** Protocol Buffers records. */
export interface ProtobufFormat {
    format: pulumi.Input<"protobuf">;
    /** Where the records' schema comes from. */
    parseSchemaProvider: pulumi.Input<ParseSchemaProvider>;
    /**
     * How nested members become columns (Apache Druid's `flattenSpec`).
     *
     * @deprecated Imply Polaris advises against it; let mappings read nested members, as `JSON_VALUE` does.
     */
    flattenSpec?: pulumi.Input<Record<string, unknown> | undefined>;
}

/** What a record's key or value can be. */
export type PayloadFormat = NdJsonFormat | CsvFormat | RegexFormat | AvroStreamFormat | ProtobufFormat;

/** A Kafka record with its metadata: value, and key, headers and timestamp as columns. */
export interface KafkaFormat {
    format: pulumi.Input<"kafka">;
    /** How the record's value is read. */
    valueFormat: pulumi.Input<PayloadFormat>;
    /** For text keys `{ format: "csv", columns: ["key"] }`, or `regex`; only the first column is used. */
    keyFormat?: pulumi.Input<PayloadFormat | undefined>;
    /** The column of the key. Default `kafka.key`. */
    keyColumnName?: pulumi.Input<string | undefined>;
    /** The headers' encoding; needed to read headers at all. */
    headerFormat?: pulumi.Input<"utf-8" | "utf-16" | "utf-16be" | "utf-16le" | "iso-8859-1" | "us-ascii" | undefined>;
    /** What headers' column names start with. Default `kafka.header.`. */
    headerLabelPrefix?: pulumi.Input<string | undefined>;
    /** The column of the timestamp, in milliseconds since 1970. Default `kafka.timestamp`. */
    timestampColumnName?: pulumi.Input<string | undefined>;
}

/** A Kinesis record with its metadata, for jobs that read a connection of type `kinesis`. */
export interface KinesisFormat {
    format: pulumi.Input<"kinesis">;
    /** How the record's data is read. */
    valueFormat: pulumi.Input<PayloadFormat>;
    /** The column of the partition key. Default `kinesis.partitionKey`. */
    partitionKeyColumnName?: pulumi.Input<string | undefined>;
    /** The column of the timestamp. Default `kinesis.timestamp`. */
    timestampColumnName?: pulumi.Input<string | undefined>;
}

/** How the records of a stream are read (Jobs v1, `source.formatSettings`), told apart by `format`. */
export type FormatSettings = PayloadFormat | KafkaFormat | KinesisFormat;
