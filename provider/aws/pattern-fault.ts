import { patternSyntaxFault } from "./pattern-syntax";
import { readTopicPattern } from "./topic-pattern";

const kinds: readonly [RegExp, string][] = [
    [/[,;]/, "a comma or semicolon (for a list write a|b)"],
    [/\//, "a slash (a pattern stands without delimiters)"],
    [/\s/, "white space"],
    [/["'`]/, "quotes"],
    [/[{}]/, "a brace"],
    [/:/, "a colon"],
    [/./su, "a character that no topic name has"],
];

/**
 * What is surely wrong with a pattern of topics: it is no regular expression, or no topic can match. Undefined where
 * there is doubt. The pattern is not quoted, as it may be secret.
 */
export function topicPatternFault(pattern: string): string | undefined {
    const reason = patternSyntaxFault(pattern);
    if (reason !== undefined) return `expected a regular expression, but ${reason}`;
    const { alternatives, foreign } = readTopicPattern(pattern);
    if (alternatives.length > 0) return undefined;
    const kind = kinds.find(([form]) => foreign !== undefined && form.test(foreign))?.[1];
    const demand = kind === undefined ? "" : `, as it requires ${kind}`;
    return `no topic can match this pattern${demand}; topic names are 1 to 249 of ASCII letters, digits, ".", "_", "-"`;
}
