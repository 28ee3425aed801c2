import { NotIngestible, translationOf } from "../../emulator/druid/plan";
import { placeOf, statementOf } from "../../emulator/druid/statement";
import recorded from "../fixtures/druid/plans.json";

/** Plans as Druid 33 has given them for `statementOf` with the columns of each test. */
const plans: Record<string, { plan?: unknown }> = recorded;

const translate = (name: string, ...columns: string[]) => translationOf(plans[name]?.plan, ["__time", ...columns]);

const transform = (name: string, expression: string) => ({ type: "expression", name, expression });
const time = transform("__time", `timestamp_parse("timestamp",null,'UTC')`);

const column = (columnName: string, expression: string, isAggregation = false) => ({
    columnName,
    expression,
    isAggregation,
});

test("a statement has two constant rows, casts each field, and gives each expression lines of its own", () => {
    const fields = [
        { name: "id", dataType: "string" },
        { name: "amount", dataType: "double" },
    ];
    const columns = [column("__time", 'TIME_PARSE("id") -- of the shop'), column("total", 'SUM("amount")', true)];
    expect(statementOf(fields, columns).split("\n")).toEqual([
        "EXPLAIN PLAN FOR SELECT",
        'TIME_PARSE("id") -- of the shop',
        'AS "__time",',
        'SUM("amount")',
        'AS "total"',
        `FROM (SELECT "id" AS "id", CAST("amount" AS DOUBLE) AS "amount" FROM (SELECT * FROM (VALUES ('a', 'a'), (NULL, NULL)) AS "v" ("id", "amount") LIMIT 2)) AS "input"`,
        "GROUP BY 1",
    ]);
});

test("a line of the statement leads to its mapping, and to the line within it", () => {
    const columns = [column("a", "1 +\n2"), column("b", "3")];
    expect([1, 2, 3, 4, 5, 6, 7].map((line) => placeOf(columns, line))).toEqual([
        undefined,
        { index: 0, line: 1 },
        { index: 0, line: 2 },
        { index: 0, line: 3 },
        { index: 1, line: 1 },
        { index: 1, line: 2 },
        undefined,
    ]);
});

test("a field that keeps its name and type needs no transform", () => {
    expect(translate("plain", "order_id", "amount")).toEqual({
        transforms: [time, transform("amount", `round(CAST("amount", 'DOUBLE'),2)`)],
        dimensions: [
            { type: "string", name: "order_id" },
            { type: "double", name: "amount" },
        ],
        metrics: [],
    });
});

test("nested values, arrays, conditions, copies and constants become native expressions over the record", () => {
    const names = ["id", "size", "note", "inner", "o", "tags", "first", "renamed", "one"];
    const { transforms, dimensions } = translate("shapes", ...names);
    expect(transforms).toEqual([
        time,
        transform("id", `concat(upper("order_id"),'-',CAST(CAST("count", 'LONG'), 'STRING'))`),
        transform("size", `case_searched((CAST("amount", 'DOUBLE') > 100),'big','small')`),
        transform("note", `case_searched(notnull("order_id"),"order_id",'none')`),
        transform("inner", `json_value("o",'$.a.b', 'LONG')`),
        transform("first", String.raw`regexp_extract("order_id",'(\u005Cw\u002B)',1)`),
        transform("renamed", '"order_id"'),
        transform("one", "1"),
    ]);
    expect(dimensions.map(({ type }) => type)).toEqual([
        "string",
        "string",
        "string",
        "long",
        "json",
        "auto",
        "string",
        "string",
        "long",
    ]);
});

test("aggregation functions become metrics, which read columns that no mapping overwrites", () => {
    const { transforms, dimensions, metrics } = translate("aggregates", "order_id", "amount", "rows", "people", "big");
    expect(dimensions).toEqual([{ type: "string", name: "order_id" }]);
    expect(transforms).toContainEqual(transform("sql:v1", `(CAST("amount", 'DOUBLE') * 2)`));
    expect(transforms).toContainEqual(transform("sql:order_id", '"order_id"'));
    expect(metrics).toEqual([
        { name: "amount", type: "doubleSum", fieldName: "sql:v1" },
        { name: "rows", type: "count" },
        expect.objectContaining({ name: "people", type: "HLLSketchBuild", fieldName: "sql:order_id" }),
        {
            name: "big",
            type: "filtered",
            aggregator: { name: "big", type: "doubleSum", fieldName: "sql:v2" },
            filter: { type: "expression", expression: `istrue((CAST("count", 'LONG') > 1))` },
        },
    ]);
});

test("the condition of a metric reads the record, also where a mapping has the name of its field", () => {
    const plan = JSON.parse(JSON.stringify(plans.aggregates?.plan).replaceAll('"rows"', '"count"')) as unknown;
    const { transforms, metrics } = translationOf(plan, ["__time", "order_id", "amount", "count", "people", "big"]);
    expect(transforms).toContainEqual(transform("sql:count", '"count"'));
    expect(metrics[3]).toMatchObject({ filter: { expression: `istrue((CAST("sql:count", 'LONG') > 1))` } });
});

test.each([
    ["an expression that adds a column", "smuggled", ["order_id"]],
    ["an average", "average", ["mean"]],
    ["a window function", "window", ["rank"]],
    ["an unknown form", "none", []],
])("%s cannot be ingested", (_what, name, columns) => {
    expect(() => translate(name, ...columns)).toThrow(NotIngestible);
});
