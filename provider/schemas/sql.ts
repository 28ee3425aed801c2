/** A part of an SQL expression, with its place in the text. Comments and white space are none. */
export interface Token {
    readonly kind: "text" | "name" | "word" | "sign";
    /** What a text or a name says, without quotes and their doubling. */
    readonly value: string;
    readonly at: number;
}

// The lexical rules of Apache Calcite, which parses Druid's SQL. A quote that matches as a sign is not closed.
const lexer = new RegExp(
    [
        /(?<space>\s+|(?:--|\/\/)[^\n\r]*|\/\*[^]*?\*\/)/u,
        /(?<text>[eE]'(?:\\[^]|''|[^'\\])*'|'(?:''|[^'])*')/u,
        /(?<coded>[uU]&"(?:""|[^"])*")/u,
        /"(?<name>(?:""|[^"])*)"/u,
        /(?<word>[\p{L}_$][\p{L}\p{N}_$]*)/u,
        /(?<sign>\/\*|[^])/u,
    ]
        .map(({ source }) => source)
        .join("|"),
    "gu",
);

export function tokensOf(expression: string): Token[] {
    const tokens: Token[] = [];
    for (const { index: at, groups = {} } of expression.matchAll(lexer)) {
        const { text, coded, name, word, sign } = groups;
        if (text !== undefined) tokens.push({ kind: "text", value: text.slice(1, -1).replaceAll("''", "'"), at });
        else if (name !== undefined) tokens.push({ kind: "name", value: name.replaceAll('""', '"'), at });
        else if (word !== undefined) tokens.push({ kind: "word", value: word, at });
        // A name in code points is left to the API, as signs are.
        else if (coded !== undefined || sign !== undefined)
            tokens.push({ kind: "sign", value: coded ?? sign ?? "", at });
    }
    return tokens;
}

export const isWord = (token: Token | undefined, ...words: string[]) =>
    token?.kind === "word" && words.includes(token.value.toUpperCase());

export const isSign = (token: Token | undefined, ...signs: string[]) =>
    token?.kind === "sign" && signs.includes(token.value);

const closing: Record<string, string> = { "(": ")", "[": "]", "{": "}" };
const unclosed: Record<string, string> = {
    '"': "name in double quotes",
    "'": "text in single quotes",
    "/*": "comment",
};

/** What quotes, brackets and ends alone show of a text that can be no expression. */
export function structureProblem(tokens: readonly Token[]): string | undefined {
    const open: Token[] = [];
    if (isWord(tokens[0], "WHERE", "SELECT")) return "expected the expression alone, without WHERE or SELECT before it";
    for (const token of tokens) {
        const { value, at } = token;
        if (isWord(token, "AS") && open.length === 0) return "expected the expression alone, without AS and an alias";
        if (token.kind !== "sign") continue;
        const place = `at character ${at + 1}`;
        if (unclosed[value]) return `the ${unclosed[value]} ${place} is not closed`;
        if (value === ";") return `expected one expression, without the ";" ${place}`;
        if (closing[value]) open.push(token);
        else if (Object.values(closing).includes(value) && closing[open.pop()?.value ?? ""] !== value) {
            return `the "${value}" ${place} closes no bracket`;
        }
    }
    const [last] = open.slice(-1);
    if (last) return `the "${last.value}" at character ${last.at + 1} is not closed`;
    if (tokens.length === 0) return "expected an SQL expression, not white space and comments alone";
    return isSign(tokens.at(-1), ",") ? 'expected one expression, without a "," at its end' : undefined;
}
