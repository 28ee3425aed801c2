import type { Problem } from "../../values/shape";
import type { PartialArguments } from "../partial-arguments";
import { timeProblem, timeWarnings } from "../times";
import type { InputFields } from "./input-fields";
import { structureProblem } from "./structure";
import { isSign, isWord, placeOf, tokensOf } from "./tokens";
import type { Token } from "./tokens";

export interface Expression {
    readonly path: readonly PropertyKey[];
    readonly tokens: readonly Token[];
    /** Whether it makes the time of a row. */
    readonly isTime: boolean;
}

/** The expressions of a job's mappings and its filter, as far as they are known. */
export function expressionsIn({ mappings = [], filterExpression }: PartialArguments): Expression[] {
    const columns = mappings.map((mapping, index) => ({
        path: ["mappings", index, "expression"],
        text: mapping?.expression,
        isTime: mapping?.columnName === "__time",
    }));
    const filter = { path: ["filterExpression"], text: filterExpression, isTime: false };
    return [...columns, filter].flatMap(({ text, ...rest }) =>
        text === undefined ? [] : [{ ...rest, tokens: tokensOf(text) }],
    );
}

/** The names in double quotes that are fields: not functions, types or parts of a longer name, nor tables of a query. */
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
    return fieldsIn(tokens).flatMap(({ field, isCompared }) => {
        if (seen.has(field.value)) return [];
        seen.add(field.value);
        const problem = fields.problemOf(field.value, isCompared);
        return problem === undefined ? [] : [`the field ${placeOf(field)} ${problem}`];
    });
}

const maxFieldProblems = 20;

/** What is wrong with the expressions of a job's mappings and its filter. */
export function expressionProblems(expressions: readonly Expression[], fields: InputFields): Problem[] {
    let count = 0;
    const problems = expressions.flatMap(({ path, tokens, isTime }) => {
        const structure = structureProblem(tokens);
        if (structure !== undefined) return [{ path, message: structure }];
        const undeclared = fieldProblems(tokens, fields);
        const shown = undeclared.slice(0, Math.max(0, maxFieldProblems - count));
        count += undeclared.length;
        const time = isTime ? timeProblem(tokens, fields) : undefined;
        return [...shown, ...(time === undefined ? [] : [time])].map((message) => ({ path, message }));
    });
    if (count <= maxFieldProblems) return problems;
    const message = `the expressions use fields that are not declared: those above, and ${count - maxFieldProblems} more`;
    return [...problems, { path: ["source", "inputSchema"], message }];
}

/** What is likely wrong with the expression of a row's time, by the data types of its fields. */
export const expressionWarnings = (expressions: readonly Expression[], fields: InputFields): Problem[] =>
    expressions
        .filter(({ isTime }) => isTime)
        .flatMap(({ path, tokens }) => timeWarnings(tokens, fields).map((message) => ({ path, message })));
