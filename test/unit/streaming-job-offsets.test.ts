import type { Declared } from "../../provider/engine/resource";
import { streamingJob } from "../../provider/streaming-job/streaming-job";
import { unknown } from "../../provider/values/unknown";
import { declarationOf, sentencesOf } from "../support/plan";

/** What previews say of a job that will begin elsewhere than at its offsets. */

const connection = { name: "orders", bootstrapServers: "b-1.example.com:9096", topicName: "orders" };
const job = {
    jobId: "0f3a8a52",
    target: { tableName: "orders" },
    source: { connectionName: "orders", formatSettings: { format: "nd-json" } },
    mappings: [{ columnName: "__time", expression: '"t"' }],
};

/** The program declares the connection: as the state has it, and as it is to be. */
const declared =
    (olds: object, inputs: object): Declared =>
    (noun, id) =>
        noun === "KafkaConnection" && id === "orders"
            ? declarationOf({ ...connection, ...olds }, { ...connection, ...inputs })
            : undefined;

const mappings = [{ columnName: "__time", expression: 'TIME_PARSE("t")' }];

const describeChange = (state: object, inputs: object, declaration: Declared) =>
    sentencesOf(streamingJob, { ...job, ...state }, { ...job, ...inputs }, declaration);
const swapped = (state: object, olds: object, inputs: object, more: object = {}) =>
    describeChange({ ...more, ...state }, { mappings, ...more }, declared(olds, inputs))[0];
const restarted = (state: object, olds: object, inputs: object) =>
    describeChange(state, { restartTrigger: "2" }, declared(olds, inputs))[0];

const atItsOffsets = "mappings changes: the running job is swapped for a new one that continues at its offsets";

it.each<[string, object, object, object, string]>([
    ["nothing of the connection changes", {}, {}, {}, atItsOffsets],
    ["its topic is the recorded one", { topicName: "orders" }, {}, {}, atItsOffsets],
    [
        "the order of the brokers changes",
        {},
        { bootstrapServers: "a:1,b:2" },
        { bootstrapServers: "b:2,a:1" },
        atItsOffsets,
    ],
    [
        "the topic changes",
        {},
        {},
        { topicName: "payments" },
        'mappings changes: the running job is swapped for a new one that begins the topic "payments" at readFromPoint (latest), unless its table has read it before, and leaves the unread records of "orders"',
    ],
    [
        "the topic has changed before, without a restart",
        { topicName: "orders" },
        { topicName: "payments" },
        { topicName: "payments" },
        'mappings changes: the running job is swapped for a new one that begins the topic "payments" at readFromPoint (latest), unless its table has read it before, and leaves the unread records of "orders"',
    ],
    [
        "a topic becomes a pattern",
        {},
        {},
        { topicName: "orders.*", topicNameIsPattern: true },
        "mappings changes: the running job is swapped for a new one that may read topics again from readFromPoint (latest), or be refused, as its connection changes from a topic to a pattern",
    ],
    [
        "a pattern becomes a topic",
        { topicName: "orders.*", topicNameIsPattern: true },
        {},
        {},
        "mappings changes: the running job is swapped for a new one that may read topics again from readFromPoint (latest), or be refused, as its connection changes from a pattern to a topic",
    ],
    [
        "a pattern becomes another",
        { topicName: "orders.*", topicNameIsPattern: true },
        {},
        { topicName: "pay.*", topicNameIsPattern: true },
        "mappings changes: the running job is swapped for a new one that may read topics again from readFromPoint (latest), or be refused, as its connection changes from a pattern to another pattern",
    ],
    [
        "the brokers change",
        {},
        {},
        { bootstrapServers: "other.example.com:9096" },
        `${atItsOffsets}, which are not valid if the brokers are of another cluster (then change resetTrigger as well)`,
    ],
    [
        "the topic is not known yet",
        {},
        {},
        { topicName: unknown },
        `${atItsOffsets} if the connection reads the same topic, and begins another topic at readFromPoint`,
    ],
])("a swap says where the new job begins when %s", (_, state, olds, inputs, sentence) => {
    expect(swapped(state, olds, inputs)).toBe(sentence);
});

it("compares the brokers of another connection, and of earlier runs", () => {
    const recorded = { ...job, topicName: "orders", bootstrapServers: "old.example.com:9092" };
    const risk = /continues at its offsets, which are not valid if the brokers are of another cluster/;
    expect(swapped(recorded, {}, {})).toMatch(risk);
    expect(restarted(recorded, {}, {})).toMatch(risk);
    expect(swapped({ ...recorded, bootstrapServers: connection.bootstrapServers }, {}, {})).toBe(atItsOffsets);
});

it("promises nothing of a connection that the program does not declare", () => {
    const nobody: Declared = () => undefined;
    const [sentence] = describeChange({ topicName: "orders" }, { mappings }, nobody);
    expect(sentence).toBe(
        `${atItsOffsets} if the connection reads the same topic, and begins another topic at readFromPoint`,
    );
});

it("names the readFromPoint that counts", () => {
    expect(swapped({}, {}, { topicName: "payments" }, { readFromPoint: "earliest" })).toContain(
        "readFromPoint (earliest)",
    );
});

it("says the same of a restart and of a job that is resumed", () => {
    expect(restarted({}, {}, {})).toBe(
        "the job is restarted (suspended and resumed) at its offsets, with the connection as it is now",
    );
    expect(restarted({}, {}, { topicName: "payments" })).toMatch(
        /^the job is restarted \(suspended and resumed\) with the connection as it is now, and begins the topic "payments"/,
    );
    const suspended = { desiredExecutionStatus: "suspended" };
    expect(describeChange(suspended, {}, declared({}, { topicName: "payments" }))).toEqual([
        expect.stringMatching(/^the job is resumed, and begins the topic "payments"/),
    ]);
});

it("does not speak of a topic where another connection reads the same one", () => {
    const declaration: Declared = (_, id) => declarationOf({}, { ...connection, name: id });
    const source = { ...job.source, connectionName: "other" };
    expect(describeChange({ topicName: "orders" }, { source }, declaration)).toEqual([
        "source changes: the running job is swapped for a new one that continues at its offsets",
    ]);
});
