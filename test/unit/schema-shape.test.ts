import fc from "fast-check";
import { kafkaConnectionInputs } from "../../provider/kafka-connection/schema";
import { didYouMean } from "../../provider/values/shape";
import { streamingJobInputs } from "../../provider/streaming-job/schema";
import { connectionArguments, fuzzRuns, jobArguments } from "../support/handler-arguments";

const known = ["bootstrapServers", "topicName", "topicNameIsPattern", "clientRack", "secrets", "ssl"];

describe("a name that is not known", () => {
    it.each([
        ["bootstrapServer", "bootstrapServers"],
        ["bootstrap_servers", "bootstrapServers"],
        ["BOOTSTRAPSERVERS", "bootstrapServers"],
        ["topic", "topicName"],
        ["topicname", "topicName"],
        ["topicNamePattern", "topicNameIsPattern"],
        ["secret", "secrets"],
        ["sssl", "ssl"],
    ])("%s is told from %s", (word, meant) => {
        expect(didYouMean(word, known)).toBe(`did you mean ${JSON.stringify(meant)}?`);
    });

    it.each(["authentication", "x-y-z", "tags"])("%s is reported with all that are known, as none is near", (word) => {
        expect(didYouMean(word, known)).toBe(`known are ${known.join(", ")}`);
    });

    it.each([
        ["t", ["a", "b"], "known are a, b"],
        ["T", ["a", "t"], 'did you mean "t"?'],
        ["ID", ["at", "id", "if"], 'did you mean "id"?'],
        ["is", ["at", "id", "issue"], "known are at, id, issue"],
        ["", ["a"], "known are a"],
    ])("%j of so few letters is told only from the same in another case", (word, names, expected) => {
        expect(didYouMean(word, names)).toBe(expected);
    });

    it("is distinguished from the one that has a letter more, less or other", () => {
        const edits = fc.tuple(fc.constantFrom(...known.filter((word) => word.length > 6)), fc.nat({ max: 30 }));
        fc.assert(
            fc.property(edits, fc.constantFrom("drop", "double", "other"), ([word, at], edit) => {
                const index = at % word.length;
                const letter = { drop: "", double: `${word[index] ?? ""}${word[index] ?? ""}`, other: "q" }[edit];
                const misspelt = word.slice(0, index) + letter + word.slice(index + 1);
                expect(didYouMean(misspelt, known)).toBe(`did you mean ${JSON.stringify(word)}?`);
            }),
        );
    });
});

describe("the schema", () => {
    it("of a connection takes all that its documentation allows", () => {
        fc.assert(
            fc.property(connectionArguments, (given) => {
                expect(kafkaConnectionInputs.safeParse(given).error).toBeUndefined();
            }),
            { numRuns: fuzzRuns(200) },
        );
    });

    it("of a job takes all that its documentation allows", () => {
        fc.assert(
            fc.property(jobArguments, (given) => {
                expect(streamingJobInputs.safeParse(given).error).toBeUndefined();
            }),
            { numRuns: fuzzRuns(200) },
        );
    });
});
