const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

const codePoint = (code: number) => (code <= 0x10ffff ? String.fromCodePoint(code) : "");

/** How often one spelling is looked for within another. */
const layers = [0, 1, 2, 3, 4, 5, 6];

type Spelling = [pattern: RegExp, meaning: (text: string) => string];

/** One character of UTF-8, each byte after a percent sign that is spelt so itself. */
function percent(layer: number): Spelling {
    const sign = `%${"25".repeat(layer)}`;
    const tail = `${sign}[89ab][0-9a-f]`;
    const bytes = `${sign}[0-7][0-9a-f]|${sign}[cd][0-9a-f]${tail}|${sign}e[0-9a-f](?:${tail}){2}|${sign}f[0-9a-f](?:${tail}){3}`;
    return [new RegExp(`(${bytes})`, "iy"), (found) => Buffer.from(found.replaceAll(sign, ""), "hex").toString()];
}

function ampersand(layer: number): Spelling[] {
    const sign = `&${"amp;".repeat(layer)}`;
    return [
        [new RegExp(`${sign}#([0-9]{1,7});`, "y"), (code) => codePoint(Number(code))],
        [new RegExp(`${sign}#x([0-9a-f]{1,6});`, "iy"), (code) => codePoint(parseInt(code, 16))],
        [new RegExp(`${sign}(amp|lt|gt|quot|apos);`, "iy"), (name) => entities[name.toLowerCase()] ?? ""],
    ];
}

/** How JSON, URLs and HTML spell a character, also within one another. What repeats is bounded, to be quick with any text. */
const escapes: Record<string, Spelling[]> = {
    "\\": [
        [/\\{1,16}u([0-9a-f]{4})/iy, (unit) => String.fromCharCode(parseInt(unit, 16))],
        [/\\{1,16}([nrtbf])/y, () => " "],
    ],
    "%": layers.map(percent),
    "&": layers.flatMap(ampersand),
};

/** One way to read what begins at a place: as these characters, up to that end. */
interface Reading {
    readonly read: string;
    readonly end: number;
}

/** What JSON, forms and broken lines put in or change. */
const mostFillers = 40;
const isFiller = (read: string) => /^[\s\\+]$/.test(read);

/** A text from outside, read in every way. */
export class Echo {
    private readonly readings: Reading[][];
    private readonly places = new Map<string, number[]>();

    constructor(readonly text: string) {
        this.readings = Array.from({ length: text.length }, (_, at) => this.readAt(at));
        this.readings.forEach((ways, at) => {
            for (const first of new Set(ways.map(({ read }) => read.charAt(0)))) {
                const places = this.places.get(first);
                if (places) places.push(at);
                else this.places.set(first, [at]);
            }
        });
    }

    private readAt(at: number): Reading[] {
        const char = this.text.charAt(at);
        const ways = [{ read: char, end: at + 1 }];
        for (const [pattern, meaning] of escapes[char] ?? []) {
            pattern.lastIndex = at;
            const [found, inner] = pattern.exec(this.text) ?? [];
            const read = inner === undefined ? "" : meaning(inner);
            if (found !== undefined && read !== "") ways.push({ read, end: at + found.length });
        }
        return ways;
    }

    /** Where a secret without its fillers stands: from, and up to and without. */
    find(bare: string): [number, number][] {
        const spans: [number, number][] = [];
        for (const from of this.places.get(bare.charAt(0)) ?? []) {
            const to = this.follow(bare, 0, from);
            if (to.matched === bare.length) spans.push([from, to.end]);
        }
        return spans;
    }

    /** How much of `bare`, from `begun` on, can be read from a place on, and where that ends; each way once. */
    follow(bare: string, begun: number, from: number): { matched: number; end: number } {
        let best = { matched: begun, end: from };
        const seen = new Set<number>();
        const open: [at: number, matched: number, skipped: number][] = [[from, begun, 0]];
        for (let next = open.pop(); next; next = open.pop()) {
            const [at, matched, skipped] = next;
            const key = at * (bare.length + 1) + matched;
            if (seen.has(key)) continue;
            seen.add(key);
            if (matched > best.matched) best = { matched, end: at };
            if (matched === bare.length) break;
            for (const { read, end } of this.readings[at] ?? []) {
                if (matched > 0 && skipped < mostFillers && isFiller(read)) open.push([end, matched, skipped + 1]);
                if (bare.startsWith(read, matched)) open.push([end, matched + read.length, 0]);
            }
        }
        return best;
    }
}

export const withoutFillers = (text: string) => text.replace(/[\s\\+]/g, "");

/** The digits that the secret alone decides in the base64 of a text in which it begins `before` bytes after a group. */
function base64(secret: string, before: number): string {
    const encoded = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
    return encoded.toString("base64").slice(Math.ceil((before * 8) / 6), Math.floor((encoded.length * 8) / 6));
}

/** The base64 forms of a secret, without fillers; shorter ones stand in words by chance. */
export const base64Of = (secret: string): string[] =>
    [0, 1, 2]
        .map((before) => base64(secret, before))
        .flatMap((digits) => [withoutFillers(digits), digits.replaceAll("+", "-").replaceAll("/", "_")])
        .filter((digits) => digits.length >= 5);

/** The hexadecimal forms of a secret, in lower case. */
export function hexOf(secret: string): string[] {
    const hex = Buffer.from(secret).toString("hex");
    return [hex, hex.replace(/..(?!$)/g, "$&:")];
}

/** What stands between the first and the last line of each key in PEM, without fillers: a piece of it betrays the key. */
export const keyBodies = (secret: string): string[] =>
    [...secret.matchAll(/-----BEGIN [^-]*-----([^-]+)/g)].map(([, inner = ""]) =>
        withoutFillers(inner.replace(/^.*:.*$/gm, "")),
    );
