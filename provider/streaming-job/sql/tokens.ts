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
        /(?<space>[ \t\n\r\f]+|(?:--|\/\/)[^\n\r]*|\/\*[^]*?\*\/)/u,
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

export const closing: Record<string, string> = { "(": ")", "[": "]", "{": "}" };

/** The places of round brackets that close, by those that open. */
export function partnersIn(tokens: readonly Token[]): ReadonlyMap<number, number> {
    const open: number[] = [];
    const partners = new Map<number, number>();
    for (const [index, token] of tokens.entries()) {
        if (isSign(token, "(")) open.push(index);
        const partner = isSign(token, ")") ? open.pop() : undefined;
        if (partner !== undefined) partners.set(partner, index);
    }
    return partners;
}

/** An expression without the round brackets around all of it. */
export function withoutBrackets(tokens: readonly Token[]): readonly Token[] {
    const partners = partnersIn(tokens);
    let depth = 0;
    while (partners.get(depth) === tokens.length - 1 - depth) depth += 1;
    return tokens.slice(depth, tokens.length - depth);
}
