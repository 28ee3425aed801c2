import type { InputFields } from "./sql/input-fields";
import { isSign, partnersIn, placeOf, withoutBrackets } from "./sql/tokens";
import type { Token } from "./sql/tokens";

/** Whether a token is the name of one of these functions, with or without quotes. */
const isFunction = (token: Token | undefined, ...names: string[]) =>
    (token?.kind === "word" || token?.kind === "name") && names.includes(token.value.toUpperCase());

/** The calls of functions that make a time, with their first arguments where these are one token. */
function timeCallsIn(tokens: readonly Token[]): { parser: Token; argument: Token }[] {
    return tokens.flatMap((parser, index) => {
        if (!isFunction(parser, "TIME_PARSE", "MILLIS_TO_TIMESTAMP")) return [];
        const [open, argument, end] = tokens.slice(index + 1, index + 4);
        return argument && isSign(open, "(") && isSign(end, ")", ",") ? [{ parser, argument }] : [];
    });
}

/** Whether all of an expression is one number, a truth value or NULL. */
function isConstant(tokens: readonly Token[]): boolean {
    if (tokens.some(({ kind }) => kind === "text" || kind === "name")) return false;
    const text = tokens.map(({ value }) => value).join("");
    return /^(null|true|false|[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?)$/i.test(text);
}

/** What is wrong with the expression of a row's time, where that is certain. */
export function timeProblem(tokens: readonly Token[], fields: InputFields): string | undefined {
    const inner = withoutBrackets(tokens);
    if (isConstant(inner)) return "expected a time, not a number, a truth value or NULL alone";
    const [only] = inner.length === 1 ? inner : [];
    const isField = only?.kind === "name" || (only?.kind === "word" && !/^(current|local)/i.test(only.value));
    if (isField && (fields.typeOf(only.value) ?? "timestamp") !== "timestamp") {
        return "expected a time: apply TIME_PARSE or MILLIS_TO_TIMESTAMP to the field";
    }
    const operands = [...timeCallsIn(tokens).map(({ argument }) => argument), ...(only ? [only] : [])];
    // The name of a field is never a time. Other texts without digits can be one only within a larger expression.
    const isWhole = inner.length <= 4;
    const isNotTime = (text: string) => fields.typeOf(text) !== undefined || (isWhole && !/\d/.test(text));
    const field = operands.find(({ kind, value }) => kind === "text" && isNotTime(value));
    return field && `expected a time: the text ${placeOf(field)} is not one; fields are in double quotes`;
}

const numbers = ["bigint", "double", "float", "long"];
const texts = ["string", "varchar"];

/** The results of functions that read a time. */
const results: Record<string, string> = { TIME_FORMAT: "text", TIME_EXTRACT: "number", TIMESTAMP_TO_MILLIS: "number" };

/** Whether a token can make a time, or is not known well enough. */
function canMakeTime(token: Token, after: Token | undefined, fields: InputFields): boolean {
    // Escapes of JDBC, and names in code points.
    if (token.kind === "sign") return token.value === "{" || token.value.length > 1;
    if (token.kind === "text") return false;
    const type = fields.typeOf(token.value);
    if (type !== undefined) return ![...numbers, ...texts].includes(type);
    if (token.kind === "name" && !isSign(after, "(")) return true;
    return /time|date|interval|^(now|to|select)$/i.test(token.value);
}

/** Whether an expression over fields has no function, type or field that can make a time. */
function cannotMakeTime(tokens: readonly Token[], fields: InputFields): boolean {
    const isField = ({ kind, value }: Token) =>
        (kind === "word" || kind === "name") && fields.typeOf(value) !== undefined;
    return tokens.some(isField) && !tokens.some((token, index) => canMakeTime(token, tokens[index + 1], fields));
}

/** What is likely wrong with the expression of a row's time. */
export function timeWarnings(tokens: readonly Token[], fields: InputFields): string[] {
    const inner = withoutBrackets(tokens);
    if (inner.length > 1 && cannotMakeTime(inner, fields)) {
        return ["expected a time; apply TIME_PARSE or MILLIS_TO_TIMESTAMP"];
    }
    const [outermost] = partnersIn(inner).get(1) === inner.length - 1 ? inner : [];
    const reader = Object.keys(results).find((name) => isFunction(outermost, name));
    if (reader !== undefined) return [`expected a time; ${reader} gives a ${results[reader] ?? ""}`];
    return timeCallsIn(tokens).flatMap(({ parser, argument: { kind, value } }) => {
        const type = kind === "name" || kind === "word" ? (fields.typeOf(value) ?? "") : "";
        if (isFunction(parser, "TIME_PARSE") && numbers.includes(type)) {
            return ["TIME_PARSE reads texts, and the field is a number; MILLIS_TO_TIMESTAMP reads milliseconds"];
        }
        if (isFunction(parser, "MILLIS_TO_TIMESTAMP") && texts.includes(type)) {
            return ["MILLIS_TO_TIMESTAMP reads numbers, and the field is a text; TIME_PARSE reads texts"];
        }
        return [];
    });
}
