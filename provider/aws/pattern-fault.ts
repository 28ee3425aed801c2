import { readTopicPattern } from "./topic-pattern";

/** How the engine of JavaScript ends its sentences about texts that are no regular expressions, which it quotes. */
const reasons: Readonly<Record<string, string>> = {
    "Unterminated group": "( is not closed",
    "Unmatched ')'": ") closes no group",
    "Unterminated character class": "[ is not closed",
    "Nothing to repeat": "*, + or ? has nothing to repeat",
    "numbers out of order in {} quantifier": "the bounds in { } are out of order",
    "Range out of order in character class": "a range in [ ] is out of order",
    "Invalid capture group name": "the name of a group is malformed",
    "Duplicate capture group name": "two groups have the same name",
    "\\ at end of pattern": "\\ at the end escapes nothing",
};

/** What Java takes, or reads in another way than JavaScript: its own escapes, groups, quantifiers and classes. */
const javaAlone = new RegExp(
    [
        /\\(?![dDwWsSbBtnrf]|x[\dA-Fa-f]{2}|u[\dA-Fa-f]{4}|[^A-Za-z0-9]|$)/,
        /\(\?(?![:=!]|<[^=!])/,
        /[*+?}]\+/,
        /(?:^|[(|*+?}:=!>])\{|(?:[\^$]|\\[bB])[*+?{]/,
        /\[\^?(?:\]|(?:\\.|[^\\\]])*?(?:\[|&&))/,
    ]
        .map(({ source }) => source)
        .join("|"),
    "s",
);

const kinds: readonly [RegExp, string][] = [
    [/[,;]/, "a comma or semicolon (for a list write a|b)"],
    [/\//, "a slash (a pattern stands without delimiters)"],
    [/\s/, "white space"],
    [/["'`]/, "quotes"],
    [/[{}]/, "a brace"],
    [/:/, "a colon"],
];

/**
 * What is surely wrong with a pattern of topics: it is no regular expression, or no topic can match. Undefined where
 * there is doubt. The pattern is not quoted, as it may be secret.
 */
export function topicPatternFault(pattern: string): string | undefined {
    const reason = syntaxFault(pattern);
    if (reason !== undefined) return `expected a regular expression, but ${reason}`;
    const { alternatives, foreign } = readTopicPattern(pattern);
    if (alternatives.length > 0) return undefined;
    const kind = kinds.find(([form]) => foreign !== undefined && form.test(foreign))?.[1];
    const demand = kind === undefined ? "" : `, as it requires ${kind}`;
    return `no topic can match this pattern${demand}; topic names are 1 to 249 of ASCII letters, digits, ".", "_", "-"`;
}

function syntaxFault(pattern: string): string | undefined {
    if (javaAlone.test(pattern)) return undefined;
    try {
        new RegExp(pattern);
        return undefined;
    } catch (error) {
        return error instanceof Error ? reasons[error.message.split(": ").at(-1) ?? ""] : undefined;
    }
}
