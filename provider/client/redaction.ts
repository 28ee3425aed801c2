import { asIs, bareOf, base64Of, hexOf, keyBodies } from "./spellings";
import type { Bare } from "./spellings";

interface Secret {
    readonly bare: string;
    readonly base64: readonly string[];
    readonly hex: readonly string[];
    /** Pieces of a key, with the key that each is of and where it stands there. */
    readonly pieces: ReadonlyMap<string, readonly [body: string, at: number]>;
}

/** The secrets, and what finds each of them, once a text was searched. */
const known = new Map<string, Secret | undefined>();

const placeholder = "[secret]";

/** Secrets of up to this length stand in many words by chance; they are looked for as words of their own. */
const shortest = 3;

/** With these, each part of 16 characters of a key holds a whole piece. */
const pieceLength = 12;
const pieceStride = 5;

/** Remembers a secret for the life of the process: no foreign text passes with it from now on. */
export function remember(secret: string): void {
    const given = secret.trim();
    if (given === "" || known.has(given)) return;
    known.set(given, undefined);
    for (const line of given.split(/\r?\n/)) {
        if (line.length >= 16 && !line.startsWith("-----") && !known.has(line)) known.set(line, undefined);
    }
}

function secretOf(given: string): Secret {
    const pieces = new Map<string, readonly [string, number]>();
    for (const body of keyBodies(given)) {
        for (let at = 0; at + pieceLength <= body.length; at += pieceStride) {
            pieces.set(body.slice(at, at + pieceLength), [body, at]);
        }
    }
    return { bare: bareOf(given).text, base64: base64Of(given), hex: hexOf(given), pieces };
}

/** A stretch of a text: from, and up to and without. */
type Span = [from: number, to: number];

function spansOf(part: string, text: string): Span[] {
    const spans: Span[] = [];
    if (part.length <= shortest) return spans;
    for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) {
        spans.push([at, at + part.length]);
    }
    return spans;
}

/** With the digits beside it, which the secret decides in part. */
function withEdges([from, to]: Span, { text, starts, ends }: Bare): Span {
    const isBeside = (left: number) => ends[left] === starts[left + 1];
    const before = from > 0 && isBeside(from - 1) && /[A-Za-z0-9/_-]/.test(text.charAt(from - 1)) ? 1 : 0;
    let after = 0;
    while (isBeside(to + after - 1) && (after === 0 ? /[A-Za-z0-9/_=-]/ : /=/).test(text.charAt(to + after)))
        after += 1;
    return [from - before, to + after];
}

/** All of a key that stands around one piece of it. */
function keySpans({ pieces }: Secret, text: string): Span[] {
    const spans: Span[] = [];
    if (pieces.size === 0) return spans;
    for (let from = 0; from + pieceLength <= text.length; from += 1) {
        const [body, at] = pieces.get(text.slice(from, from + pieceLength)) ?? [];
        if (body === undefined || at === undefined) continue;
        let [left, right] = [0, pieceLength];
        while (from > left && at > left && text[from - left - 1] === body[at - left - 1]) left += 1;
        while (from + right < text.length && text[from + right] === body[at + right]) right += 1;
        spans.push([from - left, from + right]);
        from += right - 1;
    }
    return spans;
}

function replaced(text: string, spans: readonly Span[]): string {
    let [clean, done] = ["", 0];
    for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
        if (from >= done) clean += text.slice(done, from) + (from === done && done > 0 ? "" : placeholder);
        done = Math.max(done, to);
    }
    return clean + text.slice(done);
}

const asWord = (secret: string) =>
    new RegExp(`(?<![A-Za-z0-9])${secret.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}(?![A-Za-z0-9])`, "g");

/**
 * What says of itself that it is a secret, set or in JSON: for those that this process was never told, such as the
 * password of a connection that another program made.
 */
const named =
    /((?:password|passphrase|passwd|secret|token|api[-_]?key)\w{0,20}(?:\s{0,3}=\s{0,3}|\\{0,8}["']\s{0,3}:\s{0,3}(?=[\\"'])))(?:(\\{0,8}["']).{0,999}?(?<!\\)\2|[^\s&"']{1,999})/gis;
const privateKey =
    /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:(?!-----).){0,9999}-----END [A-Z ]{0,30}PRIVATE KEY-----/gs;

/** Where a secret is, in any of its spellings. */
function placesOf(secret: Secret, plain: string, bare: Bare, lower: string): Span[] {
    const spans = [
        ...spansOf(plain, bare.text),
        ...secret.base64.flatMap((digits) => spansOf(digits, bare.text).map((span) => withEdges(span, bare))),
        ...secret.hex.flatMap((digits) => spansOf(digits, lower)),
        ...keySpans(secret, bare.text),
    ];
    return spans.map(([from, to]) => [bare.starts[from] ?? 0, bare.ends[to - 1] ?? 0]);
}

/** Text that came from outside (the API, the network, a log), without any secret that this process has seen, or that is called one. */
export function redact(text: string): string {
    const [plain, bare] = [asIs(text), bareOf(text)];
    const [plainLower, bareLower] = [plain.text.toLowerCase(), bare.text.toLowerCase()];
    const spans: Span[] = [];
    for (const [key, found] of known) {
        const secret = found ?? secretOf(key);
        known.set(key, secret);
        spans.push(...placesOf(secret, key, plain, plainLower), ...placesOf(secret, secret.bare, bare, bareLower));
    }
    let clean = replaced(text, spans);
    for (const key of known.keys()) if (key.length <= shortest) clean = clean.replace(asWord(key), placeholder);
    return clean.replace(privateKey, placeholder).replace(named, `$1${placeholder}`);
}
