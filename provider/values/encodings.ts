type Encode = (text: string) => string;

const json: Encode = (text) => JSON.stringify(text).slice(1, -1);
const codeUnit: Encode = (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
const percent: Encode = (char) => Buffer.from(char).toString("hex").replace(/../g, "%$&");
const reference = (radix: 10 | 16) => (char: string) =>
    `&#${radix === 16 ? "x" : ""}${(char.codePointAt(0) ?? 0).toString(radix)};`;

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };
const named: Encode = (text) => text.replace(/[&<>"']/g, (char) => entities[char] ?? char);

/** How JSON, URLs, forms and HTML write a text. All leave its letters and digits as they are. */
const encoders: readonly Encode[] = [
    (text) => text.replace(/\s+/g, " "),
    json,
    (text) => json(text).replaceAll("/", "\\/"),
    (text) => json(text).replace(/[^ -~]/g, codeUnit),
    (text) => text.replaceAll("\\", "\\\\").replace(/[^ -~]|[<>&'"]/g, codeUnit),
    (text) => text.replace(/[^\w.!~*'()-]/gu, percent),
    (text) => text.replace(/[^\w.~-]/gu, percent),
    (text) => text.replace(/[^\w.!~*'();/?:@&=+$,#-]/gu, percent),
    (text) => text.replace(/[^\w.* -]/gu, percent).replaceAll(" ", "+"),
    named,
    (text) => named(text).replaceAll("&apos;", "&#39;"),
    (text) => text.replace(/[^ -~]|[&<>"'/]/gu, reference(10)),
    (text) => text.replace(/[^ -~]|[&<>"'/]/gu, reference(16)),
];

/** Above this length, different encodings within one another are not listed, to limit the work. */
const longestMixed = 1_000;

/** A text as JSON, URLs, forms and HTML write it, also within one another. */
export function encodingsOf(text: string): string[] {
    const repeated = encoders.flatMap((encode) => [encode(text), encode(encode(text)), encode(encode(encode(text)))]);
    const isMixed = text.length <= longestMixed;
    const mixed = isMixed ? encoders.flatMap((outer) => encoders.map((inner) => outer(inner(text)))) : [];
    return [...new Set([...repeated, ...mixed])].filter((encoded) => encoded !== text);
}

/** Fewer digits than this occur in words by chance. */
const shortestBase64 = 5;

/** The digits that `text` alone decides where it begins `offset` bytes after a group of three. */
function base64At(offset: number, text: string): string {
    const encoded = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]);
    return encoded.toString("base64").slice(Math.ceil((offset * 8) / 6), Math.floor((encoded.length * 8) / 6));
}

/** The base64 digits of a text and of its JSON, wherever it stands in what was encoded; also as URLs write them. */
export const base64Of = (text: string): string[] =>
    [text, json(text)]
        .flatMap((form) => [0, 1, 2].map((offset) => base64At(offset, form)))
        .filter((digits) => digits.length >= shortestBase64)
        .flatMap((digits) => [digits, digits.replaceAll("+", "-").replaceAll("/", "_"), encodeURIComponent(digits)]);

export const hexOf = (text: string): string => Buffer.from(text).toString("hex");

/** In small letters from a to z, and so as long as the original. */
export const lowerCase = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

export const lettersAndDigits = (text: string): string => text.replace(/[^A-Za-z0-9]+/g, "");

const escape =
    /%([0-9a-f]{2})|&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp)|[a-z]{2,8});|\\{1,16}(?:u([0-9a-f]{4})|[nrtbf])/gi;

/** How many encodings within one another are followed. */
const mostLayers = 6;

/** Text without the escapes of JSON, URLs and HTML, whatever they stand for. */
export function withoutEscapes(text: string): string {
    let rest = text;
    for (let layer = 0; layer < mostLayers && /[\\%&]/.test(rest); layer += 1) {
        rest = rest.replace(escape, (_, byte?: string, decimal?: string, hex?: string, amp?: string, unit?: string) => {
            const code = decimal === undefined ? parseInt(byte ?? hex ?? unit ?? "0", 16) : Number(decimal);
            const char = amp === undefined ? String.fromCharCode(code) : "&";
            // What begins or ends an escape of an outer encoding is read in the next round.
            return "\\%&#;".includes(char) ? char : " ";
        });
    }
    return rest;
}

/** What stands between the first and the last line of each block of PEM. */
export const pemBodies = (text: string): string[] =>
    [...text.matchAll(/-----BEGIN [^-]*-----([^-]+)/g)].map(([, body = ""]) => body.replace(/^.*:.*$/gm, ""));
