import fc from "fast-check";
import { isRecord } from "../../provider/values/json";
import { hasUnknown, unknown } from "../../provider/values/unknown";
import { problemsOf } from "../../provider/engine/validation";
import { kafkaConnectionInputs, kafkaConnectionProblems } from "../../provider/kafka-connection/schema";
import { streamingJobInputs, streamingJobProblems } from "../../provider/streaming-job/schema";
import { connectionArguments, fuzzRuns, jobArguments } from "../support/handler-arguments";
import type { Arguments } from "../support/handler-arguments";

const connectionProblems = (given: Arguments) => problemsOf(kafkaConnectionInputs, kafkaConnectionProblems, given);
const jobProblems = (given: Arguments) => problemsOf(streamingJobInputs, streamingJobProblems, given);

type Path = readonly (string | number)[];

/** The paths of all values in some arguments, at every depth. */
function pathsIn(value: unknown, at: Path = []): Path[] {
    const members = Array.isArray(value) ? [...value.entries()] : isRecord(value) ? Object.entries(value) : [];
    return members.flatMap(([key, member]) => [[...at, key], ...pathsIn(member, [...at, key])]);
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
    if (key === undefined) return by;
    if (Array.isArray(value)) {
        return value.map((entry: unknown, index) => (index === key ? replaced(entry, rest, by) : entry));
    }
    return isRecord(value) && key in value ? { ...value, [key]: replaced(value[key], rest, by) } : value;
}

/** Arguments of which one or several values, wherever they stand, are something else. */
const withSome = (arguments_: fc.Arbitrary<Arguments>, by: fc.Arbitrary<unknown>) =>
    arguments_.chain((given) => {
        const paths = fc.subarray(pathsIn(given), { minLength: 1, maxLength: 3 });
        return fc.tuple(paths, by).map(([chosen, value]) => ({
            chosen,
            given: chosen.reduce<unknown>((all, path) => replaced(all, path, value), given) as Arguments,
        }));
    });

const rubbish = fc.oneof(fc.integer(), fc.boolean(), fc.constant(""), fc.constant([]), fc.constant({}));

const startsWith = (path: readonly PropertyKey[], start: Path) => start.every((key, index) => path[index] === key);

describe.each([
    ["a connection", connectionArguments, connectionProblems],
    ["a job", jobArguments, jobProblems],
] as const)("the arguments of %s", (_, arguments_, problems) => {
    it("are never refused as long as what is known of them is valid", () => {
        fc.assert(
            fc.property(withSome(arguments_, fc.constant(unknown)), ({ given }) => {
                expect(hasUnknown(given)).toBe(true);
                expect(problems(given)).toEqual([]);
            }),
            { numRuns: fuzzRuns(300) },
        );
    });

    it("are not refused for an unknown value where another one is wrong", () => {
        const broken = withSome(arguments_, rubbish).chain(({ given }) =>
            withSome(fc.constant(given), fc.constant(unknown)),
        );
        fc.assert(
            fc.property(broken, ({ given, chosen }) => {
                const told = problems(given).filter(({ path }) => chosen.some((start) => startsWith(path, start)));
                expect(told).toEqual([]);
            }),
            { numRuns: fuzzRuns(300) },
        );
    });

    it("are refused or accepted, whatever they contain, and never with a crash", () => {
        fc.assert(
            fc.property(withSome(arguments_, fc.anything()), ({ given }) => {
                expect(Array.isArray(problems(given))).toBe(true);
            }),
            { numRuns: fuzzRuns(300) },
        );
    });
});
