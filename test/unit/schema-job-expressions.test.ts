import fc from "fast-check";
import { unknown } from "../../provider/values/unknown";
import { problemsOf, problemText } from "../../provider/engine/validation";
import { streamingJobInputs, streamingJobProblems } from "../../provider/streaming-job/schema";
import { expression, fieldNames, fuzzRuns } from "../support/handler-arguments";

const declared = (...names: string[]) => names.map((name) => ({ name, dataType: "string" }));
const fields = [...declared("t", "v", "country"), { name: "n", dataType: "long" }, { name: "d", dataType: "double" }];
const source = { connectionName: "orders", formatSettings: { format: "nd-json" }, inputSchema: fields as unknown };
const time = { columnName: "__time", expression: 'TIME_PARSE("t")' };

const problemsIn = (change: Record<string, unknown>) =>
    problemsOf(streamingJobInputs, streamingJobProblems, {
        target: { tableName: "orders" },
        source,
        mappings: [time],
        ...change,
    }).map(problemText);

/** What is wrong with an expression, as that of a column. */
const wrongWith = (text: string, more: Record<string, unknown> = {}) =>
    problemsIn({ mappings: [time, { columnName: "x", expression: text }], ...more }).map((problem) =>
        problem.replace(/^mappings\[1\]\.expression: /, ""),
    );
const filterWrong = (filterExpression: string) => problemsIn({ filterExpression });
/** What is wrong with an expression, as that of the time. */
const timeWrong = (text: string, more: Record<string, unknown> = {}) =>
    problemsIn({ mappings: [{ columnName: "__time", expression: text }], ...more });

const accepted = [
    `"v"`,
    ` "v" `,
    `v`,
    `'it''s "gone"; ('`,
    `'"nothing"'`,
    `"v" || ' -- ' || '/*'`,
    `"v" -- a "comment" that isn't closed; (`,
    `"v" // "another" one's`,
    `/* "x" ( ' */ "v"`,
    `CAST("v" AS DOUBLE)`,
    `TRY_CAST("v" AS BIGINT)`,
    `CASE "v" WHEN 'a', 'b' THEN 1 ELSE 2 END`,
    `UPPER("v")`,
    `"UPPER"("v")`,
    `"UPPER" ("v")`,
    `LOOKUP("v", 'countries')`,
    `MV_FILTER_ONLY("v", ARRAY['a', 'b'])`,
    `ARRAY["v", 'b'][1]`,
    `JSON_VALUE("v", '$.a["b"]' RETURNING BIGINT)`,
    `JSON_OBJECT('a': "v", KEY 'b' VALUE "n")`,
    `U&'\\0041'`,
    `U&"\\0076"`,
    `E'it\\'s'`,
    `N'x' || _UTF8'y'`,
    `{fn UPPER("v")}`,
    `COUNT(*)`,
    `SUM("d") FILTER (WHERE "country" <> 'DE')`,
    `"country" IN ('a', 'b') AND "n" BETWEEN 1 AND 2`,
    `"t" LIKE '%\\' ESCAPE '\\'`,
    `1`,
    `CAST("v" AS "VARCHAR")`,
    `"input"."v"`,
    `"n" > (SELECT MAX("k") FROM "lookup"."x")`,
    `CASE WHEN "n" > 1 THEN 'a' WHEN "n" < 0 THEN 'b' ELSE 'c' END`,
    `NOT "n" > 1`,
    `-"n"`,
    `+ 1`,
    `1.`,
    `"n" BETWEEN 1 AND 2`,
    `"v" IS NOT NULL`,
    `"v" IS NOT DISTINCT FROM "t"`,
    `LISTAGG("v", ',') WITHIN GROUP (ORDER BY "t")`,
    `ROW_NUMBER() OVER (ORDER BY "t")`,
    `COUNT(*) OVER ()`,
    `SUM("d") FILTER (WHERE "n" > 1) + 1`,
    `"n" IN (1, 2)`,
    `INTERVAL '1' DAY`,
    `("n") + ("d")`,
    `CAST("v" AS MAP<VARCHAR, BIGINT>)`,
    `TRIM(BOTH FROM "v")`,
    `REPLACE("v", 'a', 'b')`,
    `'“v” ;' || /* ‘﻿’ */ "v" -- ​, AND`,
    `(SELECT MAX("k") FROM "lookup"."x")`,
    `"n" = (WITH x AS (SELECT 1 AS y) SELECT y FROM x)`,
    `EXTRACT(HOUR FROM CURRENT_TIMESTAMP)`,
    `"WHERE"("v")`,
];

describe("an expression", () => {
    it.each(accepted)("can be %s", (text) => {
        expect(wrongWith(text)).toEqual([]);
        expect(filterWrong(text)).toEqual([]);
    });

    it.each([
        [`"V"`, 'the field at character 1 is not declared in source.inputSchema; did you mean "v"?'],
        [`UPPER("contry")`, 'the field at character 7 is not declared in source.inputSchema; did you mean "country"?'],
        [
            `COALESCE("v", 'x', "created_at")`,
            "the field at character 20 is not declared in source.inputSchema; known are t, v, country, n, d",
        ],
        [
            `"v""" || "__time"`,
            "the field at character 1 is not declared in source.inputSchema; known are t, v, country, n, d",
            "the field at character 10 is not declared in source.inputSchema; known are t, v, country, n, d",
        ],
        [
            `"zz" = "zz"`,
            "the field at character 1 is not declared in source.inputSchema; known are t, v, country, n, d",
        ],
        [`""`, "the field at character 1 is not declared in source.inputSchema; known are t, v, country, n, d"],
        ...[`"t" = "DE"`, `"v">="DE"`, `"v" like "DE"`, `"t" IN ("DE", 'FR')`].map((text) => [
            text,
            `the field at character ${text.indexOf('"DE"') + 1} is not declared in source.inputSchema; known are t, v, country, n, d (a text stands in single quotes)`,
        ]),
        [`"v" = "contry"`, 'the field at character 7 is not declared in source.inputSchema; did you mean "country"?'],
        [`UPPER("v"`, 'the "(" at character 6 is not closed'],
        [`UPPER(("v")`, 'the "(" at character 6 is not closed'],
        [`UPPER("v"))`, 'the ")" at character 11 closes no bracket'],
        [`ARRAY[1, 2)`, 'the ")" at character 11 closes no bracket'],
        [`)"v"(`, 'the ")" at character 1 closes no bracket'],
        [`ARRAY[1`, 'the "[" at character 6 is not closed'],
        [`"v`, "the name in double quotes at character 1 is not closed"],
        [`"v" || 'x`, "the text in single quotes at character 8 is not closed"],
        [`'it's'`, "the text in single quotes at character 6 is not closed"],
        [`"v" /* note`, "the comment at character 5 is not closed"],
        [`"v";`, 'expected one expression, without the ";" at character 4'],
        [`"v"; "n"`, 'expected one expression, without the ";" at character 4'],
        [`   `, "expected an SQL expression, not white space and comments alone"],
        [`\t\n`, "expected an SQL expression, not white space and comments alone"],
        [`-- "v"`, "expected an SQL expression, not white space and comments alone"],
        [`"v" AS x`, "expected the expression alone, without AS and an alias"],
        [`"v" as "x"`, "expected the expression alone, without AS and an alias"],
        [`SELECT "v"`, "expected the expression alone, without SELECT before it"],
        [`"v",`, 'expected one expression, without the "," at character 4'],
    ])("cannot be %s", (text, ...problems) => {
        expect(wrongWith(text)).toEqual(problems);
        expect(filterWrong(text)).toEqual(problems.map((problem) => `filterExpression: ${problem}`));
    });

    it.each([`WHERE "v" = 1`, `where "v" = 1`, `\n/* only */ Where("v" = 1)`])("of a filter cannot be %s", (text) => {
        const problem = "expected the expression alone, without WHERE before it";
        expect(filterWrong(text)).toEqual([`filterExpression: ${problem}`]);
    });

    it("has 20 problems of fields that are not declared, and how many more there are", () => {
        const names = (count: number) =>
            Array.from({ length: count }, (_, index) => `"undeclared ${index}"`).join(" + ");
        expect(wrongWith(names(20))).toHaveLength(20);
        const problems = wrongWith(names(15), { filterExpression: `${names(8)} = 1` });
        expect(problems).toHaveLength(21);
        expect(problems.filter((problem) => problem.startsWith("filterExpression: the field"))).toHaveLength(5);
        expect(problems.at(-1)).toBe(
            "source.inputSchema: the expressions use fields that are not declared: those above, and 3 more",
        );
    });

    it("is never refused where quotes, brackets and fields are in order", () => {
        const known = { source: { ...source, inputSchema: declared(...fieldNames) } };
        fc.assert(
            fc.property(expression, (text) => {
                expect(wrongWith(text, known)).toEqual([]);
                expect(problemsIn({ ...known, filterExpression: text })).toEqual([]);
            }),
            { numRuns: fuzzRuns(500) },
        );
    });

    it("is refused with any field that is not declared, wherever that is", () => {
        const name = fc.string({ minLength: 1, unit: "grapheme" }).filter((text) => !fieldNames.includes(text));
        const known = { source: { ...source, inputSchema: declared(...fieldNames) } };
        fc.assert(
            fc.property(expression, name, expression, (before, undeclared, after) => {
                const reference = `"${undeclared.replaceAll('"', '""')}"`;
                expect(wrongWith(`CONCAT(${before}, ${reference}, ${after})`, known)).toEqual([
                    expect.stringContaining("the field at character ") as string,
                ]);
            }),
            { numRuns: fuzzRuns(500) },
        );
    });

    it("needs declared fields also with schema discovery, and without any declaration", () => {
        const problem = "mappings[0].expression: the field at character 12 has to be declared in source.inputSchema";
        for (const inputSchema of [[], undefined]) {
            const bare = { ...source, inputSchema };
            expect(problemsIn({ source: bare, useSchemaDiscovery: true })).toEqual([problem]);
            expect(timeWrong("CURRENT_TIMESTAMP", { source: bare })).toEqual([]);
        }
    });

    it.each<[string, Record<string, unknown>]>([
        ["itself", { mappings: [time, { columnName: "x", expression: unknown }], filterExpression: unknown }],
        ["the source", { source: unknown }],
        ["the declaration", { source: { ...source, inputSchema: unknown } }],
        ["a declared field", { source: { ...source, inputSchema: [unknown] } }],
        ["a declared name", { source: { ...source, inputSchema: [{ name: unknown, dataType: "string" }] } }],
        ["the format", { source: { ...source, formatSettings: unknown } }],
        ["a metadata column", { source: { ...source, formatSettings: { format: "kafka", keyColumnName: unknown } } }],
    ])("has no undeclared field while %s is not known", (_, change) => {
        const more = { mappings: [time, { columnName: "x", expression: '"later"' }], ...change };
        expect(problemsIn(more).filter((problem) => problem.includes("expression"))).toEqual([]);
    });
});

describe("the expression of a time", () => {
    const needed = "mappings[0].expression: expected a time: apply TIME_PARSE or MILLIS_TO_TIMESTAMP to the field";

    it.each([`"t"`, `"n"`, `"d"`, `("t")`, `(( "t" ))`, `t`, `/* the time */ "t"`])("cannot be %s", (text) => {
        expect(timeWrong(text)).toEqual([needed]);
    });

    it.each([
        [`TIME_PARSE('t')`, 12],
        [`time_parse('t', 'yyyy')`, 12],
        [`MILLIS_TO_TIMESTAMP('n')`, 21],
        [`COALESCE(TIME_PARSE('t'), CURRENT_TIMESTAMP)`, 21],
        [`TIME_PARSE('timestamp')`, 12],
        [`(TIME_PARSE(''))`, 13],
        [`'t'`, 1],
        [`"TIME_PARSE"('t')`, 14],
    ])("cannot be %s", (text, at) => {
        expect(timeWrong(text)).toEqual([
            `mappings[0].expression: expected a time: the text at character ${at} is not one; fields are in double quotes`,
        ]);
    });

    it.each([
        `TIME_PARSE("t")`,
        `TIME_PARSE("t", 'MMMM')`,
        `MILLIS_TO_TIMESTAMP("n")`,
        `MILLIS_TO_TIMESTAMP("n" * 1000)`,
        `TIMESTAMP '2000-01-01 00:00:00'`,
        `TIME_PARSE('2000-01-01')`,
        `TIME_PARSE('January', 'MMMM')`,
        `CURRENT_TIMESTAMP`,
        `CAST("t" AS TIMESTAMP)`,
        `COALESCE(TIME_PARSE("t"), TIME_PARSE('never', 'yyyy'))`,
        `TIME_FLOOR(TIME_PARSE("t"), 'PT1H')`,
        `TIME_PARSE(JSON_VALUE("v", '$.t'))`,
        `TIMESTAMPADD(HOUR, 1, TIME_PARSE("t"))`,
        `MILLIS_TO_TIMESTAMP(0)`,
        `TIMESTAMP '1970-01-01' + INTERVAL '1' DAY`,
    ])("can be %s", (text) => {
        expect(timeWrong(text)).toEqual([]);
    });

    it.each([`0`, `1577836800000`, `-1.5e3`, `(0)`, `NULL`, `null`, `TRUE`])("cannot be %s", (text) => {
        expect(timeWrong(text)).toEqual([
            "mappings[0].expression: expected a time, not a number, a truth value or NULL alone",
        ]);
    });

    it("cannot be a field in very many brackets", () => {
        expect(timeWrong(`${"(".repeat(20_000)}"t"${")".repeat(20_000)}`)).toEqual([needed]);
    });

    it("can be a field of the data type timestamp, or of one that is not known", () => {
        for (const dataType of ["timestamp", unknown]) {
            expect(timeWrong(`"at"`, { source: { ...source, inputSchema: [{ name: "at", dataType }] } })).toEqual([]);
        }
    });

    it("is not required of other columns", () => {
        expect(wrongWith(`'t'`)).toEqual([]);
        expect(wrongWith(`TIME_PARSE('t')`)).toEqual([]);
    });
});
