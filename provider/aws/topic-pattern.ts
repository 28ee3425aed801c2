/** What one alternative of a pattern matches, as a wildcard of IAM: `?` is any one character and `*` any text. */
export interface Alternative {
    readonly wildcard: string;
    /** Whether the wildcard matches nothing else. */
    readonly isExact: boolean;
}

/** What JavaScript says of a text that is no regular expression, by the end of its message, which quotes the pattern. */
const syntaxFaults = {
    "Unterminated group": "( is not closed",
    "Unmatched ')'": ") closes no group",
    "Nothing to repeat": "*, + or ? has nothing to repeat",
    "numbers out of order in {} quantifier": "the bounds in { } are out of order",
    "Range out of order in character class": "a range in [ ] is out of order",
    "Unterminated character class": "[ is not closed",
    "\\ at end of pattern": "\\ at the end escapes nothing",
    "Invalid capture group name": "the name of a group is malformed",
    "Duplicate capture group name": "two groups have the same name",
    "Invalid group": "(? begins a group that Java does not know",
};

/** What Java has and JavaScript has not, or reads in another way: flags, quotes, possessive quantifiers, nested classes. */
const extrasOfJava =
    /\(\?(?!:)[imsducxU-]*[:)]|\(\?(?:>|<[=!])|\\[QEpPxNcbBAGzZ]|[*+?}][+{]|(?:^|[(:^|])\{|\^[*+?]|\[[^\]]*\[|&&/;

const flags = /\(\?(?!:)[imsducxU-]+[:)]/;

/** Why a text is surely no regular expression of Java; undefined where there is none, or doubt. */
function syntaxFault(pattern: string): string | undefined {
    if (extrasOfJava.test(pattern)) return undefined;
    try {
        new RegExp(pattern);
    } catch (error) {
        const message = error instanceof Error ? error.message : "";
        return Object.entries(syntaxFaults).find(([end]) => message.endsWith(end))?.[1];
    }
    return undefined;
}

const foreignKinds: readonly [RegExp, string][] = [
    [/[,;]/, "a comma or semicolon (for a list write a|b)"],
    [/\//, "a slash (a pattern stands without delimiters)"],
    [/\s/, "white space"],
    [/["'`]/, "quotes"],
    [/[{}]/, "a brace"],
    [/:/, "a colon"],
    [/./su, "a character that no topic name has"],
];

/** Java quotes by `\Q` and `\E`; here each character is escaped by itself. */
const withoutQuotes = (pattern: string) =>
    pattern.replace(/\\Q(.*?)(?:\\E|$)|\\./gsu, (whole, quoted?: string) =>
        quoted === undefined ? whole : quoted.replace(/[^A-Za-z0-9]/gu, "\\$&"),
    );

const tokenForm = /\\(?:[pPNxb]\{[^}\\]*\}|k<\w+>|c.|.)|\[\^?\]?|\{\d+(?:,\d*)?\}|./gsu;

/** The top-level alternatives of a pattern, in tokens; a group or a class is one token, of which only the `(` or `[` is left. */
function alternativesOf(pattern: string): string[][] {
    const alternatives: string[][] = [[]];
    let [groups, classes] = [0, 0];
    for (const [token] of withoutQuotes(pattern).matchAll(tokenForm)) {
        const isOutside = groups === 0 && classes === 0;
        if (isOutside && token === "|") alternatives.push([]);
        else if (isOutside) alternatives.at(-1)?.push(token);
        if (token.startsWith("[")) classes += 1;
        else if (classes > 0) classes -= token === "]" ? 1 : 0;
        else if (token === "(") groups += 1;
        else if (token === ")") groups -= 1;
    }
    return alternatives;
}

/** The character that a token stands for; undefined for an operator. */
function literalOf(token: string): string | undefined {
    if (/^\\[^A-Za-z0-9]$/su.test(token)) return token.slice(1);
    return /^[^.^$*+?()[|\\]$/su.test(token) ? token : undefined;
}

const isQuantifier = (token = "") => /^(?:[*+?]|\{\d)/.test(token);
const isOptional = (quantifier = "") => /^(?:[*?]|\{0*[,}])/.test(quantifier);

const longestTopicName = 249;

/** What an alternative matches: itself if it is wholly literal, else what begins as it does. Or why no topic can match. */
function readAlternative(tokens: readonly string[]): Alternative | { impossible?: string | undefined } {
    const start = /^(?:\^|\\A)$/.test(tokens[0] ?? "") ? 1 : 0;
    const end = /^(?:\$|\\[zZ])$/.test(tokens.at(-1) ?? "") ? -1 : tokens.length;
    const parts = tokens.slice(start, end);
    const required = parts.filter((_, index) => !isOptional(parts[index + 1]));
    const impossible = required.map(literalOf).find((literal) => literal !== undefined && !/^[\w.-]$/.test(literal));
    const length = parts.findIndex((part, index) => literalOf(part) === undefined || isQuantifier(parts[index + 1]));
    const prefix = (length < 0 ? parts : parts.slice(0, length)).map(literalOf).join("");
    const rest = length < 0 ? "" : parts.slice(length).join("");
    const isNoName = rest === "" && ["", ".", ".."].includes(prefix);
    if (impossible !== undefined || isNoName || prefix.length > longestTopicName) return { impossible };
    const wildcard = rest === "" ? prefix : `${prefix}${rest === ".+" ? "?*" : "*"}`;
    return { wildcard, isExact: ["", ".*", ".+"].includes(rest) };
}

function readTopicPattern(pattern: string): { alternatives: Alternative[]; impossible?: string | undefined } {
    // Flags change what literal text means.
    if (flags.test(pattern)) return { alternatives: [{ wildcard: "*", isExact: false }] };
    const readings = alternativesOf(pattern).map(readAlternative);
    const found = readings.filter((reading) => "wildcard" in reading);
    const impossible = readings.flatMap((reading) => ("wildcard" in reading ? [] : [reading.impossible])).find(Boolean);
    return { alternatives: [...new Map(found.map((each) => [each.wildcard, each])).values()], impossible };
}

/** At least one alternative for each topic that matches. */
export const topicAlternatives = (pattern: string): readonly Alternative[] => readTopicPattern(pattern).alternatives;

/**
 * What is surely wrong with a pattern of topics: it is no regular expression, or no topic can match. Undefined where
 * there is doubt. The pattern is not quoted, as it may be secret.
 */
export function topicPatternFault(pattern: string): string | undefined {
    const reason = syntaxFault(pattern);
    if (reason !== undefined) return `expected a regular expression, but ${reason}`;
    const { alternatives, impossible } = readTopicPattern(pattern);
    if (alternatives.length > 0) return undefined;
    const kind = foreignKinds.find(([form]) => impossible !== undefined && form.test(impossible))?.[1];
    const demand = kind === undefined ? "" : `, as it requires ${kind}`;
    return `no topic can match this pattern${demand}; topic names are 1 to 249 of ASCII letters, digits, ".", "_", "-"`;
}
