import type { Declared } from "../../provider/engine/resource";
import { connectionFacts } from "../../provider/streaming-job/connection";
import { streamingJob } from "../../provider/streaming-job/streaming-job";
import { unknown } from "../../provider/values/unknown";
import { declarationOf, sentencesOf } from "../support/plan";

/** Its connection, as it is. */
const declared: Declared = (_noun, name) =>
    name === "orders-kafka" ? declarationOf({ topicName: "orders" }, { topicName: "orders" }) : undefined;

const job = {
    jobId: "0f3a8a52",
    target: { tableName: "orders" },
    source: { connectionName: "orders-kafka", formatSettings: { format: "nd-json" } },
    mappings: [{ columnName: "__time", expression: 'TIME_PARSE("t")' }],
    readFromPoint: "earliest",
};
const suspended = { ...job, desiredExecutionStatus: "suspended" };
const mappings = [{ columnName: "__time", expression: '"t"' }];

const describeChange = (state: object, inputs: object) =>
    sentencesOf(streamingJob, { ...state }, { ...inputs }, declared);

const swapSentence = "mappings changes: the running job is swapped for a new one that continues at its offsets";

describe("what a preview says of a job that follows its connection", () => {
    const follower = { ...job, restartOnConnectionChange: true };
    const settings = { topicName: "orders", bootstrapServers: "b:9092", description: "Orders" };
    const withConnection =
        (inputs: object): Declared =>
        () =>
            declarationOf(settings, { ...inputs });
    const { connectionFingerprint } = connectionFacts(follower, withConnection(settings));
    const started = { ...follower, connectionFingerprint, topicName: "orders", bootstrapServers: "b:9092" };
    const sentencesWith = (connection: object, state: object = started, inputs: object = follower) =>
        sentencesOf(streamingJob, { ...state }, { ...inputs }, withConnection({ ...settings, ...connection }));

    it("is restarted for what it reads of the connection, and not for a description or another spelling", () => {
        const secrets = { type: "sasl_plain", username: "u", password: "p" };
        const restarted =
            "the job is restarted (suspended and resumed) at its offsets, with the connection as it is now, because the connection has changed since the job was started";
        expect(sentencesWith({ secrets })).toEqual([restarted]);
        expect(sentencesWith({ ssl: { truststore: { certificates: "another" } } })).toEqual([restarted]);
        expect(sentencesWith({ topicName: "returns" })).toEqual([
            expect.stringMatching(/^the job is restarted .* and begins the topic "returns" at readFromPoint/),
        ]);
        expect(sentencesWith({ description: "All orders", bootstrapServers: " b:9092," })).toEqual([]);
    });

    it("is restarted once if the state does not say how the job was started", () => {
        expect(sentencesWith({}, job)).toEqual([
            expect.stringMatching(/^the job is restarted .* because the state does not say with which settings/),
        ]);
    });

    it("is not known while the connection is not, which is not said of one that it does not follow", () => {
        expect(sentencesWith({ secrets: { type: "sasl_plain", username: "u", password: unknown } })).toEqual([
            "not known yet: secrets of its connection, and so what happens to the running job",
        ]);
        expect(sentencesWith({ topicName: unknown }, job, job)).toEqual([]);
    });

    it("needs no restart while it is suspended, resumed or swapped", () => {
        const other = { bootstrapServers: "b:9093" };
        expect(sentencesWith(other, { ...started, ...suspended }, { ...follower, ...suspended })).toEqual([]);
        const more = [
            sentencesWith(other, { ...started, ...suspended }, follower),
            sentencesWith(other, started, { ...follower, mappings }),
        ];
        expect(more.flat().filter((sentence) => sentence.includes("restarted"))).toEqual([]);
    });
});

describe("what a preview says of a changed job", () => {
    it("reports the swap, and the offsets that stay", () => {
        expect(describeChange(job, { ...job, filterExpression: "1 = 1" })).toEqual([
            "filterExpression changes: the running job is swapped for a new one that continues at its offsets",
        ]);
    });

    it("says nothing where nothing changes", () => {
        expect(describeChange(job, job)).toEqual([]);
        expect(describeChange(suspended, suspended)).toEqual([]);
    });

    it("does not call a suspended job a running one", () => {
        expect(describeChange(suspended, { ...suspended, mappings })).toEqual([
            "mappings changes: the suspended job is swapped for a new one that is suspended, and when resumed continues at its offsets",
        ]);
        expect(describeChange(suspended, { ...job, mappings })).toEqual([
            "mappings changes: the suspended job is swapped for a new one that continues at its offsets",
            "the job is resumed at its offsets",
        ]);
    });

    it("does not promise offsets when another connection is read", () => {
        const source = { ...job.source, connectionName: "other" };
        const [sentence] = describeChange(job, { ...job, source });
        expect(sentence).toMatch(/continues at its offsets if the connection reads the same topic/);
    });

    it("says that readFromPoint changes nothing, also where more changes, unless a reset comes with it", () => {
        const latest = { ...job, readFromPoint: "latest" };
        expect(describeChange(job, latest)[1]).toMatch(
            /^readFromPoint has no effect on a topic that this table has read before/,
        );
        expect(describeChange(job, { ...latest, mappings })[1]).toMatch(/^readFromPoint has no effect/);
        const sentences = describeChange(job, { ...latest, resetTrigger: "1" });
        expect(sentences.join()).not.toContain("has no effect");
        expect(sentences).toContain("the job's offsets are reset to latest: unread rows are skipped");
    });

    it("says what a reset does to rows", () => {
        expect(describeChange(job, { ...job, resetTrigger: "1" })).toEqual([
            "the job's offsets are reset to earliest: rows are read again",
        ]);
    });

    it("distinguishes suspension and resumption", () => {
        expect(describeChange(job, suspended)).toEqual(["the job is suspended: ingestion stops, offsets are kept"]);
        expect(describeChange(suspended, job)).toEqual(["the job is resumed at its offsets"]);
    });

    it("reports a restart, but not one that a swap makes needless, nor one of a suspended job, nor a removed trigger", () => {
        const restarted = { ...job, restartTrigger: "2" };
        expect(describeChange(job, restarted)).toEqual([
            "the job is restarted (suspended and resumed) at its offsets, with the connection as it is now",
        ]);
        expect(describeChange(job, { ...restarted, mappings })).toEqual([swapSentence]);
        expect(describeChange(suspended, { ...suspended, restartTrigger: "2" })).toEqual([]);
        expect(describeChange(restarted, job)).toEqual([]);
        expect(describeChange({ ...job, resetTrigger: "1" }, job)).toEqual([]);
    });

    it("does not restart a job that is suspended or resumed anyway", () => {
        expect(describeChange(job, { ...suspended, restartTrigger: "2" })).toEqual([
            "the job is suspended: ingestion stops, offsets are kept",
        ]);
        expect(describeChange(suspended, { ...job, restartTrigger: "2" })).toEqual([
            "the job is resumed at its offsets",
        ]);
    });

    it("names what is not known yet, and says nothing certain of it", () => {
        expect(describeChange(job, { ...job, mappings: unknown, filterExpression: unknown })).toEqual([
            "not known yet: mappings, filterExpression, and so what happens to the running job",
        ]);
        expect(describeChange(job, { ...job, mappings, filterExpression: unknown })).toEqual([
            "not known yet: filterExpression, and so what happens to the running job",
            swapSentence,
        ]);
    });

    it("never shows the engine's text for a value that is not known", () => {
        const reset = { ...job, resetTrigger: "1", readFromPoint: unknown };
        expect(describeChange(job, reset)).toEqual([
            "not known yet: readFromPoint, and so what happens to the running job",
            "the job's offsets are reset to readFromPoint, which is not known yet",
        ]);
        const paused = { ...job, desiredExecutionStatus: unknown };
        expect(describeChange({ ...job, unfinished: "update" }, paused)).toEqual([
            "not known yet: desiredExecutionStatus, and so what happens to the running job",
            "the last operation failed: brings the job to desiredExecutionStatus, or starts another if it has ended",
        ]);
        const moved: Declared = () => declarationOf({ topicName: "orders" }, { topicName: "returns" });
        const sentences = sentencesOf(streamingJob, job, { ...reset, mappings, restartTrigger: "1" }, moved);
        expect(sentences.join()).toContain('begins the topic "returns" at readFromPoint, unless');
        expect(sentences.join()).not.toContain(unknown);
    });

    it("announces no restart for certain where a swap may come instead", () => {
        expect(describeChange(job, { ...job, filterExpression: unknown, restartTrigger: "1" })).toEqual([
            "not known yet: filterExpression, and so what happens to the running job",
            "the job is restarted (suspended and resumed) at its offsets, with the connection as it is now, unless it is started in this update",
        ]);
    });

    it("says of a replacement what becomes of the old table's data", () => {
        expect(describeChange(job, { ...job, target: { tableName: "orders2" } })).toEqual([
            'the table changes: starts a job on the new table (refused if it has one), then ends the one on "orders", which it leaves as it is; the new job begins at readFromPoint, unless its table has read the topic before',
        ]);
        expect(
            streamingJob.describeReplacement(
                "projectId",
                { ...job, projectId: "", baseUrl: "" } as never,
                job as never,
            ),
        ).toBe(
            "the project changes: starts a job in the new project, then ends the one in the old project, whose table it leaves as it is",
        );
    });
});

describe("what a preview says of a job whose last operation failed", () => {
    const look = "the last operation was not confirmed: looks for the job that it started";
    const unconfirmed = { ...job, unfinished: "update", unconfirmed: "2024-05-02T09:15:04Z/2024-05-02T09:15:05Z" };

    it("brings it to its status, whichever operation failed", () => {
        for (const unfinished of ["create", "update", "delete"]) {
            expect(describeChange({ ...job, unfinished }, job)).toEqual([
                "the last operation failed: brings the job to running, or starts another if it has ended",
            ]);
            expect(describeChange({ ...suspended, unfinished }, suspended)).toEqual([
                "the last operation failed: brings the job to suspended, or starts another if it has ended",
            ]);
        }
    });

    it("says nothing of that where a swap does it", () => {
        expect(describeChange({ ...job, unfinished: "update" }, { ...job, mappings })).toEqual([swapSentence]);
    });

    it("looks for the job of an unconfirmed POST, and starts one where there is none", () => {
        expect(describeChange({ ...unconfirmed, jobId: undefined }, job)).toEqual([
            `${look}, and starts it if there is none`,
        ]);
        expect(describeChange(unconfirmed, job)).toEqual([`${look}, and starts it if there is none`]);
    });

    it("looks for it before a swap, which starts it", () => {
        expect(describeChange(unconfirmed, { ...job, mappings })).toEqual([look, swapSentence]);
        expect(describeChange({ ...unconfirmed, jobId: undefined }, { ...job, mappings })).toEqual([
            look,
            "mappings changes: the job of the unconfirmed create is swapped, or one is started if there is none",
        ]);
    });

    it("restarts it unless it is only started now", () => {
        expect(describeChange(unconfirmed, { ...job, restartTrigger: "2" })).toEqual([
            `${look}, and starts it if there is none`,
            "the job is restarted (suspended and resumed) at its offsets, with the connection as it is now, unless it is started in this update",
        ]);
    });
});

it.each<[object, string | undefined]>([
    [
        {},
        "begins at readFromPoint (latest by default, which skips the records that are there already), unless its table has read the topic before: then it continues at those offsets",
    ],
    [
        { readFromPoint: "latest", desiredExecutionStatus: "suspended" },
        "is suspended, and when resumed begins at readFromPoint (latest), unless its table has read the topic before: then it continues at those offsets",
    ],
    [
        { readFromPoint: "earliest", lateMessageRejectionPeriod: "P10Y" },
        "begins at readFromPoint (earliest), unless its table has read the topic before: then it continues at those offsets",
    ],
    [
        { readFromPoint: unknown },
        "begins at readFromPoint, unless its table has read the topic before: then it continues at those offsets",
    ],
    [{ adopt: true }, undefined],
])("a planned create with %j says where the job begins, in a preview alone", (inputs, start) => {
    const given = { ...job, readFromPoint: undefined, ...inputs };
    const notes = start === undefined ? [] : [`starts a job that ${start}`];
    expect(streamingJob.createNotes(given as never, true)).toEqual(notes);
    expect(streamingJob.createNotes(given as never, false)).toEqual([]);
});

it.each<[object, number]>([
    [{ readFromPoint: "earliest" }, 1],
    [{ readFromPoint: "earliest", lateMessageRejectionPeriod: "P30D" }, 1],
    [{ readFromPoint: "earliest", lateMessageRejectionPeriod: "P10Y" }, 0],
    [{ readFromPoint: "latest" }, 0],
    [{}, 0],
    [{ readFromPoint: "earliest", lateMessageRejectionPeriod: unknown }, 0],
])("a planned create with %j says that old rows are dropped: %d", (inputs, count) => {
    const given = { ...job, readFromPoint: undefined, ...inputs };
    const notes = streamingJob.createNotes(given as never, true);
    expect(notes.filter((note) => note.includes("rows older than 30 days are dropped"))).toHaveLength(count);
});
