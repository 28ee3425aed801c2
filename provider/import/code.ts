/** A call among the values of a program, such as `readFileSync("orders.pem", "utf8")`. */
export class Call {
    constructor(
        readonly callee: string,
        readonly args: readonly string[],
    ) {}
}

/** An expression of names alone, such as `orders.name`. */
export class Names {
    constructor(readonly text: string) {}
}

const printWidth = 120;
const tabWidth = 4;
const wide =
    /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6]|[\ud83c-\ud83e][\udc00-\udfff]|[\ud840-\ud87f][\udc00-\udfff]/g;
const isZeroWidth = /[\u0300-\u036f\u200b-\u200d\u2066-\u2069\ufe00-\ufe0f]/g;

/** The columns that a text takes: two for each character of East Asian scripts. */
const widthOf = (text: string) => Array.from(text.replace(isZeroWidth, "").replace(wide, "xx")).length;

const indentOf = (depth: number) => " ".repeat(depth * tabWidth);

const named: Readonly<Record<string, string>> = {
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
    "\v": "\\v",
};
const codeUnit = (sign: string) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;
const escape = (sign: string) => named[sign] ?? codeUnit(sign);

const unprintable = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const printable = (text: string) => text.replace(unprintable, escape).replace(loneSurrogate, codeUnit);

/** A text in the quotes that need fewer escapes. */
function quoted(text: string): string {
    const doubles = text.split('"').length;
    const quote = doubles > text.split("'").length ? "'" : '"';
    return quote + printable(text.replaceAll("\\", "\\\\").replaceAll(quote, `\\${quote}`)) + quote;
}

/** A text of several lines as a template. */
function template(text: string): string {
    const lines = text.split("\n").map((line) => printable(line.replace(/[\\`]|\$(?=\{)/g, "\\$&")));
    return `\`${lines.join("\n")}\``;
}

const isTemplate = (value: unknown): value is string => typeof value === "string" && /[^\n]\n+[^\n]/.test(value);

const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Call) &&
    !(value instanceof Names);

const isIdentifier = (name: string) =>
    /^[\p{L}\p{Nl}$_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}$]*$/u.test(name) && !/[\ud800-\udfff]/.test(name);

/** A member of this name would set the prototype, where its name is not computed. */
const prototypeKey = "__proto__";

function keyOf(name: string): string {
    if (name === prototypeKey) return `[${quoted(name)}]`;
    return isIdentifier(name) ? name : quoted(name);
}

const membersOf = (value: Record<string, unknown>) =>
    Object.entries(value).filter(([, member]) => member !== undefined);

const sizeOf = (value: unknown) =>
    Array.isArray(value) ? value.length : isObject(value) ? membersOf(value).length : 0;

/** A list of several objects, or lists, with several members each is always on several lines. */
function isSpread(list: readonly unknown[]): boolean {
    const isAll = (is: (entry: unknown) => boolean) => list.every((entry) => is(entry) && sizeOf(entry) > 1);
    return list.length > 1 && (isAll(isObject) || isAll(Array.isArray));
}

/** Prettier writes the exponent without its sign. */
const literal = (value: unknown) => JSON.stringify(value).replace("e+", "e");

/** A value on one line; undefined where it cannot be. */
function inline(value: unknown): string | undefined {
    if (value instanceof Names) return value.text;
    if (value instanceof Call) return `${value.callee}(${value.args.map(quoted).join(", ")})`;
    if (typeof value === "string") return isTemplate(value) ? undefined : quoted(value);
    if (Array.isArray(value)) {
        const entries = value.map(inline);
        return isSpread(value) || entries.includes(undefined) ? undefined : `[${entries.join(", ")}]`;
    }
    if (!isObject(value)) return literal(value);
    const members = membersOf(value).map(([name, member]) => [keyOf(name), inline(member)] as const);
    if (members.some(([, text]) => text === undefined)) return undefined;
    return members.length === 0 ? "{}" : `{ ${members.map(([key, text]) => `${key}: ${text ?? ""}`).join(", ")} }`;
}

const lines = (open: string, parts: readonly string[], close: string, depth: number) =>
    [open, ...parts.map((part) => `${indentOf(depth + 1)}${part},`), `${indentOf(depth)}${close}`].join("\n");

/** Numbers, as many on a line as fit. */
function filled(list: readonly number[], depth: number): string {
    const rows: string[] = [];
    for (const entry of list.map((number) => `${literal(number)},`)) {
        const row = rows.at(-1);
        const longer = `${row ?? ""} ${entry}`;
        if (row !== undefined && tabWidth * (depth + 1) + longer.length <= printWidth) rows[rows.length - 1] = longer;
        else rows.push(entry);
    }
    return ["[", ...rows.map((row) => indentOf(depth + 1) + row), `${indentOf(depth)}]`].join("\n");
}

/** A value where `used` columns of its line are taken, and one more by what follows it. */
function print(value: unknown, depth: number, used: number): string {
    const line = inline(value);
    if (line !== undefined && used + widthOf(line) + 1 <= printWidth) return line;
    if (isTemplate(value)) return template(value);
    if (Array.isArray(value)) {
        const entries: readonly unknown[] = value;
        if (entries.length > 1 && entries.every((entry) => typeof entry === "number")) return filled(entries, depth);
        const parts = entries.map((entry) => print(entry, depth + 1, tabWidth * (depth + 1)));
        return lines("[", parts, "]", depth);
    }
    if (value instanceof Call) return lines(`${value.callee}(`, value.args.map(quoted), ")", depth);
    return isObject(value) ? printObject(value, depth) : (line ?? "");
}

/** Names shorter than this and the text behind them stay on one line. */
const shortKey = tabWidth + 3;

function printMember(name: string, value: unknown, depth: number): string {
    const key = keyOf(name);
    const begin = `${key}: `;
    const line = inline(value);
    const isWord = (typeof value === "string" && !isTemplate(value)) || value instanceof Names;
    const fits = line !== undefined && tabWidth * depth + widthOf(begin) + widthOf(line) + 1 <= printWidth;
    if (isWord && !fits && widthOf(key) >= shortKey) return `${key}:\n${indentOf(depth + 1)}${line ?? ""}`;
    return begin + print(value, depth, tabWidth * depth + widthOf(begin));
}

/** An object with a line for each member. */
function printObject(value: Record<string, unknown>, depth: number): string {
    const members = membersOf(value).map(([name, member]) => printMember(name, member, depth + 1));
    return members.length === 0 ? "{}" : lines("{", members, "}", depth);
}

/** A statement that makes an object of a class, formatted as Prettier does with 120 columns and 4 spaces. */
export function printNew(
    begin: string,
    className: string,
    name: string,
    args: Record<string, unknown>,
    options: Record<string, unknown>,
): string {
    const head = `${begin}new ${className}(`;
    const first = quoted(name);
    const isAlone = sizeOf(options) === 0;
    if (isAlone && widthOf(head) + widthOf(first) + 3 <= printWidth)
        return `${head}${first}, ${printObject(args, 0)});\n`;
    if (sizeOf(args) === 0) {
        const line = `${head}${[first, "{}", inline(options)].join(", ")});`;
        if (widthOf(line) <= printWidth) return `${line}\n`;
    }
    const more = isAlone ? [] : [print(options, 1, tabWidth)];
    return `${lines(head, [first, printObject(args, 1), ...more], ")", 0)};\n`;
}

/** An import of some names, or of a whole module where there are none. */
export function printImport(names: readonly string[], module: string): string {
    if (names.length === 0) return `import ${quoted(module)};\n`;
    const line = `import { ${names.join(", ")} } from ${quoted(module)};`;
    if (widthOf(line) <= printWidth) return `${line}\n`;
    return `${lines("import {", names, `} from ${quoted(module)}`, 0)};\n`;
}
