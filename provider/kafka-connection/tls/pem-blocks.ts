/** The name in the BEGIN and END lines of a block. */
export type PemName = "CERTIFICATE" | "PRIVATE KEY";

// White space in Java's regular expressions.
const space = "[ \\t\\n\\v\\f\\r]";
const names = {
    CERTIFICATE: new RegExp(`CERTIFICATE|-+(${space})?`, "g"),
    "PRIVATE KEY": new RegExp(`PRIVATE${space}+KEY|-+(${space})?`, "g"),
};

/** For each index of a text, the first index from there on with a character of the pattern. */
function nextIndexes(text: string, pattern: RegExp): (from: number) => number {
    const indexes = new Int32Array(text.length + 1).fill(text.length);
    let start = 0;
    for (const { index } of text.matchAll(pattern)) {
        indexes.fill(index, start, index + 1);
        start = index + 1;
    }
    return (from) => indexes[from] ?? text.length;
}

/** A name in a text, with dashes and white space somewhere after it: it may be the last name of a BEGIN or END line. */
interface Title {
    readonly index: number;
    readonly dashesEnd: number;
}

function titlesIn(name: PemName, text: string): Title[] {
    const titles: Title[] = [];
    let pending: number[] = [];
    for (const { 0: token, 1: blank, index } of text.matchAll(names[name])) {
        if (!token.startsWith("-")) {
            pending.push(index);
            continue;
        }
        const dashesEnd = index + token.length;
        if (blank !== undefined) for (const start of pending) titles.push({ index: start, dashesEnd });
        pending = [];
    }
    return titles;
}

/** The number of titles before an index. */
function countBefore(titles: readonly Title[], index: number): number {
    let [low, high] = [0, titles.length];
    while (low < high) {
        const middle = (low + high) >> 1;
        if ((titles[middle]?.index ?? index) < index) low = middle + 1;
        else high = middle;
    }
    return low;
}

interface Block {
    readonly body: string;
    readonly end: number;
}

/**
 * The contents of the blocks of one name, by the rules of Kafka's client (DefaultSslEngineFactory): white space must
 * follow the dashes, a BEGIN or END line reaches to the last name on it with which the rest can be read, and header
 * lines may come first. Each character is read only a few times, because a long text with no END line must not delay a
 * preview: with the client's regular expression the time would grow with the square of the length.
 */
export function blocksOf(name: PemName, text: string): string[] {
    const titles = titlesIn(name, text);
    if (titles.length === 0) return [];
    const nonSpace = nextIndexes(text, /[^ \t\n\v\f\r]/g);
    const lineEnd = nextIndexes(text, /[\n\r\u0085\u2028\u2029]/g);
    const headerEnd = nextIndexes(text, /[\r\n]/g);
    const colonOrEnd = nextIndexes(text, /[:\r\n]/g);
    const bodyPattern = /[A-Za-z0-9/+= \t\n\v\f\r]*-+END/y;
    const blocks = new Map<number, Block | undefined>();

    /** Where the text continues after each title of a line, from the last title to the first. */
    function* continuationsOf(from: number) {
        for (let index = countBefore(titles, lineEnd(from)) - 1; index >= 0; index -= 1) {
            const title = titles[index];
            if (!title || title.index < from) return;
            yield nonSpace(title.dashesEnd - 1);
        }
    }
    const blockWithoutHeaders = (start: number): Block | undefined => {
        bodyPattern.lastIndex = start;
        if (!bodyPattern.test(text)) return undefined;
        const [end] = continuationsOf(nonSpace(bodyPattern.lastIndex));
        return end === undefined ? undefined : { body: text.slice(start, text.indexOf("-", start)), end };
    };
    /** With as many header lines as possible. */
    const blockFrom = (start: number): Block | undefined => {
        const starts: number[] = [];
        let next = start;
        while (!blocks.has(next)) {
            starts.push(next);
            const end = headerEnd(next);
            if (text[colonOrEnd(next)] !== ":" || end === text.length) break;
            next = nonSpace(end);
        }
        let block = blocks.get(next);
        for (const each of starts.reverse()) {
            block ??= blockWithoutHeaders(each);
            blocks.set(each, block);
        }
        return block;
    };
    const blockAfterBegin = (from: number): Block | undefined => {
        for (const start of continuationsOf(from)) {
            const block = blockFrom(start);
            if (block) return block;
        }
        return undefined;
    };

    const bodies: string[] = [];
    const begin = /(?<!-)-+BEGIN/g;
    let unreadableTo = 0;
    while (begin.test(text)) {
        const from = nonSpace(begin.lastIndex);
        // A block that cannot be read from the start of a line cannot be read from further right on it.
        if (from < unreadableTo) continue;
        const block = blockAfterBegin(from);
        if (block) {
            bodies.push(block.body.replace(/\s/g, ""));
            begin.lastIndex = block.end;
        } else unreadableTo = lineEnd(from);
    }
    return bodies;
}
