/** `source.formatSettings` as a Druid input format. */
type Members = Record<string, unknown>;

/** A format that this Druid cannot read. */
export class UnreadableFormat extends Error {
    constructor(
        readonly target: string,
        message: string,
    ) {
        super(`${target}: ${message}`);
    }
}

const isMembers = (value: unknown): value is Members =>
    typeof value === "object" && value !== null && !Array.isArray(value);

const flattenSpec = ({ flattenSpec: spec }: Members) => (spec === undefined ? {} : { flattenSpec: spec });

const HEADER_ENCODINGS: Record<string, string> = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16be": "UTF-16BE",
    "utf-16le": "UTF-16LE",
    "iso-8859-1": "ISO-8859-1",
    "us-ascii": "US-ASCII",
};

const EXTENSIONS: Record<string, string> = {
    avro_stream: "druid-avro-extensions",
    protobuf: "druid-protobuf-extensions",
};

function verifyExtension(format: string, path: string, extensions: ReadonlySet<string>): void {
    const extension = EXTENSIONS[format];
    if (extension !== undefined && !extensions.has(extension)) {
        const message = `this Apache Druid has no ${extension}; --druid takes the URL of one that has.`;
        throw new UnreadableFormat(`${path}.format`, message);
    }
}

const inlineAvro = ({ schema }: Members) => ({ type: "schema_inline", schema });

const inlineProtobuf = ({ descriptor, protoMessageType }: Members) => ({
    type: "inline",
    descriptorString: descriptor,
    ...(protoMessageType === undefined ? {} : { protoMessageType }),
});

function schemaProvider(settings: Members, path: string): Members {
    const provider = isMembers(settings.parseSchemaProvider) ? settings.parseSchemaProvider : {};
    switch (provider.type) {
        case "inline-avro":
            return inlineAvro(provider);
        case "inline-protobuf":
            return inlineProtobuf(provider);
        default: {
            const message = "a schema registry cannot be used here; give the schema inline.";
            throw new UnreadableFormat(`${path}.parseSchemaProvider.type`, message);
        }
    }
}

function kafkaFormat(settings: Members, path: string, extensions: ReadonlySet<string>): Members {
    const { keyFormat, valueFormat, headerFormat, keyColumnName, headerLabelPrefix, timestampColumnName } = settings;
    const inner = (value: unknown, member: string) =>
        inputFormat(isMembers(value) ? value : {}, `${path}.${member}`, extensions);
    return {
        type: "kafka",
        valueFormat: inner(valueFormat, "valueFormat"),
        ...(keyFormat === undefined ? {} : { keyFormat: inner(keyFormat, "keyFormat") }),
        ...(headerFormat === undefined
            ? {}
            : { headerFormat: { type: "string", encoding: HEADER_ENCODINGS[headerFormat as string] } }),
        keyColumnName,
        headerColumnPrefix: headerLabelPrefix,
        timestampColumnName,
    };
}

/** The input format, or a refusal of what this Druid cannot read. */
export function inputFormat(settings: Members, path: string, extensions: ReadonlySet<string>): Members {
    const format = String(settings.format);
    verifyExtension(format, path, extensions);
    switch (format) {
        case "nd-json":
            return { type: "json", ...flattenSpec(settings) };
        case "csv": {
            const { columns, delimiter, listDelimiter } = settings;
            const common = { columns, listDelimiter, findColumnsFromHeader: false, skipHeaderRows: 0 };
            return delimiter === "," ? { type: "csv", ...common } : { type: "tsv", delimiter, ...common };
        }
        case "regex":
            return { type: "regex", pattern: settings.pattern, columns: settings.columns };
        case "kafka":
            return kafkaFormat(settings, path, extensions);
        case "avro_stream":
            return {
                type: "avro_stream",
                avroBytesDecoder: schemaProvider(settings, path),
                binaryAsString: settings.binaryAsString,
                extractUnionsByType: settings.extractUnionsByType,
                ...flattenSpec(settings),
            };
        case "protobuf":
            return { type: "protobuf", protoBytesDecoder: schemaProvider(settings, path), ...flattenSpec(settings) };
        default:
            throw new UnreadableFormat(`${path}.format`, `Apache Druid cannot read '${format}' from Apache Kafka.`);
    }
}
