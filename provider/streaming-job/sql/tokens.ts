/** A part of an SQL expression, other than white space and comments. */
export interface Token {
    readonly kind: "text" | "name" | "word" | "sign";
    /** Of a text or a name: without its quotes, and with doubled quotes as one. */
    readonly value: string;
    /** In characters from the start of the text. */
    readonly offset: number;
}

// The lexical rules of Apache Calcite, which parses Druid's SQL. A quote that is a sign is not closed.
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
    return [...expression.matchAll(lexer)].flatMap(({ index: offset, groups = {} }): Token[] => {
        const { space, text, coded, name, word, sign = "" } = groups;
        if (space !== undefined) return [];
        if (text !== undefined) return [{ kind: "text", value: text.slice(1, -1).replaceAll("''", "'"), offset }];
        if (name !== undefined) return [{ kind: "name", value: name.replaceAll('""', '"'), offset }];
        if (word !== undefined) return [{ kind: "word", value: word, offset }];
        // A name in code points (U&"…") is left to the API, as signs are.
        return [{ kind: "sign", value: coded ?? sign, offset }];
    });
}

/** Where a token stands, for messages: "at character 5". */
export const placeOf = ({ offset }: Token) => `at character ${offset + 1}`;

export const isWord = (token: Token | undefined, ...words: string[]) =>
    token?.kind === "word" && words.includes(token.value.toUpperCase());

export const isSign = (token: Token | undefined, ...signs: string[]) =>
    token?.kind === "sign" && signs.includes(token.value);

export const closing: Record<string, string> = { "(": ")", "[": "]", "{": "}" };

/** The index of each closing round bracket, by the index of the bracket that opens it. */
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

/** An expression without the round brackets that enclose all of it. */
export function withoutBrackets(tokens: readonly Token[]): readonly Token[] {
    const partners = partnersIn(tokens);
    let depth = 0;
    while (partners.get(depth) === tokens.length - 1 - depth) depth += 1;
    return tokens.slice(depth, tokens.length - depth);
}
