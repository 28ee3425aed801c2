import { blocksOf } from "./pem-blocks";
import type { PemName } from "./pem-blocks";

/** The text without the "\" by which shells and properties files continue a line, so that each line is a line. */
function unfold(text: string): string {
    const isFolded = /BEGIN(?:(?!BEGIN)[^-\r\n])*-+[ \t]*\\[ \t]*[\r\n]/.test(text);
    return isFolded ? text.replace(/\\[ \t]*(\r\n|\r|\n)/g, "\n") : text;
}

/** The content of each block that Kafka's client reads: base64 if the text is valid. */
export const blocksRead = (name: PemName, text: string): string[] => blocksOf(name, `${unfold(text)}\n`);

/** Whether Java decodes a text as base64; the padding is optional. */
export const isBase64 = (body: string) =>
    /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/.test(body) && body !== "";

/** One block in the form that every reader accepts. */
export const pemBlock = (label: string, content: Buffer): string =>
    [
        `-----BEGIN ${label}-----`,
        ...(content.toString("base64").match(/.{1,64}/g) ?? []),
        `-----END ${label}-----`,
        "",
    ].join("\n");

interface Marker {
    readonly isBegin: boolean;
    readonly label: string;
    /** The text up to the next marker. */
    readonly after: string;
}

/** BEGIN and END lines as a person sees them, also those that no software reads; not those in comments and sentences. */
function markersIn(text: string): Marker[] {
    const matches = [...text.matchAll(/(?<!-)-{2,}[ \t]*(BEGIN|END)\b([^-\r\n]{0,80})(?=--)/gi)];
    let [isBlank, hasEnd, start] = [true, false, 0];
    return matches.flatMap((match, index) => {
        // The text before the marker on its line, read once for all markers of the line.
        const lines = text.slice(start, match.index).split(/[\r\n]/);
        const before = lines.at(-1) ?? "";
        isBlank = (isBlank || lines.length > 1) && /^[\s"'`]*$/.test(before);
        hasEnd = (hasEnd && lines.length === 1) || /-END\b/i.test(before);
        start = match.index;
        const isBegin = match[1]?.toUpperCase() === "BEGIN";
        if (isBegin && !isBlank && !hasEnd) return [];
        const after = text.slice(match.index + match[0].length, matches[index + 1]?.index).replace(/^-+/, "");
        return [{ isBegin, label: (match[2] ?? "").trim().toUpperCase(), after }];
    });
}

/** The labels of the blocks that a person sees in a text. */
export const labelsIn = (text: string): string[] =>
    markersIn(unfold(text)).flatMap(({ isBegin, label }) => (isBegin ? [label] : []));

const isNamed = (label: string, name: PemName) => label.replace(/\s+/g, " ").includes(name);

const knownLabels = new Set([
    "CERTIFICATE",
    "TRUSTED CERTIFICATE",
    "X509 CERTIFICATE",
    "ATTRIBUTE CERTIFICATE",
    "CERTIFICATE REQUEST",
    "NEW CERTIFICATE REQUEST",
    "X509 CRL",
    "PRIVATE KEY",
    "ENCRYPTED PRIVATE KEY",
    "RSA PRIVATE KEY",
    "DSA PRIVATE KEY",
    "EC PRIVATE KEY",
    "OPENSSH PRIVATE KEY",
    "PGP PRIVATE KEY BLOCK",
    "PUBLIC KEY",
    "RSA PUBLIC KEY",
    "PGP PUBLIC KEY BLOCK",
    "DH PARAMETERS",
    "DSA PARAMETERS",
    "EC PARAMETERS",
    "PKCS7",
    "PKCS #7 SIGNED DATA",
    "CMS",
]);

/** The kind of a block for a message, which must not hold an unusual label: it could be part of a secret. */
export const kindOf = (label: string | undefined) =>
    label !== undefined && knownLabels.has(label) ? `a block of ${label}` : "a block of another kind";

const isPath = (text: string) =>
    /^(?:[/~]|\.{1,2}[/\\]|[A-Za-z]:[/\\]|@|file:)[^\r\n]*$|^[^\r\n]*\.(?:pem|crt|cer|cert|key|der|p8|p12|pfx|jks|txt)$/i.test(
        text.trim(),
    );

/** What a text without PEM blocks holds. */
function otherContent(text: string): string | undefined {
    if (isPath(text)) return "found what looks like a path: give what the file holds";
    if (!isBase64(text.replace(/\s/g, ""))) return undefined;
    const decoded = Buffer.from(text, "base64").toString("latin1");
    return decoded.includes("-BEGIN ") ? "found PEM text in base64: decode it once" : undefined;
}

/** Why Kafka's client reads fewer blocks than a person sees. */
function unreadReason(markers: readonly Marker[], text: string, read: number, visible: number): string {
    if (/\\[nr]/.test(text)) return "found \\n as two characters instead of line ends";
    const isOpen = ({ isBegin }: Marker, index: number) => isBegin && markers[index + 1]?.isBegin !== false;
    if (markers.some(isOpen)) return "found a block that does not end";
    const isBody = (body: string) => isBase64(body.replace(/^[^\r\n\u2028\u2029:]*:.*$/gm, "").replace(/\s/g, ""));
    if (markers.some(({ isBegin, after }) => isBegin && !isBody(after))) return "found a block that is not base64";
    return `found BEGIN and END lines that are not in capitals or not on lines of their own: Kafka's client reads ${String(read)} of ${String(visible)} blocks`;
}

/**
 * What is wrong with a text that must hold blocks of a name, alone or beside others: Kafka's client must read all of
 * them that a person sees. `expected` is the content in the words of an error message.
 */
export function pemFault(name: PemName, expected: string, given: string): string | undefined {
    const text = unfold(given);
    const markers = markersIn(text);
    const labels = labelsIn(text);
    const bodies = blocksRead(name, text);
    const visible = labels.filter((label) => isNamed(label, name)).length;
    if (bodies.length === 0 && visible === 0) {
        if (labels.length > 0) return `expected ${expected}, found ${kindOf(labels[0])}`;
        const content = otherContent(text);
        return content === undefined
            ? `expected ${expected} as PEM text ("-----BEGIN …-----" to "-----END …-----")`
            : `expected ${expected} as PEM text, ${content}`;
    }
    if (bodies.length < visible) {
        return `expected ${expected} as PEM text, ${unreadReason(markers, text, bodies.length, visible)}`;
    }
    return bodies.every(isBase64) ? undefined : `expected ${expected} as PEM text, found a block that is not base64`;
}
