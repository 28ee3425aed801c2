import { X509Certificate } from "node:crypto";
import { blocksRead, isBase64, kindOf, labelsIn, pemBlock, pemFault } from "./pem";

function certificateOf(body: string): X509Certificate | undefined {
    if (!isBase64(body)) return undefined;
    try {
        return new X509Certificate(Buffer.from(body, "base64"));
    } catch {
        return undefined;
    }
}

/** The certificates that Kafka's client loads from a text; none if it cannot load all of them. */
export function certificatesIn(text: string): X509Certificate[] {
    const certificates = blocksRead("CERTIFICATE", text).map(certificateOf);
    return certificates.every((certificate) => certificate !== undefined) ? certificates : [];
}

/** A text from which every reader loads what Kafka's client loads from this one; the text itself if that is nothing. */
export function loadableCertificates(text: string): string {
    const certificates = certificatesIn(text);
    return certificates.length === 0 ? text : certificates.map(({ raw }) => pemBlock("CERTIFICATE", raw)).join("");
}

/** Blocks that may be in a file of certificates and are ignored. */
const isIgnored = (label: string) => /(?:PARAMETERS|PUBLIC KEY)$/.test(label);

export function certificatesFault(text: string): string | undefined {
    const labels = labelsIn(text).filter((label) => !isIgnored(label));
    const wrong = labels.find((label) => !label.includes("CERTIFICATE"));
    if (wrong !== undefined) return `expected certificates, found ${kindOf(wrong)}`;
    const fault = pemFault("CERTIFICATE", "certificates", text);
    if (fault !== undefined || certificatesIn(text).length > 0) return fault;
    const request = labels.find((label) => !label.endsWith("CERTIFICATE"));
    return request === undefined
        ? "expected certificates, found a block that is not an X.509 certificate (truncated or damaged)"
        : `expected certificates, found ${kindOf(request)}`;
}

/** A name in the form in which Java compares it. */
const comparable = (name: string | undefined) => name?.normalize("NFKD").toLowerCase().replace(/\s+/g, " ").trim();

/** Whether Java's key store loads the certificates as one chain: after each comes its issuer, and none is there twice. */
export function isChain(certificates: readonly X509Certificate[]): boolean {
    const isBeforeIssuer = ({ issuer }: X509Certificate, index: number) =>
        index === certificates.length - 1 || comparable(issuer) === comparable(certificates[index + 1]?.subject);
    return (
        certificates.every(isBeforeIssuer) &&
        new Set(certificates.map(({ fingerprint256 }) => fingerprint256)).size === certificates.length
    );
}
