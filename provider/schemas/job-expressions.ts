import { entriesOf, membersOf } from "./input-fields";
import type { InputFields, IsUnknown } from "./input-fields";
import type { Problem } from "./shape";
import { isSign, isWord, tokensOf, withoutBrackets } from "./sql";
import type { Token } from "./sql";
import { structureProblem } from "./sql-structure";

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
function fieldsIn(tokens: readonly Token[]): Token[] {
    if (tokens.some((token) => isWord(token, "SELECT"))) return [];
    return tokens.filter(({ kind }, index) => {
        const [before, after] = [tokens[index - 1], tokens[index + 1]];
        return kind === "name" && !isWord(before, "AS") && !isSign(before, ".") && !isSign(after, ".", "(");
    });
}

function fieldProblems(tokens: readonly Token[], fields: InputFields): string[] {
    const places = new Map<string, number>();
    for (const { value, at } of fieldsIn(tokens)) if (!places.has(value)) places.set(value, at);
    return [...places].flatMap(([name, at]) => {
        const problem = fields.problemOf(name);
        return problem === undefined ? [] : [`the field at character ${at + 1} ${problem}`];
    });
}

const isParser = (token: Token | undefined) => isWord(token, "TIME_PARSE", "MILLIS_TO_TIMESTAMP");

/** The first arguments of functions that make a time, where they are one part. */
function parsed(tokens: readonly Token[]): { parser: Token; argument: Token }[] {
    return tokens.flatMap((parser, index) => {
        const [open, argument, end] = tokens.slice(index + 1, index + 4);
        const isAlone = isParser(parser) && isSign(open, "(") && isSign(end, ")", ",");
        return isAlone && argument ? [{ parser, argument }] : [];
    });
}

/** What is wrong with an expression that has to make a time, where that is certain. */
function timeProblem(tokens: readonly Token[], fields: InputFields): string | undefined {
    const inner = withoutBrackets(tokens);
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

/** What is wrong with the expressions of a job's mappings and its filter. */
export function expressionProblems(given: Given, fields: InputFields, isUnknown: IsUnknown): Problem[] {
    return expressionsIn(given, isUnknown).flatMap(({ path, tokens, isTime }) => {
        const structure = structureProblem(tokens);
        if (structure !== undefined) return [{ path, message: structure }];
        const time = isTime ? timeProblem(tokens, fields) : undefined;
        const messages = [...fieldProblems(tokens, fields), ...(time === undefined ? [] : [time])];
        return messages.map((message) => ({ path, message }));
    });
}

const argumentTypes: Record<string, readonly string[]> = {
    TIME_PARSE: ["bigint", "double", "float", "long"],
    MILLIS_TO_TIMESTAMP: ["string", "varchar"],
};

/** Times that may not come out, by the data types of the fields that make them. */
export function timeWarnings(given: Given, fields: InputFields, isUnknown: IsUnknown): Problem[] {
    return expressionsIn(given, isUnknown).flatMap(({ path, tokens, isTime }) =>
        (isTime ? parsed(tokens) : []).flatMap(({ parser, argument: { kind, value } }) => {
            const name = parser.value.toUpperCase();
            if (kind !== "name" || !argumentTypes[name]?.includes(fields.typeOf(value) ?? "")) return [];
            return [
                {
                    path,
                    message:
                        name === "TIME_PARSE"
                            ? "TIME_PARSE reads texts, and the field is a number; MILLIS_TO_TIMESTAMP reads milliseconds"
                            : "MILLIS_TO_TIMESTAMP reads numbers, and the field is a text; TIME_PARSE reads texts",
                },
            ];
        }),
    );
}
