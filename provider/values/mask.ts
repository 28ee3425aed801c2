import { base64Of, Echo, hexOf, keyBodies, withoutFillers } from "./spellings";

interface Secret {
    readonly bare: string;
    readonly base64: readonly string[];
    readonly hex: readonly string[];
    readonly bodies: readonly string[];
    /** Pieces of a key, with the body that each is of and where it stands there. */
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
    // Of a key each piece is found anyway.
    if (keyBodies(given).length > 0) return;
    for (const line of given.split(/\r?\n/)) if (line.length >= 16 && line !== given) remember(line);
}

function secretOf(given: string): Secret {
    const bodies = keyBodies(given);
    const pieces = new Map<string, readonly [string, number]>();
    for (const body of bodies) {
        for (let at = 0; at + pieceLength <= body.length; at += pieceStride) {
            pieces.set(body.slice(at, at + pieceLength), [body, at]);
        }
    }
    return { bare: withoutFillers(given), base64: base64Of(given), hex: hexOf(given), bodies, pieces };
}

/** A stretch of a text: from, and up to and without. */
type Span = [from: number, to: number];

function spansOf(part: string, text: string): Span[] {
    const spans: Span[] = [];
    for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) spans.push([at, at + part.length]);
    return spans;
}

/** With the digits beside it, which the secret decides in part. */
function withEdges([from, to]: Span, text: string): Span {
    const before = /[A-Za-z0-9+/_-]?$/.exec(text.slice(Math.max(0, from - 1), from))?.[0].length ?? 0;
    const after = /^[A-Za-z0-9+/_-]?(?:=|%3d){0,2}/i.exec(text.slice(to, to + 7))?.[0].length ?? 0;
    return [from - before, to + after];
}

/** All of a key that stands around one piece of it, wherever its lines were broken. */
function keySpans({ pieces }: Secret, echo: Echo): Span[] {
    const spans: Span[] = [];
    const { text } = echo;
    for (let from = 0; pieces.size > 0 && from + pieceLength <= text.length; from += 1) {
        const [body, at] = pieces.get(text.slice(from, from + pieceLength)) ?? [];
        if (body === undefined || at === undefined) continue;
        let left = 0;
        while (from > left && at > left && text[from - left - 1] === body[at - left - 1]) left += 1;
        const { end } = echo.follow(body, at, from);
        spans.push([from - left, end]);
        from = end - 1;
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
function placesOf(given: string, secret: Secret, echo: Echo, lower: string): Span[] {
    if (given.length <= shortest) return [];
    return [
        ...spansOf(given, echo.text),
        ...echo.find(secret.bare.length > shortest ? secret.bare : given),
        ...secret.base64.flatMap((digits) => echo.find(digits).map((span) => withEdges(span, echo.text))),
        ...secret.hex.flatMap((digits) => spansOf(digits, lower)),
        ...secret.bodies.flatMap((body) => echo.find(body)),
        ...keySpans(secret, echo),
    ];
}

/** Text that came from outside (the API, the network, a log), without any secret that this process has seen, or that is called one. */
export function redact(text: string): string {
    const [echo, lower] = [new Echo(text), text.toLowerCase()];
    const spans: Span[] = [];
    for (const [given, found] of known) {
        const secret = found ?? secretOf(given);
        known.set(given, secret);
        spans.push(...placesOf(given, secret, echo, lower));
    }
    let clean = replaced(text, spans);
    for (const given of known.keys()) if (given.length <= shortest) clean = clean.replace(asWord(given), placeholder);
    return clean.replace(privateKey, placeholder).replace(named, `$1${placeholder}`);
}

/** TEMP until merge */
export class Mask {
    add(secret: string): void {
        remember(secret);
    }
    hide(text: string): string {
        return redact(text);
    }
}
