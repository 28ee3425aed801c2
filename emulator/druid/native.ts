/** Texts of Druid's native expressions: names in double quotes, literals in single quotes, both with backslashes. */

const NAME_OR_LITERAL = /'(?:[^'\\]|\\.)*'|"((?:[^"\\]|\\.)*)"/g;
const PARSED = /(?:try_parse_json\(("(?:[^"\\]|\\.)*")\)|string_to_array\(("(?:[^"\\]|\\.)*"),','\))/g;

const literal = (text: string) => `'${text.replace(/[\\']/g, "\\$&")}'`;

export const identifier = (name: string) => `"${name.replace(/[\\"]/g, "\\$&")}"`;

const unescape = (name: string) =>
    name.replace(/\\(?:u([0-9A-Fa-f]{4})|(.))/g, (_, code: string | undefined, other: string | undefined) =>
        code === undefined ? (other ?? "") : String.fromCharCode(Number.parseInt(code, 16)),
    );

/** Replaces the columns in an expression by expressions. */
export const substitute = (expression: string, replacement: (column: string) => string) =>
    expression.replace(NAME_OR_LITERAL, (all, name: string | undefined) =>
        name === undefined ? all : replacement(unescape(name)),
    );

/** JSON and arrays were parsed only to give them a type: the row of the input format has the value itself. */
export const withoutParsing = (expression: string) =>
    expression.replace(PARSED, (all, json: string | undefined, array: string | undefined) => json ?? array ?? all);

type PathPart = { type: "field"; field: string } | { type: "arrayElement"; index: number };

/** A value inside a JSON column. */
export function jsonValue(column: string, parts: PathPart[], type: string | undefined, isRaw: boolean): string {
    const path = parts.map((part) => (part.type === "field" ? `['${part.field}']` : `[${part.index}]`)).join("");
    const place = `${identifier(column)},${literal(`$${path}`)}`;
    return isRaw ? `json_query(${place})` : `json_value(${place}, '${type ?? "STRING"}')`;
}
