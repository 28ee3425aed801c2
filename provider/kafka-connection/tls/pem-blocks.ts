/** What a text is expected to hold: certificates, or a private key. */
export type PemName = "CERTIFICATE" | "PRIVATE KEY";

// What Java's regular expressions take for white space.
const space = "[ \\t\\n\\v\\f\\r]";
const names = {
    CERTIFICATE: new RegExp(`CERTIFICATE|-+(${space})?`, "g"),
    "PRIVATE KEY": new RegExp(`PRIVATE${space}+KEY|-+(${space})?`, "g"),
};

/** For each place of a text, the first one from there on at which a single character has the form. */
function placesOf(text: string, form: RegExp): (from: number) => number {
    const places = new Int32Array(text.length + 1).fill(text.length);
    let from = 0;
    for (const { index } of text.matchAll(form)) {
        places.fill(index, from, index + 1);
        from = index + 1;
    }
    return (at) => places[at] ?? text.length;
}

/** A name in a text, with dashes and white space somewhere after it: it may be the last one of a BEGIN or END line. */
interface Title {
    readonly at: number;
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
        if (blank !== undefined) for (const at of pending) titles.push({ at, dashesEnd });
        pending = [];
    }
    return titles;
}

/** How many titles stand before a place. */
function countBefore(titles: readonly Title[], place: number): number {
    let [low, high] = [0, titles.length];
    while (low < high) {
        const middle = (low + high) >> 1;
        if ((titles[middle]?.at ?? place) < place) low = middle + 1;
        else high = middle;
    }
    return low;
}

interface Block {
    readonly body: string;
    readonly end: number;
}

/**
 * The contents of the blocks of one name, by the rules of Kafka's client (DefaultSslEngineFactory): white space has to
 * follow the dashes, a BEGIN or END line runs to the last name on it with which the rest can be read, and header lines
 * may come first. Each place is looked at a few times at most: a text without an end must not hold up a preview.
 */
export function blocksOf(name: PemName, text: string): string[] {
    const titles = titlesIn(name, text);
    if (titles.length === 0) return [];
    const nonSpace = placesOf(text, /[^ \t\n\v\f\r]/g);
    const lineEnd = placesOf(text, /[\n\r\u0085\u2028\u2029]/g);
    const headerEnd = placesOf(text, /[\r\n]/g);
    const colonOrEnd = placesOf(text, /[:\r\n]/g);
    const bodyForm = /[A-Za-z0-9/+= \t\n\v\f\r]*-+END/y;
    const known = new Map<number, Block | undefined>();

    /** Where a line goes on to after each of its titles, the last one first. */
    function* endsOf(from: number) {
        for (let at = countBefore(titles, lineEnd(from)) - 1; at >= 0; at -= 1) {
            const title = titles[at];
            if (!title || title.at < from) return;
            yield nonSpace(title.dashesEnd - 1);
        }
    }
    const bodyAt = (start: number): Block | undefined => {
        bodyForm.lastIndex = start;
        if (!bodyForm.test(text)) return undefined;
        const [end] = endsOf(nonSpace(bodyForm.lastIndex));
        return end === undefined ? undefined : { body: text.slice(start, text.indexOf("-", start)), end };
    };
    /** With as many header lines as possible. */
    const blockAt = (start: number): Block | undefined => {
        const starts: number[] = [];
        let at = start;
        while (!known.has(at)) {
            starts.push(at);
            const end = headerEnd(at);
            if (text[colonOrEnd(at)] !== ":" || end === text.length) break;
            at = nonSpace(end);
        }
        let block = known.get(at);
        for (const each of starts.reverse()) {
            block ??= bodyAt(each);
            known.set(each, block);
        }
        return block;
    };
    const blockAfter = (from: number): Block | undefined => {
        for (const end of endsOf(from)) {
            const block = blockAt(end);
            if (block) return block;
        }
        return undefined;
    };

    const bodies: string[] = [];
    const begin = /(?<!-)-+BEGIN/g;
    let unreadTo = 0;
    while (begin.test(text)) {
        const from = nonSpace(begin.lastIndex);
        // What cannot be read from the beginning of a line cannot be read from a later place on it.
        if (from < unreadTo) continue;
        const block = blockAfter(from);
        if (block) {
            bodies.push(block.body.replace(/\s/g, ""));
            begin.lastIndex = block.end;
        } else unreadTo = lineEnd(from);
    }
    return bodies;
}
