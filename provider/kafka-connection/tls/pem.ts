import { blocksOf } from "./pem-blocks";
import type { PemName } from "./pem-blocks";

/** Lines that end with "\", as shells and properties files continue them, are lines. */
function unfolded(text: string): string {
    const isFolded = /BEGIN(?:(?!BEGIN)[^-\r\n])*-+[ \t]*\\[ \t]*[\r\n]/.test(text);
    return isFolded ? text.replace(/\\[ \t]*(\r\n|\r|\n)/g, "\n") : text;
}

/** The content of each block that Kafka's client reads: base64, if the text is right. */
export const blocksRead = (name: PemName, text: string): string[] => blocksOf(name, `${unfolded(text)}\n`);

/** As Java decodes it: the padding may be left out. */
export const isBase64 = (body: string) =>
    /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/.test(body) && body !== "";

/** One block in the form that every reader takes. */
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

/** BEGIN and END lines as a person sees them, whoever reads them; those within comments and sentences left out. */
function markersIn(text: string): Marker[] {
    const found = [...text.matchAll(/(?<!-)-{2,}[ \t]*(BEGIN|END)\b([^-\r\n]{0,80})(?=--)/gi)];
    let [isBlank, hasEnd, from] = [true, false, 0];
    return found.flatMap((match, at) => {
        // What stands before it on its line, read once for all markers of the line.
        const lines = text.slice(from, match.index).split(/[\r\n]/);
        const before = lines.at(-1) ?? "";
        isBlank = (isBlank || lines.length > 1) && /^[\s"'`]*$/.test(before);
        hasEnd = (hasEnd && lines.length === 1) || /-END\b/i.test(before);
        from = match.index;
        const isBegin = match[1]?.toUpperCase() === "BEGIN";
        if (isBegin && !isBlank && !hasEnd) return [];
        const after = text.slice(match.index + match[0].length, found[at + 1]?.index).replace(/^-+/, "");
        return [{ isBegin, label: (match[2] ?? "").trim().toUpperCase(), after }];
    });
}

/** The labels of the blocks in a text, as a person counts them. */
export const labelsIn = (text: string): string[] =>
    markersIn(unfolded(text)).flatMap(({ isBegin, label }) => (isBegin ? [label] : []));

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

/** The kind of a block for a message: any other label could be part of a secret. */
export const kindOf = (label: string | undefined) =>
    label !== undefined && knownLabels.has(label) ? `a block of ${label}` : "a block of another kind";

const isPath = (text: string) =>
    /^(?:[/~]|\.{1,2}[/\\]|[A-Za-z]:[/\\]|@|file:)[^\r\n]*$|^[^\r\n]*\.(?:pem|crt|cer|cert|key|der|p8|p12|pfx|jks|txt)$/i.test(
        text.trim(),
    );

/** What is there instead of PEM text. */
function strangeText(text: string): string | undefined {
    if (isPath(text)) return "found what looks like a path: give what the file holds";
    if (!isBase64(text.replace(/\s/g, ""))) return undefined;
    const decoded = Buffer.from(text, "base64").toString("latin1");
    return decoded.includes("-BEGIN ") ? "found the base64 of one: decode it once" : undefined;
}

/** Why Kafka's client reads fewer blocks than there are. */
function unreadReason(markers: readonly Marker[], text: string, read: number, blocks: number): string {
    if (/\\[nr]/.test(text)) return "found \\n as two characters instead of line ends";
    const isOpen = ({ isBegin }: Marker, at: number) => isBegin && markers[at + 1]?.isBegin !== false;
    if (markers.some(isOpen)) return "found a block that does not end";
    const isBody = (body: string) => isBase64(body.replace(/^[^\r\n\u2028\u2029:]*:.*$/gm, "").replace(/\s/g, ""));
    if (markers.some(({ isBegin, after }) => isBegin && !isBody(after))) return "found a block that is not base64";
    return `found BEGIN and END lines that are not in capitals or not on lines of their own: Kafka's client reads ${String(read)} of ${String(blocks)} blocks`;
}

/**
 * What is wrong with a text that is to hold blocks of a name, alone or beside others: what `expected` says is what
 * Kafka's client has to read, and as often as a person counts it.
 */
export function pemFault(name: PemName, expected: string, given: string): string | undefined {
    const text = unfolded(given);
    const markers = markersIn(text);
    const labels = labelsIn(text);
    const bodies = blocksRead(name, text);
    const blocks = labels.filter((label) => isNamed(label, name)).length;
    if (bodies.length === 0 && blocks === 0) {
        if (labels.length > 0) return `expected ${expected}, found ${kindOf(labels[0])}`;
        const strange = strangeText(text);
        return strange === undefined
            ? `expected ${expected} as PEM text ("-----BEGIN …-----" to "-----END …-----")`
            : `expected ${expected} as PEM text, ${strange}`;
    }
    if (bodies.length < blocks) {
        return `expected ${expected} as PEM text, ${unreadReason(markers, text, bodies.length, blocks)}`;
    }
    return bodies.every(isBase64) ? undefined : `expected ${expected} as PEM text, found a block that is not base64`;
}
