import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";

const file = (name: string) => readFileSync(path.join(__dirname, "tls", `${name}.pem`), "utf8");

/** A chain of certificates, and two clients of it with their keys; see tls/README.md. */
export const root = file("root");
export const intermediate = file("intermediate");
export const client = { certificates: file("client"), key: file("client-key") };
/** The client's key in other bytes. */
export const clientKeyAgain = file("client-key-again");
/** The client's key, encrypted with the password `right`; the other in a way that OpenSSL 3 does not open. */
export const lockedKey = file("client-key-3des");
export const lockedKeyOfJava = file("client-key-des");
export const other = { certificates: file("other"), key: file("other-key") };

/** A key as PKCS#8 that a password opens. */
export const encrypted = (key: string, passphrase: string): string =>
    createPrivateKey(key).export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase }).toString();

/** A key in the form that most tools wrote before PKCS#8. */
export const traditional = (key: string, type: "pkcs1" | "sec1", passphrase?: string): string =>
    createPrivateKey(key)
        .export({ type, format: "pem", ...(passphrase && { cipher: "aes-256-cbc", passphrase }) })
        .toString();

/** The bytes in the only block of a text. */
export const contentOf = (text: string): Buffer => Buffer.from(text.replace(/-----[^-]+-----/g, ""), "base64");

/** Bytes as PEM text, of any kind and in lines of any length. */
export const pemText = (kind: string, bytes: Uint8Array, width = 64, end = "\n"): string => {
    const body = Buffer.from(bytes).toString("base64");
    const lines = body.match(new RegExp(`.{1,${width}}`, "g")) ?? [];
    return [`-----BEGIN ${kind}-----`, ...lines, `-----END ${kind}-----`, ""].join(end);
};
