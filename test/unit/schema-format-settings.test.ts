import { pathText } from "../../provider/values/json";
import { meansTheSame } from "../../provider/values/canonical";
import { formatSettings } from "../../provider/streaming-job/format-settings";

const problems = (given: unknown) =>
    formatSettings.safeParse(given).error?.issues.map(({ path, message }) => `${pathText(path)}: ${message}`) ?? [];

const registry = { type: "connection", connectionName: "registry" };
const csv = { format: "csv", columns: ["key"] };
const ndJson = { format: "nd-json" };

describe("format settings", () => {
    it.each([
        ["nd-json", ndJson],
        ["nd-json with a flattenSpec", { ...ndJson, flattenSpec: { useFieldDiscovery: false, fields: [{ a: [1] }] } }],
        ["csv", { ...csv, delimiter: "|", listDelimiter: ";" }],
        ["regex", { format: "regex", pattern: "^(\\S+) (.*)$", columns: ["t", "v"] }],
        [
            "Kafka with a regex of value and key",
            {
                format: "kafka",
                valueFormat: { format: "regex", pattern: "(.*)", columns: ["v"] },
                keyFormat: { format: "regex", pattern: "^(\\d+)", columns: ["key"] },
            },
        ],
        ["Avro with a registry", { format: "avro_stream", parseSchemaProvider: registry, binaryAsString: true }],
        [
            "Avro with a schema in place",
            { format: "avro_stream", parseSchemaProvider: { type: "inline-avro", schema: { type: "string" } } },
        ],
        [
            "Protobuf with a descriptor in place",
            {
                format: "protobuf",
                parseSchemaProvider: { type: "inline-protobuf", descriptor: "Cg==", protoMessageType: "a.Order" },
            },
        ],
        ["Protobuf with a registry", { format: "protobuf", parseSchemaProvider: registry }],
        [
            "Kafka with key, headers and timestamp",
            {
                format: "kafka",
                valueFormat: { format: "avro_stream", parseSchemaProvider: registry },
                keyFormat: csv,
                keyColumnName: "key",
                headerFormat: "utf-8",
                headerLabelPrefix: "",
                timestampColumnName: "at",
            },
        ],
        ["Kinesis", { format: "kinesis", valueFormat: ndJson, partitionKeyColumnName: "pk" }],
    ])("can be those of %s", (_, given) => {
        expect(problems(given)).toEqual([]);
    });

    const formats = '"nd-json", "csv", "regex", "avro_stream", "protobuf"';

    it.each([
        [{}, [`format: expected one of ${formats}, "kafka", "kinesis"`]],
        [{ format: "json" }, [`format: expected one of ${formats}, "kafka", "kinesis"`]],
        [{ format: "parquet" }, [`format: expected one of ${formats}, "kafka", "kinesis"`]],
        ["nd-json", [": expected an object"]],
        [{ format: "csv", columns: [] }, ["columns: expected the names of the columns, which a stream does not carry"]],
        [
            { ...csv, skipHeaderRows: 1 },
            [': unknown property "skipHeaderRows"; known are format, columns, delimiter, listDelimiter'],
        ],
        [
            { ...csv, columns: ["a", ""], delimiter: "" },
            ["columns[1]: expected a text that is not empty", "delimiter: expected a text that is not empty"],
        ],
        [
            { format: "regex", columns: [] },
            [
                "pattern: Invalid input: expected string, received undefined",
                "columns: expected the names of the pattern's groups",
            ],
        ],
        [{ format: "regex", pattern: "(.*)" }, ["columns: Invalid input: expected array, received undefined"]],
        [
            { format: "avro_stream", parseSchemaProvider: { type: "inline" } },
            ['parseSchemaProvider.type: expected one of "connection", "inline-avro", "inline-protobuf"'],
        ],
        [
            { format: "protobuf", parseSchemaProvider: { type: "inline-protobuf", descriptor: "not base64!" } },
            ["parseSchemaProvider.descriptor: expected the descriptor in base64"],
        ],
        [
            { format: "kafka", valueFormat: { format: "kafka", valueFormat: ndJson } },
            [`valueFormat.format: expected one of ${formats}`],
        ],
        [
            { format: "kafka", valueFormat: ndJson, headerFormat: "UTF-8" },
            ['headerFormat: expected one of "utf-8", "utf-16", "utf-16be", "utf-16le", "iso-8859-1", "us-ascii"'],
        ],
        [
            { format: "kafka", valueFormat: ndJson, keyFormat: { format: "csv" } },
            ["keyFormat.columns: Invalid input: expected array, received undefined"],
        ],
        [
            { format: "kafka", valueFormat: ndJson, keyColumn: "k" },
            [': unknown property "keyColumn"; did you mean "keyColumnName"?'],
        ],
        [{ ...ndJson, flattenSpec: "none" }, ["flattenSpec: expected an object"]],
    ])("cannot be %j", (given, expected) => {
        expect(problems(given)).toEqual(expected);
    });

    it.each([
        [{ ...csv }, { ...csv, delimiter: ",", listDelimiter: "\u0001" }],
        [
            { format: "avro_stream", parseSchemaProvider: registry },
            { format: "avro_stream", parseSchemaProvider: registry, binaryAsString: false, extractUnionsByType: false },
        ],
        [
            { format: "kafka", valueFormat: csv },
            {
                format: "kafka",
                valueFormat: { ...csv, delimiter: "," },
                keyColumnName: "kafka.key",
                headerLabelPrefix: "kafka.header.",
                timestampColumnName: "kafka.timestamp",
            },
        ],
        [
            { format: "kinesis", valueFormat: ndJson },
            {
                format: "kinesis",
                valueFormat: { ...ndJson, flattenSpec: null },
                partitionKeyColumnName: "kinesis.partitionKey",
                timestampColumnName: "kinesis.timestamp",
            },
        ],
    ])("%j mean the same with the API's defaults written out", (short, long) => {
        expect(meansTheSame(formatSettings, short, long)).toBe(true);
    });

    it.each([
        [csv, { ...csv, delimiter: ";" }],
        [csv, { ...csv, columns: ["key", "other"] }],
        [
            { ...csv, columns: ["a", "b"] },
            { ...csv, columns: ["b", "a"] },
        ],
        [ndJson, { ...ndJson, flattenSpec: {} }],
        [
            { format: "kafka", valueFormat: ndJson },
            { format: "kafka", valueFormat: ndJson, headerFormat: "utf-8" },
        ],
        [
            { format: "kafka", valueFormat: ndJson },
            { format: "kafka", valueFormat: ndJson, headerLabelPrefix: "" },
        ],
        [ndJson, csv],
    ])("%j mean something else than %j", (one, other) => {
        expect(meansTheSame(formatSettings, one, other)).toBe(false);
    });
});
