import { base64Of, encodingsOf, hexOf, lettersAndDigits, lowerCase, pemBodies, withoutEscapes } from "./encodings";

const placeholder = "[secret]";
const withheld = "[text withheld: it holds a secret in a form that cannot be masked]";

/** Short secrets occur in many words by chance; they are masked as words of their own. */
const isWord = (secret: string) => secret.length <= 3;
/** Lines of a secret from this length on are masked where they stand alone, too. */
const shortestLine = 16;
/** More than this is not searched at once, which bounds the work; what follows is compared where it was found. */
const searchedLength = 200;

/**
 * What a text of the form `password=...`, or JSON, calls a secret: for those that this process was never given, such as
 * the password of a connection that another program created.
 */
const named =
    /((?:password|passphrase|passwd|secret|token|api[-_]?key)\w{0,20}(?:\s{0,3}=\s{0,3}|\\{0,8}["']\s{0,3}:\s{0,3}(?=[\\"'])))(?:(\\{0,8}["']).{0,999}?(?<!\\)\2|[^\s&"']{1,999})/gis;
const privateKey =
    /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:(?!-----).){0,9999}-----END [A-Z ]{0,30}PRIVATE KEY-----/gs;

const asWord = (secret: string) =>
    new RegExp(`(?<![A-Za-z0-9])${secret.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}(?![A-Za-z0-9])`, "g");

/** A stretch of a text: from, and up to and without. */
type Span = [from: number, to: number];

/** Where a part stands in a text; of a long part, also its beginning alone. */
function spansOf(part: string, text: string): Span[] {
    const spans: Span[] = [];
    const searched = part.slice(0, searchedLength);
    let from = text.indexOf(searched);
    while (from >= 0) {
        let to = from + searched.length;
        while (to - from < part.length && text[to] === part[to - from]) to += 1;
        spans.push([from, to]);
        from = text.indexOf(searched, to);
    }
    return spans;
}

/** With the base64 digits beside it, which the secret decides in part. */
function withEdges([from, to]: Span, text: string): Span {
    const before = /[A-Za-z0-9+/_-]?$/.exec(text.slice(Math.max(0, from - 1), from))?.[0] ?? "";
    const after = /^[A-Za-z0-9+/_-]?(?:=|%(?:25)?3d){0,2}/i.exec(text.slice(to, to + 11))?.[0] ?? "";
    return [from - before.length, to + after.length];
}

function replaceSpans(text: string, spans: readonly Span[]): string {
    let [clean, done] = ["", 0];
    for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
        if (from >= done) clean += text.slice(done, from) + (from === done && done > 0 ? "" : placeholder);
        done = Math.max(done, to);
    }
    return clean + text.slice(done);
}

/** False if a text lacks letters and digits of a part, which most encodings leave as they are. */
const mayHold = (text: string, part: string) => text.includes(/[A-Za-z0-9]{8,99}/.exec(part)?.[0] ?? "");

/** Where a secret, or a line of it, stands in a text, in any of the usual encodings. */
function placesOf(secret: string, text: string, lower: string): Span[] {
    const lines = secret.split(/\s*\n/).filter((line) => line.length >= shortestLine && !line.startsWith("-----"));
    const parts = [...new Set([secret, ...lines])];
    const encodings = parts.filter((part) => mayHold(lower, lowerCase(part))).flatMap(encodingsOf);
    const base64 = base64Of(secret).filter((digits) => mayHold(text, digits));
    const hex = hexOf(secret);
    return [
        ...parts.flatMap((part) => spansOf(part, text)),
        ...base64.flatMap((digits) => spansOf(digits, text).map((span) => withEdges(span, text))),
        // Escapes and hexadecimal digits may be of either case.
        ...[...encodings.map(lowerCase), hex, hex.replace(/..(?!$)/g, "$&:")].flatMap((part) => spansOf(part, lower)),
    ];
}

/**
 * Whether the letters and digits of a secret, where they occur in a row, are no coincidence. Words become each other
 * when what separates them is removed (`kafka-demo`, `kafka.demo`); a mixture of letters and digits rarely does.
 */
const isTelling = (text: string) => text.length >= 16 || (text.length >= 8 && /[A-Za-z]/.test(text) && /\d/.test(text));

/** With these, any 16 characters of a key in a row hold a whole fragment. */
const fragmentLength = 12;
const fragmentStride = 5;

/** What private keys share with public keys and certificates: the identifiers of RSA and of P-256. */
const algorithms = ["ANBgkqhkiG9w0BAQEFAA", "MBMGByqGSM49AgEGCCqGSM49AwEH"];

function keyFragments(secrets: readonly string[]): Set<string> {
    const fragments = new Set<string>();
    for (const body of secrets.flatMap(pemBodies).map(lettersAndDigits)) {
        for (let from = 0; from + fragmentLength <= body.length; from += fragmentStride) {
            const fragment = body.slice(from, from + fragmentLength);
            if (!algorithms.some((name) => name.includes(fragment))) fragments.add(fragment);
        }
    }
    return fragments;
}

/** Whether a secret still shows in a text once all but letters and digits is removed. */
function isLeft(secrets: readonly string[], text: string): boolean {
    const traces = secrets.flatMap((secret) => {
        const beginning = secret.slice(0, searchedLength);
        const hex = hexOf(beginning);
        const forms = [beginning, withoutEscapes(beginning), ...base64Of(beginning), hex, hex.toUpperCase()];
        return forms.map(lettersAndDigits).filter(isTelling);
    });
    const fragments = keyFragments(secrets);
    return [text, withoutEscapes(text)].map(lettersAndDigits).some((shown) => {
        for (let from = 0; fragments.size > 0 && from + fragmentLength <= shown.length; from += 1) {
            if (fragments.has(shown.slice(from, from + fragmentLength))) return true;
        }
        return traces.some((trace) => shown.includes(trace));
    });
}

/** The secrets that are known, and texts from outside without them. */
export class Mask {
    private readonly secrets = new Set<string>();

    add(secret: string): void {
        const trimmed = secret.trim();
        if (trimmed !== "") this.secrets.add(trimmed);
    }

    /** The text without any known secret, or what is called one; a fixed sentence where a secret cannot be masked. */
    hide(text: string): string {
        const lower = lowerCase(text);
        const secrets = [...this.secrets];
        const [words, longer] = [secrets.filter(isWord), secrets.filter((secret) => !isWord(secret))];
        const masked = replaceSpans(
            text,
            longer.flatMap((secret) => placesOf(secret, text, lower)),
        );
        const clean = words
            .reduce((rest, word) => rest.replace(asWord(word), placeholder), masked)
            .replace(privateKey, placeholder)
            .replace(named, `$1${placeholder}`);
        return isLeft(longer, clean.replaceAll(placeholder, "")) ? withheld : clean;
    }
}
