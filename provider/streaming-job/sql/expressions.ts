import { entriesOf, membersOf } from "./input-fields";
import type { InputFields, IsUnknown } from "./input-fields";
import type { Problem } from "../../values/shape";
import { timeDoubts, timeProblem } from "../times";
import { isSign, isWord, tokensOf } from "./tokens";
import type { Token } from "./tokens";
import { structureProblem } from "./structure";

interface Given {
    readonly mappings?: unknown;
    readonly filterExpression?: unknown;
}

interface Expression {
    readonly path: readonly PropertyKey[];
    readonly tokens: readonly Token[];
    /** Whether it makes the time of a row. */
    readonly isTime: boolean;
}

/** The expressions of a job's mappings and its filter, as far as they are known. */
function expressionsIn(given: Given, isUnknown: IsUnknown): Expression[] {
    const mapped = entriesOf(given.mappings).map((entry, index) => {
        const { columnName, expression } = membersOf(entry);
        return { path: ["mappings", index, "expression"], text: expression, isTime: columnName === "__time" };
    });
    const all = [...mapped, { path: ["filterExpression"], text: given.filterExpression, isTime: false }];
    return all.flatMap(({ text, ...rest }) =>
        typeof text === "string" && !isUnknown(text) ? [{ ...rest, tokens: tokensOf(text) }] : [],
    );
}

/** The names in double quotes that are fields: no functions, types or parts of a longer name, no tables of a query. */
function fieldsIn(tokens: readonly Token[]): { field: Token; isCompared: boolean }[] {
    if (tokens.some((token) => isWord(token, "SELECT"))) return [];
    return tokens.flatMap((field, index) => {
        const [before, after] = [tokens[index - 1], tokens[index + 1]];
        if (field.kind !== "name" || isWord(before, "AS") || isSign(before, ".") || isSign(after, ".", "(")) return [];
        const isListed = isSign(before, "(") && isWord(tokens[index - 2], "IN");
        return [{ field, isCompared: isListed || isSign(before, "=", "<", ">") || isWord(before, "LIKE") }];
    });
}

function fieldProblems(tokens: readonly Token[], fields: InputFields): string[] {
    const seen = new Set<string>();
    return fieldsIn(tokens).flatMap(({ field: { value, at }, isCompared }) => {
        if (seen.has(value)) return [];
        seen.add(value);
        const problem = fields.problemOf(value, isCompared);
        return problem === undefined ? [] : [`the field at character ${at + 1} ${problem}`];
    });
}

const mostFields = 20;

/** What is wrong with the expressions of a job's mappings and its filter. */
export function expressionProblems(given: Given, fields: InputFields, isUnknown: IsUnknown): Problem[] {
    let count = 0;
    const problems = expressionsIn(given, isUnknown).flatMap(({ path, tokens, isTime }) => {
        const structure = structureProblem(tokens);
        if (structure !== undefined) return [{ path, message: structure }];
        const undeclared = fieldProblems(tokens, fields);
        const shown = undeclared.slice(0, Math.max(0, mostFields - count));
        count += undeclared.length;
        const time = isTime ? timeProblem(tokens, fields) : undefined;
        return [...shown, ...(time === undefined ? [] : [time])].map((message) => ({ path, message }));
    });
    if (count <= mostFields) return problems;
    const message = `the expressions use fields that are not declared: those above, and ${count - mostFields} more`;
    return [...problems, { path: ["source", "inputSchema"], message }];
}

/** Times that may not come out, by the data types of the fields that make them. */
export function timeWarnings(given: Given, fields: InputFields, isUnknown: IsUnknown): Problem[] {
    return expressionsIn(given, isUnknown).flatMap(({ path, tokens, isTime }) =>
        (isTime ? timeDoubts(tokens, fields) : []).map((message) => ({ path, message })),
    );
}
