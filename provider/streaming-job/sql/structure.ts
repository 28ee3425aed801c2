import { closing, isSign, isWord, placeOf } from "./tokens";
import type { Token } from "./tokens";

const unclosed: Record<string, string> = {
    '"': "name in double quotes",
    "'": "text in single quotes",
    "/*": "comment",
};

const otherQuote = /^[\u2018-\u201f\u00ab\u00bb\u2039\u203a\u00b4`]$/;
const invisible = /^[\v\u00a0\u00ad\u2000-\u200f\u2028-\u202f\u2060-\u206f\u3000\ufeff]$/;

// SQL reserves these words: none of them is a field without quotes.
const statements = ["WHERE", "SELECT", "HAVING", "FROM", "INSERT", "EXPLAIN", "WITH", "VALUES", "DELETE", "UPDATE"];
const connectives = ["AND", "OR", "IS", "IN", "LIKE", "BETWEEN", "ESCAPE"];
const branches = ["WHEN", "THEN", "ELSE"];
const operators = ["=", "<", "!", "/", "%", "|", "&", "^"];

/** A token between its neighbours. */
type Neighbourhood = readonly [before: Token | undefined, token: Token | undefined, after: Token | undefined];

/** Whether a clause of a query begins with this token, which no part of an expression does. */
function isClause([before, token, after]: Neighbourhood): boolean {
    if (isWord(token, "GROUP", "ORDER")) return isWord(after, "BY");
    return (
        isWord(token, "WHERE", "HAVING", "LIMIT", "SELECT") || (isWord(token, "FROM") && !isWord(before, "DISTINCT"))
    );
}

/** What is missing beside an operator that is the first or the last token of the text, or of brackets. */
function operandProblem([before, token, after]: Neighbourhood): string | undefined {
    if (!token) return undefined;
    const operator = token.kind === "word" ? token.value.toUpperCase() : `"${token.value}"`;
    // In brackets, a "*" counts rows, and a ">" can close a type.
    const isFirst = before === undefined || isSign(before, ...Object.keys(closing));
    const begins = isWord(token, ...connectives, ...branches, "END") || isSign(token, ...operators, ">");
    if (isFirst && (begins || (!before && isSign(token, "*"))))
        return `expected an operand before the ${operator} ${placeOf(token)}`;
    const isLast = after === undefined || isSign(after, ...Object.values(closing));
    const ends = isWord(token, ...connectives, ...branches, "NOT", "CASE") || isSign(token, ...operators, "+", "-");
    if (isLast && (ends || (!after && isSign(token, "*", ">"))))
        return `expected an operand after the ${operator} ${placeOf(token)}`;
    return undefined;
}

function beginProblem(tokens: readonly Token[]): string | undefined {
    const [first, second] = tokens;
    if (first === undefined) return "expected an SQL expression, not white space and comments alone";
    const isReplace = isWord(first, "REPLACE") && isWord(second, "INTO");
    if (isWord(first, ...statements) || isReplace || isClause([undefined, first, second])) {
        return `expected the expression alone, without ${first.value.toUpperCase()} before it`;
    }
    const inner = tokens.find((token) => !isSign(token, "("));
    const isEmpty = isSign(first, "(") && isSign(inner, ")");
    return isEmpty ? "expected an SQL expression, not empty brackets" : undefined;
}

/** Why a text cannot be an expression, as its quotes, brackets and ends alone show. */
export function structureProblem(tokens: readonly Token[]): string | undefined {
    const problem = beginProblem(tokens);
    if (problem !== undefined) return problem;
    const open: Token[] = [];
    let cases = 0;
    for (const [index, token] of tokens.entries()) {
        const { kind, value } = token;
        const place = placeOf(token);
        const before = tokens[index - 1];
        const neighbourhood = [before, token, tokens[index + 1]] as const;
        if (open.length === 0) {
            if (isWord(token, "AS")) return "expected the expression alone, without AS and an alias";
            if (isClause(neighbourhood))
                return `expected the expression alone, without the ${value.toUpperCase()} ${place}`;
            if (before?.kind === "name" && (kind === "name" || kind === "text")) {
                return `expected an operator before the ${kind} ${place}`;
            }
            if (isWord(token, "CASE")) cases += 1;
            if (isWord(token, "END")) cases -= 1;
            // One WHEN can list several values.
            if (isSign(token, ",") && cases <= 0) return `expected one expression, without the "," ${place}`;
        }
        if (isWord(token, "WHERE") && isSign(before, "(") && !isWord(tokens[index - 2], "FILTER")) {
            return `expected the expression alone, without the WHERE ${place}`;
        }
        const missing = operandProblem(neighbourhood);
        if (missing !== undefined) return missing;
        if (kind !== "sign") continue;
        if (unclosed[value]) return `the ${unclosed[value]} ${place} is not closed`;
        if (otherQuote.test(value)) return `the quote ${place} is not an SQL quote: names take ", and texts take '`;
        if (invisible.test(value)) return `the invisible character ${place} is not SQL white space`;
        if (value === ";") return `expected one expression, without the ";" ${place}`;
        if (closing[value]) open.push(token);
        else if (Object.values(closing).includes(value) && closing[open.pop()?.value ?? ""] !== value) {
            return `the "${value}" ${place} closes no bracket`;
        }
    }
    const [last] = open.slice(-1);
    return last && `the "${last.value}" ${placeOf(last)} is not closed`;
}
