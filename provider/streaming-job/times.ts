import type { InputFields } from "./sql/input-fields";
import { isSign, partnersIn, withoutBrackets } from "./sql/tokens";
import type { Token } from "./sql/tokens";

/** Whether a function is called by one of these names, which may stand in quotes. */
const isFunction = (token: Token | undefined, ...names: string[]) =>
    (token?.kind === "word" || token?.kind === "name") && names.includes(token.value.toUpperCase());

/** The first arguments of functions that make a time, where they are one part. */
function parsed(tokens: readonly Token[]): { parser: Token; argument: Token }[] {
    return tokens.flatMap((parser, index) => {
        const [open, argument, end] = tokens.slice(index + 1, index + 4);
        const isParser = isFunction(parser, "TIME_PARSE", "MILLIS_TO_TIMESTAMP");
        const isAlone = isParser && isSign(open, "(") && isSign(end, ")", ",");
        return isAlone && argument ? [{ parser, argument }] : [];
    });
}

/** Whether all of an expression is one number, a truth value or NULL. */
function isNoText(tokens: readonly Token[]): boolean {
    if (tokens.some(({ kind }) => kind === "text" || kind === "name")) return false;
    const text = tokens.map(({ value }) => value).join("");
    return /^(null|true|false|[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?)$/i.test(text);
}

/** What is wrong with an expression that has to make a time, where that is certain. */
export function timeProblem(tokens: readonly Token[], fields: InputFields): string | undefined {
    const inner = withoutBrackets(tokens);
    if (isNoText(inner)) return "expected a time, not a number, a truth value or NULL alone";
    const [only] = inner.length === 1 ? inner : [];
    const isField = only?.kind === "name" || (only?.kind === "word" && !/^(current|local)/i.test(only.value));
    if (isField && (fields.typeOf(only.value) ?? "timestamp") !== "timestamp") {
        return "expected a time: apply TIME_PARSE or MILLIS_TO_TIMESTAMP to the field";
    }
    const texts = [...parsed(tokens).map(({ argument }) => argument), ...(only ? [only] : [])];
    // Whatever stands around it, the name of a field is no time; a text without digits is none by itself.
    const isWhole = inner.length <= 4;
    const isNoTime = (text: string) => fields.typeOf(text) !== undefined || (isWhole && !/\d/.test(text));
    const field = texts.find(({ kind, value }) => kind === "text" && isNoTime(value));
    if (field === undefined) return undefined;
    return `expected a time: the text at character ${field.at + 1} is none; fields are in double quotes`;
}

const numbers = ["bigint", "double", "float", "long"];
const texts = ["string", "varchar"];

/** What a function that reads a time gives instead of one. */
const results: Record<string, string> = { TIME_FORMAT: "text", TIME_EXTRACT: "number", TIMESTAMP_TO_MILLIS: "number" };

/** Whether a part of an expression can make a time, or is not known well enough. */
function isPossible(token: Token, after: Token | undefined, fields: InputFields): boolean {
    // Escapes of JDBC, and names in code points.
    if (token.kind === "sign") return token.value === "{" || token.value.length > 1;
    if (token.kind === "text") return false;
    const type = fields.typeOf(token.value);
    if (type !== undefined) return ![...numbers, ...texts].includes(type);
    if (token.kind === "name" && !isSign(after, "(")) return true;
    return /time|date|interval|^(now|to|select)$/i.test(token.value);
}

/** Whether an expression over fields has no function, type or field that has to do with times. */
function isTimeless(tokens: readonly Token[], fields: InputFields): boolean {
    const isField = ({ kind, value }: Token) =>
        (kind === "word" || kind === "name") && fields.typeOf(value) !== undefined;
    return tokens.some(isField) && !tokens.some((token, index) => isPossible(token, tokens[index + 1], fields));
}

/** What may not make the time of a row. */
export function timeDoubts(tokens: readonly Token[], fields: InputFields): string[] {
    const inner = withoutBrackets(tokens);
    if (inner.length > 1 && isTimeless(inner, fields)) {
        return ["expected a time; apply TIME_PARSE or MILLIS_TO_TIMESTAMP"];
    }
    const [outermost] = partnersIn(inner).get(1) === inner.length - 1 ? inner : [];
    const result = Object.keys(results).find((name) => isFunction(outermost, name));
    if (result !== undefined) return [`expected a time; ${result} gives a ${results[result] ?? ""}`];
    return parsed(tokens).flatMap(({ parser, argument: { kind, value } }) => {
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
