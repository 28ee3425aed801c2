import { unknown } from "../../provider/values/unknown";
import { problemsOf, problemText } from "../../provider/engine/validation";
import { streamingJobInputs, streamingJobProblems, streamingJobWarnings } from "../../provider/streaming-job/schema";

type Members = Record<string, unknown>;

const ndJson = { format: "nd-json" };
const csv = (...columns: string[]) => ({ format: "csv", columns });
const regex = (...columns: string[]) => ({ format: "regex", pattern: "(.*)", columns });
const kafka = (more: Members = {}) => ({ format: "kafka", valueFormat: ndJson, ...more });
const kinesis = (more: Members = {}) => ({ format: "kinesis", valueFormat: ndJson, ...more });

/** A job that declares some fields, and uses others. */
const jobOf = (formatSettings: unknown, declared: readonly unknown[], used: readonly string[] = []) => ({
    target: { tableName: "orders" },
    source: {
        connectionName: "orders",
        formatSettings,
        inputSchema: declared.map((name) => ({ name, dataType: "string" })),
    },
    mappings: [
        { columnName: "__time", expression: "CURRENT_TIMESTAMP" },
        ...used.map((name, at) => ({ columnName: `column_${at}`, expression: `"${name}"` })),
    ],
});

const problemsIn = (job: Members) => problemsOf(streamingJobInputs, streamingJobProblems, job).map(problemText);
const warningsIn = (job: Members) => streamingJobWarnings(job).map(problemText);

describe("the columns of a format", () => {
    const notNamed = (index: number, hint: string) =>
        `source.inputSchema[${index}].name: expected a field that the format's columns name; ${hint}`;

    it.each<[string, unknown, string[], string[]]>([
        ["csv", csv("a", "b"), ["t", "B"], [notNamed(0, "known are a, b"), notNamed(1, 'did you mean "b"?')]],
        ["csv with another case", csv("Country", "b"), ["country"], [notNamed(0, 'did you mean "Country"?')]],
        ["regex", regex("at", "message"), ["at", "mesage"], [notNamed(1, 'did you mean "message"?')]],
        ["csv in Kafka", kafka({ valueFormat: csv("at") }), ["created"], [notNamed(0, "known are at")]],
        ["regex in Kinesis", kinesis({ valueFormat: regex("at") }), ["created"], [notNamed(0, "known are at")]],
    ])("of %s have to name all declared fields", (_, format, declared, problems) => {
        expect(problemsIn(jobOf(format, declared))).toEqual(problems);
    });

    it.each<[string, unknown, string[]]>([
        ["csv", csv("a", "b"), ["a"]],
        ["csv without any declared field", csv("a", "b"), []],
        [
            "csv beside Kafka's own",
            kafka({ valueFormat: csv("v"), keyFormat: csv("key"), headerFormat: "utf-8" }),
            ["v", "kafka.key", "kafka.timestamp", "kafka.topic", "kafka.header.trace-id"],
        ],
        [
            "csv beside the places of records in Kafka",
            kafka({ valueFormat: csv("v") }),
            ["v", "kafka.topic", "kafka.partition", "kafka.offset"],
        ],
        [
            "csv beside Kafka's own by other names",
            kafka({
                valueFormat: csv("v"),
                keyFormat: regex("key"),
                keyColumnName: "k",
                timestampColumnName: "at",
                headerFormat: "utf-8",
                headerLabelPrefix: "h-",
            }),
            ["v", "k", "at", "h-trace"],
        ],
        [
            "csv beside headers without a prefix",
            kafka({ valueFormat: csv("v"), headerFormat: "utf-8", headerLabelPrefix: "" }),
            ["v", "anything"],
        ],
        [
            "csv beside Kinesis' own",
            kinesis({ valueFormat: csv("v"), partitionKeyColumnName: "pk" }),
            ["v", "pk", "kinesis.timestamp"],
        ],
        ["csv that are not known yet", { format: "csv", columns: unknown }, ["v"]],
        ["csv of which one is not known yet", { format: "csv", columns: [unknown, "v"] }, ["t", "v"]],
    ])("can be those of %s", (_, format, declared) => {
        expect(problemsIn(jobOf(format, declared, declared))).toEqual([]);
    });

    it.each<[string, unknown, string]>([
        ["csv", csv("a", "b", "a"), "columns[2]: is the same name as columns[0]"],
        ["regex", regex("a", "a"), "columns[1]: is the same name as columns[0]"],
        ["a value", kafka({ valueFormat: csv("a", "a") }), "valueFormat.columns[1]: is the same name as columns[0]"],
        ["a key", kafka({ keyFormat: regex("k", "k") }), "keyFormat.columns[1]: is the same name as columns[0]"],
    ])("of %s take each name once", (_, format, problem) => {
        expect(problemsIn(jobOf(format, []))).toEqual([`source.formatSettings.${problem}`]);
    });
});

it("declares a field once, and may declare several that are not known yet", () => {
    expect(problemsIn(jobOf(ndJson, ["a", "b", "a", "b", "A"]))).toEqual([
        "source.inputSchema[2].name: declares the same field as inputSchema[0]",
        "source.inputSchema[3].name: declares the same field as inputSchema[1]",
    ]);
    expect(problemsIn(jobOf(ndJson, [unknown, unknown]))).toEqual([]);
});

describe("a metadata column", () => {
    const problem = (cure: string) =>
        `mappings[1].expression: the field at character 1 is a metadata column, which this format does not read; ${cure}`;
    const needsKafka = problem('it needs the format "kafka"');
    const key = "look at keyFormat and keyColumnName";
    const header = "look at headerFormat and headerLabelPrefix";

    it.each<[string, unknown, string]>([
        ["kafka.timestamp", ndJson, needsKafka],
        ["kafka.key", ndJson, needsKafka],
        ["kafka.header.trace-id", ndJson, needsKafka],
        ["kafka.timestamp", kinesis(), needsKafka],
        ["kafka.topic", regex("a"), needsKafka],
        ["kinesis.timestamp", kafka(), problem('it needs the format "kinesis"')],
        ["kinesis.partitionKey", ndJson, problem('it needs the format "kinesis"')],
        ["kafka.key", kafka(), problem(key)],
        ["kafka.key", kafka({ keyFormat: csv("key"), keyColumnName: "k" }), problem(key)],
        ["kafka.header.a", kafka(), problem(header)],
        ["kafka.header.a", kafka({ headerFormat: "utf-8", headerLabelPrefix: "h." }), problem(header)],
        ["kafka.timestamp", kafka({ timestampColumnName: "at" }), problem("look at timestampColumnName")],
        ["kinesis.timestamp", kinesis({ timestampColumnName: "at" }), problem("look at timestampColumnName")],
    ])("%s is not read by %j", (name, format, expected) => {
        expect(problemsIn(jobOf(format, [], [name]))).toEqual([expected]);
    });

    it.each<[string, unknown, string]>([
        ["kafka.key", ndJson, 'it needs the format "kafka"'],
        ["kafka.timestamp", kinesis(), 'it needs the format "kafka"'],
        ["kafka.offset", ndJson, 'it needs the format "kafka"'],
        ["kafka.header.x", ndJson, 'it needs the format "kafka"'],
        ["kafka.header.x", kafka(), header],
        ["kafka.key", kafka(), key],
    ])("%s can be a declared field of %j, with a warning", (name, format, cure) => {
        const job = jobOf(format, ["v", name], [name]);
        expect(problemsIn(job)).toEqual([]);
        expect(warningsIn(job)).toEqual([
            `source.inputSchema[1].name: is a metadata column, which this format does not read; ${cure}`,
        ]);
    });

    it.each([csv("v", null as never), { format: "csv" }])(
        "of %j is not missed beside faults of the columns",
        (format) => {
            const problems = problemsIn(jobOf(format, ["v", "other"], ["other", "v"]));
            expect(problems).toEqual([expect.stringMatching(/^source\.formatSettings\.columns/)]);
        },
    );

    it.each<[string, unknown]>([
        ["kafka.timestamp", kafka()],
        ["kafka.topic", kafka()],
        ["kafka.key", kafka({ keyFormat: csv("key") })],
        ["kafka.key", kafka({ keyFormat: unknown })],
        ["kafka.header.trace-id", kafka({ headerFormat: "utf-8" })],
        ["kafka.header.trace-id", kafka({ headerFormat: unknown })],
        ["kinesis.partitionKey", kinesis()],
        ["at", kafka({ timestampColumnName: "at" })],
        ["kafka.key", unknown],
    ])("%s is read by %j, declared or not", (name, format) => {
        expect(problemsIn(jobOf(format, [], [name]))).toEqual([]);
        expect(problemsIn(jobOf(format, [name], [name]))).toEqual([]);
    });

    it.each<[string, unknown]>([
        ["kafka.key", csv("kafka.key")],
        ["kafka.timestamp", regex("kafka.timestamp")],
        ["kinesis.timestamp", kafka({ valueFormat: csv("kinesis.timestamp") })],
        ["kafka.key", { ...ndJson, flattenSpec: { fields: [] } }],
        ["kafkaesque.key", ndJson],
    ])("is an ordinary field where %s is a field of the records: %j", (name, format) => {
        expect(problemsIn(jobOf(format, [name], [name]))).toEqual([]);
        expect(warningsIn(jobOf(format, [name])).filter((warning) => !warning.includes("flattenSpec"))).toEqual([]);
    });

    it.each(["kafka.timestamp", "kafka.key"])("%s alone is not a time", (name) => {
        const { source, ...job } = jobOf(kafka({ keyFormat: csv("key") }), []);
        const mappings = [{ columnName: "__time", expression: `"${name}"` }];
        expect(problemsIn({ ...job, source, mappings })).toEqual([
            "mappings[0].expression: expected a time: apply TIME_PARSE or MILLIS_TO_TIMESTAMP to the field",
        ]);
    });
});

describe("a job is warned", () => {
    const flattened = { ...ndJson, flattenSpec: { fields: [] } };
    const deprecated = "is deprecated by Imply Polaris; let mappings read nested members, as JSON_VALUE does";

    it.each<[string, unknown, string[]]>([
        ["a flattenSpec", flattened, [`source.formatSettings.flattenSpec: ${deprecated}`]],
        [
            "flattenSpecs of value and key",
            kafka({ valueFormat: flattened, keyFormat: flattened }),
            [
                `source.formatSettings.valueFormat.flattenSpec: ${deprecated}`,
                `source.formatSettings.keyFormat.flattenSpec: ${deprecated}`,
            ],
        ],
        ["none", ndJson, []],
        ["one that is not known yet", { ...ndJson, flattenSpec: unknown }, []],
        ["a format that is not known yet", unknown, []],
    ])("of %s, and not refused", (_, format, warnings) => {
        expect(problemsIn(jobOf(format, []))).toEqual([]);
        expect(warningsIn(jobOf(format, []))).toEqual(warnings);
    });

    it.each([
        [
            "TIME_PARSE",
            "long",
            "TIME_PARSE reads texts, and the field is a number; MILLIS_TO_TIMESTAMP reads milliseconds",
        ],
        [
            "time_parse",
            "double",
            "TIME_PARSE reads texts, and the field is a number; MILLIS_TO_TIMESTAMP reads milliseconds",
        ],
        [
            "MILLIS_TO_TIMESTAMP",
            "string",
            "MILLIS_TO_TIMESTAMP reads numbers, and the field is a text; TIME_PARSE reads texts",
        ],
        ["TIME_PARSE", "string", undefined],
        ["MILLIS_TO_TIMESTAMP", "long", undefined],
        ["MILLIS_TO_TIMESTAMP", unknown, undefined],
    ])("of a time that %s makes of a %s", (parser, dataType, warning) => {
        const job = {
            ...jobOf(ndJson, []),
            source: { connectionName: "orders", formatSettings: ndJson, inputSchema: [{ name: "at", dataType }] },
            mappings: [{ columnName: "__time", expression: `${parser}("at")` }],
        };
        expect(problemsIn(job)).toEqual([]);
        expect(warningsIn(job)).toEqual(warning === undefined ? [] : [`mappings[0].expression: ${warning}`]);
    });
});
