import fc from "fast-check";
import { tokensOf, withoutBrackets } from "../../provider/streaming-job/sql/tokens";
import { structureProblem } from "../../provider/streaming-job/sql/structure";
import { expression, fuzzRuns } from "../support/handler-arguments";

const problemOf = (text: string) => structureProblem(tokensOf(text));

describe("a text that cannot be an expression", () => {
    it.each([
        [`"v", "t"`, 'expected one expression, without the "," at character 4'],
        [`, "v"`, 'expected one expression, without the "," at character 1'],
        [`CASE WHEN 1 = 1 THEN 1 END, 2`, 'expected one expression, without the "," at character 27'],
        [`“v”`, `the quote at character 1 is not an SQL quote: names take ", and texts take '`],
        [`"v" = ‘a’`, `the quote at character 7 is not an SQL quote: names take ", and texts take '`],
        ["`v`", `the quote at character 1 is not an SQL quote: names take ", and texts take '`],
        [`\ufeff"v"`, "the invisible character at character 1 is not SQL white space"],
        [`"v"\u200b`, "the invisible character at character 4 is not SQL white space"],
        [`"v"\u00a0= 1`, "the invisible character at character 4 is not SQL white space"],
        [`\u00a0`, "the invisible character at character 1 is not SQL white space"],
        [`()`, "expected an SQL expression, not empty brackets"],
        [`(())`, "expected an SQL expression, not empty brackets"],
        [`"v" WHERE "n" > 1`, "expected the expression alone, without the WHERE at character 5"],
        [`(WHERE "n" > 1)`, "expected the expression alone, without the WHERE at character 2"],
        [`((where "n" > 1))`, "expected the expression alone, without the WHERE at character 3"],
        [`"v" FROM "orders"`, "expected the expression alone, without the FROM at character 5"],
        [`"v" GROUP BY 1`, "expected the expression alone, without the GROUP at character 5"],
        [`"v" ORDER BY 1`, "expected the expression alone, without the ORDER at character 5"],
        [`"v" LIMIT 1`, "expected the expression alone, without the LIMIT at character 5"],
        [`"v" "t"`, "expected an operator before the name at character 5"],
        [`"v" 'DE'`, "expected an operator before the text at character 5"],
        [`("v" + )`, 'expected an operand after the "+" at character 6'],
        [`(AND "v")`, "expected an operand before the AND at character 2"],
        [`*`, 'expected an operand before the "*" at character 1'],
    ])("is %j", (text, problem) => {
        expect(problemOf(text)).toBe(problem);
    });

    it.each([
        `HAVING "n" > 1`,
        `GROUP BY "v"`,
        `order by "v"`,
        `FROM "orders"`,
        `INSERT INTO "orders" SELECT 1`,
        `REPLACE INTO "orders" OVERWRITE ALL SELECT 1`,
        `EXPLAIN PLAN FOR SELECT 1`,
        `WITH x AS (SELECT 1) SELECT 1`,
    ])("begins with the words of %s", (text) => {
        const [word] = text.split(" ");
        expect(problemOf(text)).toBe(`expected the expression alone, without ${word?.toUpperCase() ?? ""} before it`);
    });

    it.each([
        "+",
        "-",
        "*",
        "/",
        "=",
        "<",
        ">",
        ">=",
        "<>",
        "||",
        "AND",
        "or",
        "NOT",
        "IS NOT",
        "LIKE",
        "IN",
        "BETWEEN",
    ])("is an expression with %s at its end", (operator) => {
        fc.assert(
            fc.property(expression, (text) => {
                expect(problemOf(`${text} ${operator}`)).toMatch(/^expected an operand after the /);
            }),
            { numRuns: fuzzRuns(50) },
        );
    });

    it.each(["*", "/", "=", "<", ">", ">=", "<>", "||", "AND", "or", "IS NULL OR", "LIKE", "THEN"])(
        "is any expression with %s at its beginning",
        (operator) => {
            fc.assert(
                fc.property(expression, (text) => {
                    expect(problemOf(`${operator} ${text}`)).toMatch(/^expected an operand before the /);
                }),
                { numRuns: fuzzRuns(50) },
            );
        },
    );
});

describe("the brackets around an expression", () => {
    const bare = (text: string) => withoutBrackets(tokensOf(text)).map(({ value }) => value);

    it("are removed, however many there are", () => {
        expect(bare(`${"(".repeat(20_000)}"t"${")".repeat(20_000)}`)).toEqual(["t"]);
    });

    it("stay where they do not belong together", () => {
        expect(bare(`("a") + ("b")`)).toEqual(["(", "a", ")", "+", "(", "b", ")"]);
        expect(bare(`(("a") + ("b"))`)).toEqual(["(", "a", ")", "+", "(", "b", ")"]);
    });
});
