import fc from "fast-check";
import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import type { Job } from "../../provider/api/jobs";
import { hasSpec, specBody } from "../../provider/streaming-job/mapping";
import { isRecord } from "../../provider/values/json";
import { isAsDeclared, meaningOf, meansTheSame, reconcile } from "../../provider/values/canonical";
import { kafkaConnectionInputs } from "../../provider/kafka-connection/schema";
import { streamingJobInputs } from "../../provider/streaming-job/schema";
import type { StreamingJobInputs } from "../../provider/streaming-job/schema";
import { connectionArguments, dropped, fuzzRuns, jobArguments } from "../support/handler-arguments";
import type { Arguments } from "../support/handler-arguments";
import {
    connectionMeaning,
    filledJob,
    withoutFilled,
    jobMeaning,
    respeltConnection,
    respeltJob,
} from "../support/handler-meaning";

const seeds = fc.integer();

/** What only this provider reads is no part of what the API is asked. */
const asked = (given: fc.Arbitrary<Arguments>) =>
    given.map(
        (all) =>
            dropped({
                ...all,
                adopt: undefined,
                restartOnConnectionChange: undefined,
                testConnection: undefined,
            }) as Arguments,
    );
const numRuns = fuzzRuns(300);

interface Resource {
    readonly noun: string;
    readonly inputs: z.ZodObject;
    readonly given: fc.Arbitrary<Arguments>;
    readonly respelt: (given: Arguments, seed: number) => Arguments;
    /** In other words, with what the server fills in. */
    readonly filled: (given: Arguments, seed: number) => Arguments;
    readonly withoutFilled: (given: Arguments, declared: Arguments) => Arguments;
    readonly meaning: (given: Arguments) => unknown;
}

const resources: Resource[] = [
    {
        noun: "connection",
        inputs: kafkaConnectionInputs,
        given: asked(connectionArguments),
        respelt: respeltConnection,
        filled: respeltConnection,
        withoutFilled: (connection) => connection,
        meaning: connectionMeaning,
    },
    {
        noun: "job",
        inputs: streamingJobInputs,
        given: asked(jobArguments),
        respelt: respeltJob,
        filled: filledJob,
        withoutFilled,
        meaning: jobMeaning,
    },
];

describe.each(resources)("the meaning of a $noun's arguments", ({ inputs, given, meaning, ...words }) => {
    const { respelt, filled, withoutFilled: visible } = words;
    const names = Object.keys(inputs.shape);
    const schemaOf = (name: string) => inputs.shape[name] as z.ZodType;
    const same = (a: Arguments, b: Arguments) => names.every((name) => meansTheSame(schemaOf(name), a[name], b[name]));
    const reconciled = (declared: Arguments, actual: Arguments) =>
        dropped(
            Object.fromEntries(names.map((name) => [name, reconcile(schemaOf(name), declared[name], actual[name])])),
        ) as Arguments;

    it("is the same in other words", () => {
        fc.assert(
            fc.property(given, seeds, (one, seed) => {
                const other = respelt(one, seed);
                expect(meaning(other)).toEqual(meaning(one));
                expect(same(one, other)).toBe(true);
            }),
            { numRuns },
        );
    });

    it("is another exactly where the API is asked something else", () => {
        const edited = fc
            .tuple(given, given, fc.subarray(names, { minLength: 1, maxLength: 3 }))
            .map(([one, source, chosen]): [Arguments, Arguments] => [
                one,
                dropped({ ...one, ...Object.fromEntries(chosen.map((name) => [name, source[name]])) }) as Arguments,
            ]);
        fc.assert(
            fc.property(edited, ([one, other]) => {
                expect(same(one, other)).toBe(isDeepStrictEqual(meaning(one), meaning(other)));
            }),
            { numRuns },
        );
    });

    it("means itself", () => {
        fc.assert(
            fc.property(given, (one) => {
                for (const name of names) {
                    const meant = meaningOf(schemaOf(name), one[name]);
                    expect(meaningOf(schemaOf(name), meant)).toEqual(meant);
                }
            }),
            { numRuns },
        );
    });

    it("is read in the program's own words where it is as declared, defaults and all", () => {
        fc.assert(
            fc.property(given, seeds, (declared, seed) => {
                const actual = filled(declared, seed);
                expect(reconciled(declared, actual)).toEqual(declared);
                expect(names.every((name) => isAsDeclared(schemaOf(name), declared[name], actual[name]))).toBe(true);
            }),
            { numRuns },
        );
    });

    it("is read as it is where it is not as declared, and reading it again changes nothing", () => {
        fc.assert(
            fc.property(given, given, seeds, (declared, other, seed) => {
                const actual = respelt(other, seed);
                const found = reconciled(declared, actual);
                const shown = visible(actual, declared);
                expect(same(found, shown)).toBe(true);
                expect(meaning(found)).toEqual(meaning(shown));
                expect(names.every((name) => isAsDeclared(schemaOf(name), declared[name], actual[name]))).toBe(
                    same(declared, shown),
                );
                expect(reconciled(found, actual)).toEqual(found);
            }),
            { numRuns },
        );
    });

    it("is read without what the server fills in, also where something else changed", () => {
        const members = (value: unknown): string[] =>
            isRecord(value) ? Object.keys(value).flatMap((key) => [key, ...members(value[key])]) : [];
        fc.assert(
            fc.property(given, fc.integer({ min: 1 }), (declared, seed) => {
                const actual = { ...filled(declared, seed), description: "changed", filterExpression: "changed" };
                const expected = new Set([...members(declared), "description", "filterExpression"]);
                expect(members(reconciled(declared, actual)).filter((key) => !expected.has(key))).toEqual([]);
            }),
            { numRuns },
        );
    });

    it("does not change with members that a newer API may add, at any depth", () => {
        const added = (value: unknown): unknown =>
            isRecord(value)
                ? {
                      ...Object.fromEntries(Object.entries(value).map(([key, member]) => [key, added(member)])),
                      new2030: 1,
                  }
                : Array.isArray(value)
                  ? value.map(added)
                  : value;
        fc.assert(
            fc.property(given, (declared) => {
                const { source, target, ssl, secrets, mappings } = declared;
                const free = JSON.stringify(source ?? {}).match(/flattenSpec|"schema"/) !== null;
                const actual = {
                    ...declared,
                    ...(added({ target, ssl, secrets, mappings }) as Arguments),
                    ...(!free && { source: added(source) }),
                };
                expect(reconciled(declared, dropped(actual) as Arguments)).toEqual(declared);
            }),
            { numRuns },
        );
    });
});

describe("whether a mapping aggregates", () => {
    const { mappings } = streamingJobInputs.shape;
    const mapping = (isAggregation?: unknown) => [
        { columnName: "s", expression: 'SUM("v")', ...(isAggregation !== undefined && { isAggregation }) },
    ];
    const [silent, no, yes] = [mapping(), mapping(false), mapping(true)];

    it.each([
        [silent, no, false],
        [silent, yes, false],
        [no, yes, false],
        [silent, mapping(null), true],
    ])("means in %j and in %j the same: %j", (one, other, isSame) => {
        expect(meansTheSame(mappings, one, other)).toBe(isSame);
        expect(meansTheSame(mappings, other, one)).toBe(isSame);
    });

    it.each([
        [silent, no, silent],
        [silent, yes, silent],
        [silent, mapping(null), silent],
        [no, no, no],
        [no, yes, yes],
        [no, silent, silent],
        [yes, mapping(null), silent],
    ])("is read, where the program says %j and the API %j, as %j", (declared, actual, read) => {
        expect(reconcile(mappings, declared, actual)).toEqual(read);
        expect(isAsDeclared(mappings, declared, actual)).toBe(read === declared);
    });

    it("does not keep a program from finding its own job again, where the API filled it in", () => {
        const inputs = (isAggregation?: boolean): StreamingJobInputs => ({
            target: { tableName: "orders" },
            source: { connectionName: "orders", formatSettings: { format: "nd-json" } },
            mappings: [{ columnName: "s", expression: 'SUM("v")', isAggregation }],
        });
        const job = { id: "a-job", spec: specBody(inputs(true)) } as unknown as Job;
        expect(hasSpec(job, inputs())).toBe(true);
        expect(hasSpec(job, inputs(false))).toBe(false);
    });
});

describe("a set", () => {
    const { dimensionExclusions } = streamingJobInputs.shape;

    it.each([
        [
            ["b", "a"],
            ["a", "b"],
            ["b", "a"],
        ],
        [
            ["b", "a"],
            ["a", "c"],
            ["a", "c"],
        ],
        [
            ["c", "a", "b"],
            ["a", "c"],
            ["a", "c"],
        ],
        [["a"], [], undefined],
    ])("of %j that is %j by now is read as %j", (declared, actual, read) => {
        expect(reconcile(dimensionExclusions, declared, actual)).toEqual(read);
    });
});

describe("an inline schema of Avro", () => {
    const schemaOf = (field: object) => ({
        connectionName: "orders",
        formatSettings: {
            format: "avro_stream",
            parseSchemaProvider: { type: "inline-avro", schema: { type: "record", name: "r", fields: [field] } },
        },
    });
    const optional = { name: "a", type: ["null", "string"], default: null };

    it("keeps a default of null, which is not the same as none", () => {
        const source = streamingJobInputs.shape.source;
        const [withDefault, withoutDefault] = [schemaOf(optional), schemaOf({ name: "a", type: ["null", "string"] })];
        expect(meansTheSame(source, withDefault, withoutDefault)).toBe(false);
        expect(reconcile(source, withoutDefault, withDefault)).toEqual(withDefault);
        expect(reconcile(source, withDefault, structuredClone(withDefault))).toEqual(withDefault);
    });
});
