import { connectionEffects } from "../../provider/kafka-connection/impact";
import { jobCreateEffects, jobEffects } from "../../provider/streaming-job/impact";
import type { Declared } from "../../provider/engine/resource";
import { unknown } from "../../provider/values/unknown";

/** What previews say of a job that will begin elsewhere than at its offsets. */

const connection = { name: "orders", bootstrapServers: "b-1.example.com:9096", topicName: "orders" };
const job = {
    jobId: "0f3a8a52",
    target: { tableName: "orders" },
    source: { connectionName: "orders", formatSettings: { format: "nd-json" } },
};

/** The program declares the connection: as the state has it, and as it is to be. */
const declared =
    (olds: object, inputs: object): Declared =>
    (noun, id) =>
        noun === "KafkaConnection" && id === "orders"
            ? { olds: { ...connection, ...olds }, inputs: { ...connection, ...inputs } }
            : undefined;

const planned = (changed: string[], declaration: Declared) => ({ changed, replaces: [], declaration });
const mappings = [{ columnName: "__time", expression: 'TIME_PARSE("t")' }];

const swapped = (state: object, olds: object, inputs: object, more: object = {}) =>
    jobEffects({ ...job, ...state }, { ...job, mappings, ...more }, planned(["mappings"], declared(olds, inputs)))[0];
const restarted = (state: object, olds: object, inputs: object) =>
    jobEffects(
        { ...job, ...state },
        { ...job, restartTrigger: "2" },
        planned(["restartTrigger"], declared(olds, inputs)),
    )[0];

const atItsOffsets = "mappings changes: the running job is swapped for a new one that goes on at its offsets";

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
        'mappings changes: the running job is swapped for a new one that begins the topic "payments" at readFromPoint (latest), as its table has no offsets for it unless it has read it before; what it has not read of "orders" stays unread',
    ],
    [
        "the topic has changed before, without a restart",
        { topicName: "orders" },
        { topicName: "payments" },
        { topicName: "payments" },
        'mappings changes: the running job is swapped for a new one that begins the topic "payments" at readFromPoint (latest), as its table has no offsets for it unless it has read it before; what it has not read of "orders" stays unread',
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
        `${atItsOffsets} where the connection reads the same topic, and begins another topic at readFromPoint`,
    ],
])("a swap says where the new job begins when %s", (_, state, olds, inputs, sentence) => {
    expect(swapped(state, olds, inputs)).toBe(sentence);
});

it("compares the brokers of another connection, and of earlier runs", () => {
    const recorded = { ...job, topicName: "orders", bootstrapServers: "old.example.com:9092" };
    const risk = /goes on at its offsets, which are not valid if the brokers are of another cluster/;
    expect(swapped(recorded, {}, {})).toMatch(risk);
    expect(restarted(recorded, {}, {})).toMatch(risk);
    expect(swapped({ ...recorded, bootstrapServers: connection.bootstrapServers }, {}, {})).toBe(atItsOffsets);
});

it("promises nothing of a connection that the program does not declare", () => {
    const nobody: Declared = () => undefined;
    const [note] = jobEffects({ ...job, topicName: "orders" }, { ...job, mappings }, planned(["mappings"], nobody));
    expect(note).toBe(
        `${atItsOffsets} where the connection reads the same topic, and begins another topic at readFromPoint`,
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
    const suspended = { ...job, desiredExecutionStatus: "suspended" };
    const resumed = planned(["desiredExecutionStatus"], declared({}, { topicName: "payments" }));
    expect(jobEffects(suspended, job, resumed)).toEqual([
        expect.stringMatching(/^the job is resumed, and begins the topic "payments"/),
    ]);
});

it("does not speak of a topic where another connection reads the same one", () => {
    const declaration: Declared = (_, id) => ({ olds: {}, inputs: { ...connection, name: id } });
    const source = { ...job.source, connectionName: "other" };
    const notes = jobEffects({ ...job, topicName: "orders" }, { ...job, source }, planned(["source"], declaration));
    expect(notes).toEqual(["source changes: the running job is swapped for a new one that goes on at its offsets"]);
});

describe("a change of a connection", () => {
    const notes = (changed: string[], change: object) =>
        connectionEffects(
            connection,
            { ...connection, ...change },
            planned(changed, () => undefined),
        );

    it("of its topic says what its jobs will do", () => {
        expect(notes(["topicName"], { topicName: "payments" })).toEqual([
            "updates topicName in place: jobs that run go on with what they have until they are restarted (restartTrigger)",
            'a job that is restarted or swapped then begins the topic "payments" at its readFromPoint, as its table has no offsets for it unless it has read it before; what it has not read of "orders" stays unread',
        ]);
    });

    it("to a pattern says that topics may be read again", () => {
        const change = { topicName: "orders.*", topicNameIsPattern: true };
        expect(notes(["topicName", "topicNameIsPattern"], change)[1]).toMatch(
            /may read topics again .* from a topic to a pattern$/,
        );
    });

    it("of its brokers says that offsets are a cluster's own", () => {
        expect(notes(["bootstrapServers"], { bootstrapServers: "other.example.com:9096" })[1]).toBe(
            "if these are brokers of another cluster, offsets of the old one are not valid there: change resetTrigger of the jobs that read it",
        );
    });

    it.each([
        [
            "b-1.orders.a1b2c3.c2.kafka.us-east-1.amazonaws.com:9098",
            "b-2-public.orders.a1b2c3.c2.kafka.us-east-1.amazonaws.com:9198",
        ],
        [
            "b-1.orders.a1b2c3.c2.kafka.us-east-1.amazonaws.com:9098",
            "b-1.iam.orders.a1b2c3.c2.kafka.us-east-1.amazonaws.com:14001",
        ],
        ["a.example.com:9092", "A.example.com:9093,b.example.com:9093"],
    ])("of its brokers within one cluster says nothing of offsets: %s, %s", (before, after) => {
        const olds = { ...connection, bootstrapServers: before };
        const planning = planned(["bootstrapServers"], () => undefined);
        expect(connectionEffects(olds, { ...connection, bootstrapServers: after }, planning)).toHaveLength(1);
    });

    it("of its description says nothing", () => {
        expect(notes(["description"], { description: "note" })).toEqual([]);
    });
});

it.each<[object, number]>([
    [{ readFromPoint: "earliest" }, 1],
    [{ readFromPoint: "earliest", lateMessageRejectionPeriod: "P30D" }, 1],
    [{ readFromPoint: "earliest", lateMessageRejectionPeriod: "P10Y" }, 0],
    [{ readFromPoint: "latest" }, 0],
    [{}, 0],
    [{ readFromPoint: "earliest", lateMessageRejectionPeriod: unknown }, 0],
])("a create with %j says that old rows are dropped: %d", (inputs, count) => {
    expect(jobCreateEffects({ ...job, ...inputs })).toHaveLength(count);
});
