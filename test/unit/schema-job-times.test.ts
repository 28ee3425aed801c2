import { unknown } from "../../provider/values/unknown";
import { problemsOf, problemText } from "../../provider/engine/validation";
import { streamingJobInputs, streamingJobProblems, streamingJobWarnings } from "../../provider/streaming-job/schema";

const fields = { t: "string", n: "long", d: "double", at: "timestamp", later: unknown };

/** A job whose time is made by an expression. */
const jobOf = (expression: string) => ({
    target: { tableName: "orders" },
    source: {
        connectionName: "orders",
        formatSettings: { format: "nd-json" },
        inputSchema: Object.entries(fields).map(([name, dataType]) => ({ name, dataType })),
    },
    mappings: [{ columnName: "__time", expression }],
});

function warningsIn(expression: string): string[] {
    const job = jobOf(expression);
    expect(problemsOf(streamingJobInputs, streamingJobProblems, job)).toEqual([]);
    return streamingJobWarnings(job).map(problemText);
}

const number = "TIME_PARSE reads texts, and the field is a number; MILLIS_TO_TIMESTAMP reads milliseconds";
const text = "MILLIS_TO_TIMESTAMP reads numbers, and the field is a text; TIME_PARSE reads texts";

describe("a job is warned of a time", () => {
    it.each([
        `"n" * 1000`,
        `n * 1000`,
        `("d" + 1) / 2`,
        `UPPER("t")`,
        `COALESCE("t", 'x')`,
        `"t" || '2000-01-01'`,
        `CASE WHEN "n" > 1 THEN "t" ELSE 'x' END`,
        `CAST("n" AS BIGINT)`,
        `FLOOR("d")`,
    ])("that nothing in %s can make", (expression) => {
        const message = "expected a time; apply TIME_PARSE or MILLIS_TO_TIMESTAMP";
        expect(warningsIn(expression)).toEqual([`mappings[0].expression: ${message}`]);
    });

    it.each([
        [`TIME_FORMAT("at")`, "expected a time; TIME_FORMAT gives a text"],
        [`(time_format(TIME_PARSE("t"), 'yyyy'))`, "expected a time; TIME_FORMAT gives a text"],
        [`TIME_EXTRACT("at", 'HOUR')`, "expected a time; TIME_EXTRACT gives a number"],
        [`TIMESTAMP_TO_MILLIS("at")`, "expected a time; TIMESTAMP_TO_MILLIS gives a number"],
        [`TIME_PARSE("n")`, number],
        [`TIME_PARSE(n)`, number],
        [`"TIME_PARSE"("d")`, number],
        [`MILLIS_TO_TIMESTAMP(t)`, text],
    ])("that %s makes", (expression, message) => {
        expect(warningsIn(expression)).toEqual([`mappings[0].expression: ${message}`]);
    });

    it.each([
        `TIME_PARSE("t")`,
        `"TIME_PARSE"("t")`,
        `TIME_PARSE(t)`,
        `TIME_PARSE(TIME_FORMAT("at"))`,
        `TIME_PARSE("t" || 'Z')`,
        `MILLIS_TO_TIMESTAMP("n" * 1000)`,
        `MILLIS_TO_TIMESTAMP(CAST("t" AS BIGINT))`,
        `CAST("t" AS TIMESTAMP)`,
        `CAST("t" AS DATE)`,
        `FLOOR("at" TO HOUR)`,
        `COALESCE("at", "t")`,
        `COALESCE(at, "t")`,
        `COALESCE("later", "t")`,
        `COALESCE("t", CURRENT_TIMESTAMP)`,
        `DATE_TRUNC('hour', "t")`,
        `TIME_FLOOR("t", 'PT1H')`,
        `JSON_VALUE("t", '$.at' RETURNING TIMESTAMP)`,
        `"later"`,
        `"at"`,
        `CURRENT_TIMESTAMP`,
        `U&"\\0061t"`,
    ])("not of %s", (expression) => {
        expect(warningsIn(expression)).toEqual([]);
    });
});
