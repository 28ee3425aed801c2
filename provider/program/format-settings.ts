import type * as pulumi from "@pulumi/pulumi";

/** The schema of records from a schema registry (Jobs v1, `parseSchemaProvider` of type `connection`). */
export interface ConnectionSchemaProvider {
    /** `connection`: the schema comes from a registry. */
    type: "connection";
    /**
     * The name of a SchemaRegistryConnection, best given as `registry.name`, which is known in previews and orders the
     * two resources. Records that were written with a schema registry need it.
     */
    connectionName: pulumi.Input<string>;
}

/** A reader's schema of Avro records in the arguments (Jobs v1, `parseSchemaProvider` of type `inline-avro`). */
export interface InlineAvroSchemaProvider {
    /** `inline-avro`: the schema is in `schema`. */
    type: "inline-avro";
    /** The Avro schema as an object. */
    schema: pulumi.Input<Record<string, unknown>>;
}

/** A descriptor of Protobuf messages in the arguments (Jobs v1, `parseSchemaProvider` of type `inline-protobuf`). */
export interface InlineProtobufSchemaProvider {
    /** `inline-protobuf`: the schema is in `descriptor`. */
    type: "inline-protobuf";
    /** The compiled descriptor in base64. Not empty. */
    descriptor: pulumi.Input<string>;
    /** The short or qualified name of the message, not empty. Default: the first message of the descriptor. */
    protoMessageType?: pulumi.Input<string | undefined>;
}

/** Where the schema of Avro or Protobuf records comes from (Jobs v1, `parseSchemaProvider`); `type` says which. */
export type ParseSchemaProvider = ConnectionSchemaProvider | InlineAvroSchemaProvider | InlineProtobufSchemaProvider;

/** Delimited text (Jobs v1, format `csv`). A stream has no header rows, so `columns` names the columns. */
export interface CsvFormat {
    /** `csv`: delimited text. */
    format: "csv";
    /** The names of the columns in order: at least one, none twice. */
    columns: pulumi.Input<pulumi.Input<string>[]>;
    /** The text between two columns, not empty. Default `,`. */
    delimiter?: pulumi.Input<string | undefined>;
    /** The text between two values of a multi-value column, not empty. Default U+0001. */
    listDelimiter?: pulumi.Input<string | undefined>;
}

/** Texts that a regular expression splits, such as lines of a log (Jobs v1, format `regex`). */
export interface RegexFormat {
    /** `regex`: texts that `pattern` splits. */
    format: "regex";
    /** A regular expression of Java, not empty. Each of its groups becomes a column. */
    pattern: pulumi.Input<string>;
    /** The names of the columns, in the order of the pattern's groups: at least one, none twice. */
    columns: pulumi.Input<pulumi.Input<string>[]>;
}

/** Avro records, each with the id of its schema or all with one schema (Jobs v1, format `avro_stream`). */
export interface AvroStreamFormat {
    /** `avro_stream`: Avro records. */
    format: "avro_stream";
    /** Where the schema of the records comes from. */
    parseSchemaProvider: pulumi.Input<ParseSchemaProvider>;
    /** Whether bytes are read as text. Default `false`. */
    binaryAsString?: pulumi.Input<boolean | undefined>;
    /** Whether each type of a union becomes a column. Default `false`. */
    extractUnionsByType?: pulumi.Input<boolean | undefined>;
    /**
     * How nested members become columns: Apache Druid's `flattenSpec`, an object. Default none.
     *
     * @deprecated Imply Polaris advises against it; let mappings read nested members, as `JSON_VALUE` does.
     */
    flattenSpec?: pulumi.Input<Record<string, unknown> | undefined>;
}

/** Protocol Buffers records (Jobs v1, format `protobuf`). */
export interface ProtobufFormat {
    /** `protobuf`: Protocol Buffers records. */
    format: "protobuf";
    /** Where the schema of the records comes from. */
    parseSchemaProvider: pulumi.Input<ParseSchemaProvider>;
    /**
     * How nested members become columns: Apache Druid's `flattenSpec`, an object. Default none.
     *
     * @deprecated Imply Polaris advises against it; let mappings read nested members, as `JSON_VALUE` does.
     */
    flattenSpec?: pulumi.Input<Record<string, unknown> | undefined>;
}

/** One JSON object per record (Jobs v1, format `nd-json`). */
export interface NdJsonFormat {
    /** `nd-json`: JSON objects. */
    format: "nd-json";
    /**
     * How nested members become columns: Apache Druid's `flattenSpec`, an object. Default none.
     *
     * @deprecated Imply Polaris advises against it; let mappings read nested members, as `JSON_VALUE` does.
     */
    flattenSpec?: pulumi.Input<Record<string, unknown> | undefined>;
}

// The error for an unknown format names the last one (in TypeScript 5 and 6): the likeliest mistake is "json".
/** The format of a record's key or value; `format` says which. */
export type PayloadFormat = CsvFormat | RegexFormat | AvroStreamFormat | ProtobufFormat | NdJsonFormat;

/** A Kafka record with its metadata: key, headers and timestamp become columns (Jobs v1, format `kafka`). */
export interface KafkaFormat {
    /** `kafka`: a Kafka record with its metadata. */
    format: "kafka";
    /** The format of the record's value. */
    valueFormat: pulumi.Input<PayloadFormat>;
    /**
     * The format of the record's key, of which only the first column is used. Text keys take
     * `{ format: "csv", columns: ["key"] }` or `regex`. Default none: keys are not read.
     */
    keyFormat?: pulumi.Input<PayloadFormat | undefined>;
    /** The name of the key's column, not empty. Default `kafka.key`. */
    keyColumnName?: pulumi.Input<string | undefined>;
    /** The encoding of the headers. Default none: headers are not read. */
    headerFormat?: pulumi.Input<"utf-8" | "utf-16" | "utf-16be" | "utf-16le" | "iso-8859-1" | "us-ascii" | undefined>;
    /** The text before the name of a header in the name of its column; may be empty. Default `kafka.header.`. */
    headerLabelPrefix?: pulumi.Input<string | undefined>;
    /** The name of the timestamp's column (milliseconds since 1970), not empty. Default `kafka.timestamp`. */
    timestampColumnName?: pulumi.Input<string | undefined>;
}

/**
 * A Kinesis record with its metadata (Jobs v1, format `kinesis`), for jobs that read a connection of type `kinesis`.
 * A job that reads a connection of type `kafka` cannot have it.
 */
export interface KinesisFormat {
    /** `kinesis`: a Kinesis record with its metadata. */
    format: "kinesis";
    /** The format of the record's data. */
    valueFormat: pulumi.Input<PayloadFormat>;
    /** The name of the partition key's column, not empty. Default `kinesis.partitionKey`. */
    partitionKeyColumnName?: pulumi.Input<string | undefined>;
    /** The name of the timestamp's column, not empty. Default `kinesis.timestamp`. */
    timestampColumnName?: pulumi.Input<string | undefined>;
}

/** How the records of a stream are read (Jobs v1, `source.formatSettings`); `format` says which format they have. */
export type FormatSettings = KafkaFormat | KinesisFormat | PayloadFormat;
