import { didYouMean, nearest } from "../../values/shape";
import type { Problem } from "../../values/shape";

export type IsUnknown = (value: unknown) => boolean;
type Members = Readonly<Record<string, unknown>>;

export const membersOf = (value: unknown): Members =>
    typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : {};

export const entriesOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

export const isText = (value: unknown): value is string => typeof value === "string";

/** The settings of a job's format, and of those within it, with their paths. */
export function formatsIn(source: unknown): { path: string[]; format: Members }[] {
    const path = ["source", "formatSettings"];
    const format = membersOf(membersOf(source).formatSettings);
    const inner = ["valueFormat", "keyFormat"].map((name) => ({
        path: [...path, name],
        format: membersOf(format[name]),
    }));
    return [{ path, format }, ...inner];
}

/** The suggestion of a name, unless it would be a long list. */
function hint(name: string, known: readonly string[]): string {
    const text = known.length === 0 ? "" : didYouMean(name, known);
    return text === "" || text.length > 100 ? "" : `; ${text}`;
}

/** What metadata columns are called unless a format's settings say otherwise, and the settings that decide. */
const metadata: readonly (readonly [name: RegExp, format: string, settings: string])[] = [
    [/^kafka\.(timestamp|topic|partition|offset)$/, "kafka", "timestampColumnName"],
    [/^kafka\.key$/, "kafka", "keyFormat and keyColumnName"],
    [/^kafka\.header\./, "kafka", "headerFormat and headerLabelPrefix"],
    [/^kinesis\.timestamp$/, "kinesis", "timestampColumnName"],
    [/^kinesis\.partitionKey$/, "kinesis", "partitionKeyColumnName"],
];

/** The metadata columns that a format adds to those of the payload. */
function addedBy({ format, ...settings }: Members) {
    const { timestampColumnName = `${String(format)}.timestamp` } = settings;
    const { keyFormat, keyColumnName = "kafka.key", partitionKeyColumnName = "kinesis.partitionKey" } = settings;
    const { headerFormat, headerLabelPrefix = "kafka.header." } = settings;
    // Druid's format of Kafka adds the place of a record as well.
    const places = ["kafka.partition", "kafka.offset"];
    const kafka = [timestampColumnName, "kafka.topic", ...places, ...(keyFormat === undefined ? [] : [keyColumnName])];
    const kinesis = [timestampColumnName, partitionKeyColumnName];
    const names: unknown[] = format === "kafka" ? kafka : format === "kinesis" ? kinesis : [];
    const prefix = format === "kafka" && headerFormat !== undefined ? headerLabelPrefix : undefined;
    const isHeader = (name: string) => isText(prefix) && name.startsWith(prefix);
    return {
        includes: (name: string) => names.includes(name) || isHeader(name),
        typeOf(name: string) {
            if (names.includes(name)) return [timestampColumnName, ...places].includes(name) ? "long" : "string";
            return prefix !== "" && isHeader(name) ? "string" : undefined;
        },
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

export function inputFields(source: unknown, isUnknown: IsUnknown): InputFields {
    const hides = (value: unknown): boolean =>
        isUnknown(value) || (typeof value === "object" && value !== null && Object.values(value).some(hides));
    const { formatSettings, inputSchema = [] } = membersOf(source);
    const settings = membersOf(formatSettings);
    const { format, valueFormat } = settings;
    const payload = format === "kafka" || format === "kinesis" ? membersOf(valueFormat) : settings;
    // A list without a name, or with something else, is refused by itself.
    const listed = entriesOf(payload.columns);
    const columns = listed.length > 0 && listed.every((column) => isText(column)) ? listed : undefined;
    const names = entriesOf(inputSchema).map((entry) => membersOf(entry).name);
    const types = new Map(entriesOf(inputSchema).map((entry) => [membersOf(entry).name, membersOf(entry).dataType]));
    const declared = names.filter(isText);
    // Whether a name may be missing here because it is not known yet, or not valid.
    const isOpen =
        [formatSettings, names].some(hides) ||
        membersOf(source) !== source ||
        declared.length < names.length ||
        !Array.isArray(inputSchema);
    const added = addedBy(settings);

    function metadataProblem(name: string): string | undefined {
        const [, needed, deciding] = metadata.find(([pattern]) => pattern.test(name)) ?? [];
        const isOwn = columns?.includes(name) ?? (payload.columns ?? payload.flattenSpec) !== undefined;
        if (needed === undefined || isOwn || added.includes(name)) return undefined;
        const cure = needed === format ? `look at ${String(deciding)}` : `it needs the format "${needed}"`;
        return `is a metadata column, which this format does not read; ${cure}`;
    }

    return {
        typeOf: (name) => {
            const type = types.get(name) ?? added.typeOf(name);
            return isText(type) && !isUnknown(type) ? type : undefined;
        },
        problemOf: (name, isCompared) => {
            if (isOpen || added.includes(name) || types.has(name)) return undefined;
            const problem = metadataProblem(name);
            if (problem !== undefined) return problem;
            const text = isCompared && nearest(name, declared) === undefined ? " (a text stands in single quotes)" : "";
            if (names.length === 0) return `has to be declared in source.inputSchema${text}`;
            return `is not declared in source.inputSchema${hint(name, declared)}${text}`;
        },
        problems: names.flatMap((name, index) => {
            const isRead = columns === undefined || !isText(name) || columns.includes(name) || added.includes(name);
            if (isRead || isUnknown(name) || hides(formatSettings)) return [];
            const message = `expected a field that the format's columns name${hint(name, columns)}`;
            return [{ path: ["source", "inputSchema", index, "name"], message }];
        }),
        // The records may have a field of that name themselves.
        warnings: names.flatMap((name, index) => {
            if (!isText(name) || isUnknown(name) || hides(formatSettings)) return [];
            const message = metadataProblem(name);
            return message === undefined ? [] : [{ path: ["source", "inputSchema", index, "name"], message }];
        }),
    };
}
