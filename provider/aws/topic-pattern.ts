import { withoutQuotes } from "./pattern-syntax";

/** What an alternative of a pattern matches, as a wildcard of IAM: `?` is any one character and `*` any text. */
export interface Alternative {
    readonly wildcard: string;
    /** Whether the wildcard matches nothing else. */
    readonly isExact: boolean;
}

interface Reading {
    /** At least one for each topic that matches; none where no topic can match. */
    readonly alternatives: readonly Alternative[];
    /** The first literal character that no topic name has, where it was met. */
    readonly foreign?: string | undefined;
}

interface Group {
    readonly opening: string;
    readonly branches: Alternative[];
    sequence: Alternative[];
}

const longestTopicName = 249;
/** Longer ones are shortened as they are read; a tidy one is at most twice as long as a name. */
const longestUntidy = 1000;
/** A policy of IAM holds fewer ARNs than this. */
const mostProducts = 512;

const exactly = (wildcard: string): Alternative => ({ wildcard, isExact: true });
const within = (wildcard: string): Alternative => ({ wildcard, isExact: false });
const empty = exactly("");
const anyText = within("*");
const anyCharacter = within("?");

const tokenForm =
    /\((?:\?(?:[A-Za-z-]*[:)]|>|<?[=!]|<\w+>))?|\\(?:[pPNxb]\{[^}\\]*\}|k<\w+>|[pPc].|x..|u....|\d+|.)|\{\d+(?:,\d*)?\}|./suy;
const quantifierForm = /(?:[*+?]|\{\d+(?:,\d*)?\})[?+]?/y;
const classForm = /\\.?|\[\^?\]?|\]|[^\\[\]]+/suy;

/**
 * Reads a regular expression of Java as far as its groups, alternatives and literal text go. Whatever else it holds
 * becomes a wildcard, which is wider and refuses nothing.
 */
export function readTopicPattern(text: string): Reading {
    // With the flag x, blanks mean nothing and comments may hold anything.
    if (/\(\?[A-Za-z-]*x/.test(text)) return { alternatives: [anyText] };
    const pattern = withoutQuotes(text);
    const groups: [Group, ...Group[]] = [openGroup("(")];
    let position = 0;
    let ignoreCase = false;
    let foreign: string | undefined;

    const take = (form: RegExp) => {
        form.lastIndex = position;
        const [found = ""] = form.exec(pattern) ?? [];
        position += found.length;
        return found;
    };
    const skipClass = () => {
        position -= 1;
        let depth = 0;
        do {
            const part = take(classForm);
            depth += part.startsWith("[") ? 1 : part === "]" ? -1 : 0;
        } while (depth > 0 && position < pattern.length);
    };
    const readLiteral = (character: string): Alternative[] => {
        if (/[\w.-]/.test(character))
            return [ignoreCase && /[A-Za-z]/.test(character) ? anyCharacter : exactly(character)];
        // Without regard to case, a few letters outside of ASCII equal one of it.
        if (ignoreCase && character > "\x7f") return [anyCharacter];
        foreign ??= character;
        return [];
    };
    const readPart = (token: string, { sequence }: Group): Alternative[] => {
        const isStart = groups.length === 1 && sequence[0] === empty;
        const isEnd = groups.length === 1 && /^(\||$)/.test(pattern.slice(position, position + 1));
        if (token === ".") return [exactly("?")];
        if (/^(\^|\\A)$/.test(token)) return [isStart ? empty : within("")];
        if (/^(\$|\\[zZ])$/.test(token)) return [isEnd ? empty : within("")];
        if (/^\\[bBG]/.test(token)) return [within("")];
        if (/^\\[tnrfaeshvR]$/.test(token)) return readLiteral(" ");
        if (/^\\[dDwWSHVpP]/.test(token)) return [anyCharacter];
        if (/^\\[^A-Za-z0-9]$/su.test(token)) return readLiteral(token.slice(1));
        return /^(\\|[*+?]$|\{\d)/.test(token) ? [anyText] : readLiteral(token);
    };

    while (position < pattern.length) {
        const [group = groups[0]] = groups.slice(-1);
        const token = take(tokenForm);
        if (/^\(\?[A-Za-z-]*i/.test(token)) ignoreCase = true;
        if (/^\(\?[A-Za-z-]*\)$/.test(token)) continue;
        if (token.startsWith("(")) {
            groups.push(openGroup(token));
            continue;
        }
        if (token === "|") {
            group.branches.push(...group.sequence);
            group.sequence = [empty];
            continue;
        }
        if (token === "[") skipClass();
        if (token === ")") groups.pop();
        const part = token === ")" ? closeGroup(group) : token === "[" ? [anyCharacter] : readPart(token, group);
        const [outer] = groups.slice(-1);
        if (outer === undefined) return { alternatives: [anyText] };
        outer.sequence = concatenation(outer.sequence, repeated(part, take(quantifierForm), token === "."));
    }
    if (groups.length > 1) return { alternatives: [anyText] };
    return { alternatives: named([...groups[0].branches, ...groups[0].sequence]), foreign };
}

const openGroup = (opening: string): Group => ({ opening, branches: [], sequence: [empty] });

function closeGroup({ opening, branches, sequence }: Group): Alternative[] {
    if (/[=!]$/.test(opening)) return [within("")];
    const all = [...branches, ...sequence];
    return opening === "(?>" ? all.map(({ wildcard }) => within(wildcard)) : all;
}

function repeated(part: Alternative[], quantifier: string, isDot: boolean): Alternative[] {
    if (quantifier === "") return part;
    if (/^\?\??$/.test(quantifier)) return [empty, ...part];
    const isExact = isDot && /^[*+]\??$/.test(quantifier);
    if (/^([*?]|\{0+[,}])/.test(quantifier)) return [{ wildcard: "*", isExact }];
    return part.map(({ wildcard }) => ({ wildcard: `${wildcard}*`, isExact }));
}

function concatenation(left: Alternative[], right: Alternative[]): Alternative[] {
    const isTooMany = Math.min(left.length, right.length) > 1 && left.length * right.length > mostProducts;
    if (isTooMany && left.every(({ wildcard, isExact }) => !isExact && wildcard.endsWith("*"))) return left;
    const ends = isTooMany ? [anyText] : right;
    return left.flatMap((start) =>
        ends.flatMap((end) => {
            const wildcard = start.wildcard + end.wildcard;
            const isExact = start.isExact && end.isExact;
            if (wildcard.length < longestUntidy) return { wildcard, isExact };
            const short = tidy(wildcard);
            return isTooLong(short) ? [] : { wildcard: short, isExact };
        }),
    );
}

/** The same wildcard with as few `*` as possible. */
const tidy = (wildcard: string) =>
    wildcard.replace(/[?*]{2,}/g, (run) => (run.includes("*") ? `${run.replaceAll("*", "")}*` : run));

const isTooLong = (wildcard: string) => wildcard.replaceAll("*", "").length > longestTopicName;

/** Those that can be names of topics, each once and written in one way. */
function named(alternatives: readonly Alternative[]): Alternative[] {
    const found = new Map<string, boolean>();
    for (const { wildcard, isExact } of alternatives) {
        const name = tidy(wildcard);
        const isName = !["", ".", ".."].includes(name) && !isTooLong(name);
        if (isName) found.set(name, isExact || found.get(name) === true);
    }
    return [...found].map(([wildcard, isExact]) => ({ wildcard, isExact }));
}
