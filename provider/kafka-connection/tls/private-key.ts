import { createPrivateKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { valueAt } from "../../values/json";
import { blocksRead, isBase64, kindOf, labelsIn, pemBlock, pemFault } from "./pem";

/** A private key in PKCS#8. */
interface Pkcs8 {
    readonly der: Buffer;
    readonly isEncrypted: boolean;
}

/** The range of the content of the DER element at an offset. */
function contentOf(der: Buffer, offset: number): [start: number, end: number] {
    const length = der[offset + 1] ?? 0;
    if (length < 0x80) return [offset + 2, offset + 2 + length];
    const bytes = length & 0x7f;
    if (bytes === 0 || bytes > 4 || offset + 2 + bytes > der.length) return [der.length, Infinity];
    const start = offset + 2 + bytes;
    return [start, start + der.readUIntBE(offset + 2, bytes)];
}

const sequence = 0x30;
const integer = 0x02;

function pkcs8Of(der: Buffer): Pkcs8 | undefined {
    const [first, end] = contentOf(der, 0);
    if (der[0] !== sequence || end > der.length) return undefined;
    if (der[first] === sequence) return { der, isEncrypted: true };
    const [, second] = contentOf(der, first);
    return der[first] === integer && der[second] === sequence ? { der, isEncrypted: false } : undefined;
}

/** The key that Kafka's client loads from a text, if it is in PKCS#8. */
export function privateKeyIn(text: string): Pkcs8 | undefined {
    const [body, ...others] = blocksRead("PRIVATE KEY", text);
    if (body === undefined || others.length > 0 || !isBase64(body)) return undefined;
    return pkcs8Of(Buffer.from(body, "base64"));
}

/** A text from which every reader loads the key that Kafka's client loads from this one; the text itself if that is none. */
export function loadableKey(text: string): string {
    const key = privateKeyIn(text);
    return key ? pemBlock(key.isEncrypted ? "ENCRYPTED PRIVATE KEY" : "PRIVATE KEY", key.der) : text;
}

const convert = "convert it with `openssl pkcs8 -topk8 -nocrypt -in key.pem`";

/** What a text holds in place of PKCS#8. */
function formatFault(text: string): string {
    const [body = ""] = blocksRead("PRIVATE KEY", text);
    const der = Buffer.from(body, "base64");
    if (der.includes("openssh-key-v1")) {
        return `found an OpenSSH key: for RSA and ECDSA, \`ssh-keygen -p -m PEM -f key.pem\`, then ${convert}`;
    }
    const label = labelsIn(text).find((each) => each.includes("PRIVATE KEY")) ?? "PRIVATE KEY";
    if (/^(?:RSA|EC|DSA) PRIVATE KEY$/.test(label)) return `found ${kindOf(label)}: ${convert}`;
    const [first, end] = contentOf(der, 0);
    const isOlderFormat = der[0] === sequence && end <= der.length && der[first] === integer;
    return isOlderFormat
        ? `found PKCS#1 or SEC1: ${convert}`
        : "found a block that is truncated, damaged or not a private key";
}

/** The algorithms that Kafka's client supports, as they are in PKCS#8: RSA, DSA, EC (on a named curve). */
const algorithms = ["06092a864886f70d010101", "06072a8648ce380401", "06072a8648ce3d020106"].map((hex) =>
    Buffer.from(hex, "hex"),
);

function algorithmFault(der: Buffer): string | undefined {
    const [version] = contentOf(der, 0);
    const [, identifier] = contentOf(der, version);
    const [start] = contentOf(der, identifier);
    if (algorithms.some((known) => der.subarray(start, start + known.length).equals(known))) return undefined;
    const key = keyOf({ der, isEncrypted: false });
    const type = typeof key === "string" ? "another" : (key.asymmetricKeyType ?? "another");
    const description = type === "ec" ? "explicit parameters of a curve" : type;
    return `expected a private key of RSA, DSA or EC (on a named curve), found ${description}: Kafka's client loads no other, create an RSA or EC key`;
}

/** The key, or why it cannot be read here; Java reads some that OpenSSL does not. */
function keyOf({ der }: Pkcs8, passphrase?: string): KeyObject | "damaged" | "wrong password" | "not readable here" {
    try {
        return createPrivateKey({ key: der, format: "der", type: "pkcs8", passphrase });
    } catch (error) {
        const code = String(valueAt(error, ["code"]));
        if (/BAD_DECRYPT/.test(code)) return "wrong password";
        const isFirstVersion = der[contentOf(der, 0)[0] + 2] === 0;
        const isDamaged = passphrase === undefined && isFirstVersion && !/UNSUPPORTED|PASSPHRASE/.test(code);
        return isDamaged ? "damaged" : "not readable here";
    }
}

/** The key, if it can be read here with this password. */
export function decryptedKey(text: string, password?: string): KeyObject | undefined {
    const pkcs8 = privateKeyIn(text);
    if (!pkcs8 || pkcs8.isEncrypted === (password === undefined)) return undefined;
    const key = keyOf(pkcs8, password);
    return typeof key === "string" ? undefined : key;
}

export function keyFault(text: string): string | undefined {
    const blockFault = pemFault("PRIVATE KEY", "a private key", text);
    if (blockFault !== undefined) return blockFault;
    const count = blocksRead("PRIVATE KEY", text).length;
    if (count > 1) return `expected one private key, found ${String(count)}`;
    const key = privateKeyIn(text);
    if (!key) return `expected a private key in PKCS#8, ${formatFault(text)}`;
    if (key.isEncrypted) return undefined;
    const fault = algorithmFault(key.der);
    if (fault !== undefined) return fault;
    return keyOf(key) === "damaged" ? "expected a private key, found a block that is damaged" : undefined;
}

/** What is wrong with a password, alone and for this key. */
export function keyPasswordFault(text: string | undefined, password: string): string | undefined {
    if (!/^[ -~]*$/.test(password)) {
        return "expected only printable ASCII, without line ends: Java decrypts a key with no other password";
    }
    const key = privateKeyIn(text ?? "");
    if (!key) return undefined;
    if (!key.isEncrypted) {
        return "expected no password, because the key is not encrypted: Kafka's client does not load such a key with a password";
    }
    return keyOf(key, password) === "wrong password" ? "expected the password that decrypts the key" : undefined;
}

/** What is wrong with an encrypted key that can be decrypted. */
export function decryptedKeyFault(text: string, password: string | undefined): string | undefined {
    const key = password === undefined ? undefined : decryptedKey(text, password);
    return key && algorithmFault(key.export({ format: "der", type: "pkcs8" }));
}
