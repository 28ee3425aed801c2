import { X509Certificate } from "node:crypto";
import { blocksRead, isBase64, kindOf, labelsIn, pemBlock, pemFault } from "./pem";

function parsed(body: string): X509Certificate | undefined {
    if (!isBase64(body)) return undefined;
    try {
        return new X509Certificate(Buffer.from(body, "base64"));
    } catch {
        return undefined;
    }
}

/** The certificates that Kafka's client loads from a text; none where it loads none. */
export function certificatesIn(text: string): X509Certificate[] {
    const found = blocksRead("CERTIFICATE", text).map(parsed);
    return found.every((certificate) => certificate !== undefined) ? found : [];
}

/** A text from which every reader loads what Kafka's client loads from this one; if that is nothing, the text itself. */
export function loadableCertificates(text: string): string {
    const found = certificatesIn(text);
    return found.length === 0 ? text : found.map(({ raw }) => pemBlock("CERTIFICATE", raw)).join("");
}

/** Blocks that stand beside certificates and mean nothing for them. */
const isBeside = (label: string) => /(?:PARAMETERS|PUBLIC KEY)$/.test(label);

export function certificatesFault(text: string): string | undefined {
    const labels = labelsIn(text);
    const wrong = labels.find((label) => !label.includes("CERTIFICATE") && !isBeside(label));
    if (wrong !== undefined) return `expected certificates, found ${kindOf(wrong)}`;
    const fault = pemFault("CERTIFICATE", "certificates", text);
    if (fault !== undefined || certificatesIn(text).length > 0) return fault;
    const request = labels.find((label) => !label.endsWith("CERTIFICATE") && !isBeside(label));
    return request === undefined
        ? "expected certificates, found a block that is no X.509 certificate (cut short, or damaged)"
        : `expected certificates, found ${kindOf(request)}`;
}

/** A name as Java compares it. */
const comparable = (name: string | undefined) => name?.normalize("NFKD").toLowerCase().replace(/\s+/g, " ").trim();

/** Whether Java's key store takes the certificates as one chain: each is followed by its issuer, and none is there twice. */
export function isChain(certificates: readonly X509Certificate[]): boolean {
    const isFollowed = ({ issuer }: X509Certificate, at: number) =>
        at === certificates.length - 1 || comparable(issuer) === comparable(certificates[at + 1]?.subject);
    return (
        certificates.every(isFollowed) &&
        new Set(certificates.map(({ fingerprint256 }) => fingerprint256)).size === certificates.length
    );
}
