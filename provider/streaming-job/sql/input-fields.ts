import { didYouMean, nearest } from "../../values/shape";
import type { Problem } from "../../values/shape";
import type { PartialArguments, PartialSettings } from "../partial-arguments";

const isText = (value: unknown): value is string => typeof value === "string";

/** The suggestion of a name, unless it would be a long list. */
function hint(name: string, known: readonly string[]): string {
    const text = known.length === 0 ? "" : didYouMean(name, known);
    return text === "" || text.length > 100 ? "" : `; ${text}`;
}

/** The default names of metadata columns, the format that reads them, and the settings that decide. */
const metadata: readonly (readonly [name: RegExp, format: string, settings: string])[] = [
    [/^kafka\.(timestamp|topic|partition|offset)$/, "kafka", "timestampColumnName"],
    [/^kafka\.key$/, "kafka", "keyFormat and keyColumnName"],
    [/^kafka\.header\./, "kafka", "headerFormat and headerLabelPrefix"],
    [/^kinesis\.timestamp$/, "kinesis", "timestampColumnName"],
    [/^kinesis\.partitionKey$/, "kinesis", "partitionKeyColumnName"],
];

/** The data types of the metadata columns that a format adds to the columns of the payload. */
function metadataTypes({ format, keyFormat, headerFormat, ...names }: PartialSettings) {
    const { timestampColumnName = `${format ?? ""}.timestamp`, keyColumnName = "kafka.key" } = names;
    const { partitionKeyColumnName = "kinesis.partitionKey", headerLabelPrefix = "kafka.header." } = names;
    const types = new Map<unknown, "long" | "string">();
    if (format === "kafka") {
        types.set("kafka.topic", "string");
        if (keyFormat !== undefined) types.set(keyColumnName, "string");
        // Druid's Kafka format also adds the position of a record.
        for (const name of ["kafka.partition", "kafka.offset", timestampColumnName]) types.set(name, "long");
    }
    if (format === "kinesis") types.set(partitionKeyColumnName, "string").set(timestampColumnName, "long");
    const prefix = format === "kafka" && headerFormat !== undefined ? headerLabelPrefix : undefined;
    const isHeader = (name: string) => isText(prefix) && name.startsWith(prefix);
    return {
        includes: (name: string) => types.has(name) || isHeader(name),
        typeOf: (name: string) => types.get(name) ?? (prefix !== "" && isHeader(name) ? "string" : undefined),
    };
}

/** The fields of the incoming records, which the mappings and the filter of a job may use. */
export interface InputFields {
    /** The data type of a field, where it is known. */
    readonly typeOf: (name: string) => string | undefined;
    /** What is wrong with the use of a field, which may stand where a text is meant. */
    readonly problemOf: (name: string, isCompared: boolean) => string | undefined;
    /** What is wrong with the declaration of the fields. */
    readonly problems: readonly Problem[];
    /** What may be wrong with it. */
    readonly warnings: readonly Problem[];
}

export function inputFields({ source }: PartialArguments): InputFields {
    const settings: PartialSettings = source?.formatSettings ?? {};
    const hasUnknown = source?.formatSettings.hasUnknown ?? true;
    const { format, valueFormat = {} } = settings;
    const payload = format === "kafka" || format === "kinesis" ? valueFormat : settings;
    const columns = payload.columns?.length && payload.columns.every(isText) ? payload.columns : undefined;
    const fields = source?.inputSchema ?? [];
    const types = new Map(fields.map((field) => [field?.name, field?.dataType]));
    const names = fields.flatMap((field) => field?.name ?? []);
    // Whether there may be fields that cannot be read yet.
    const isOpen = hasUnknown || names.length < fields.length;
    const added = metadataTypes(settings);

    function metadataProblem(name: string): string | undefined {
        const [, needed, deciding] = metadata.find(([pattern]) => pattern.test(name)) ?? [];
        const isInPayload = columns?.includes(name) ?? (payload.columns ?? payload.flattenSpec) !== undefined;
        if (needed === undefined || isInPayload || added.includes(name)) return undefined;
        const cure = needed === format ? `look at ${String(deciding)}` : `it needs the format "${needed}"`;
        return `is a metadata column, which this format does not read; ${cure}`;
    }

    function columnProblem(name: string): string | undefined {
        if (columns === undefined || columns.includes(name) || added.includes(name)) return undefined;
        return `expected a field that the format's columns name${hint(name, columns)}`;
    }

    const inDeclaration = (problemOf: (name: string) => string | undefined) =>
        fields.flatMap((field, index): Problem[] => {
            const message = hasUnknown || field?.name === undefined ? undefined : problemOf(field.name);
            return message === undefined ? [] : [{ path: ["source", "inputSchema", index, "name"], message }];
        });

    return {
        typeOf: (name) => (types.has(name) ? types.get(name) : added.typeOf(name)),
        problemOf: (name, isCompared) => {
            if (isOpen || added.includes(name) || types.has(name)) return undefined;
            const problem = metadataProblem(name);
            if (problem !== undefined) return problem;
            const text = isCompared && nearest(name, names) === undefined ? " (a text stands in single quotes)" : "";
            if (fields.length === 0) return `has to be declared in source.inputSchema${text}`;
            return `is not declared in source.inputSchema${hint(name, names)}${text}`;
        },
        problems: inDeclaration(columnProblem),
        // The records may have a field of that name themselves.
        warnings: inDeclaration(metadataProblem),
    };
}
