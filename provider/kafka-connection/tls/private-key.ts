import { createPrivateKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { blocksRead, isBase64, kindOf, labelsIn, pemBlock, pemFault } from "./pem";
import { memberOf } from "../../values/shape";

/** PKCS#8, as it stands in a text. */
interface Pkcs8 {
    readonly der: Buffer;
    readonly isEncrypted: boolean;
}

/** Where the content of the DER element at a place begins and ends. */
function element(der: Buffer, at: number): [begin: number, end: number] {
    const length = der[at + 1] ?? 0;
    if (length < 0x80) return [at + 2, at + 2 + length];
    const bytes = length & 0x7f;
    if (bytes === 0 || bytes > 4 || at + 2 + bytes > der.length) return [der.length, Infinity];
    const begin = at + 2 + bytes;
    return [begin, begin + der.readUIntBE(at + 2, bytes)];
}

const sequence = 0x30;
const integer = 0x02;

function pkcs8Of(der: Buffer): Pkcs8 | undefined {
    const [first, end] = element(der, 0);
    if (der[0] !== sequence || end > der.length) return undefined;
    if (der[first] === sequence) return { der, isEncrypted: true };
    const [, second] = element(der, first);
    return der[first] === integer && der[second] === sequence ? { der, isEncrypted: false } : undefined;
}

/** The key that Kafka's client finds in a text, where it is PKCS#8. */
export function privateKeyIn(text: string): Pkcs8 | undefined {
    const [body, ...others] = blocksRead("PRIVATE KEY", text);
    if (body === undefined || others.length > 0 || !isBase64(body)) return undefined;
    return pkcs8Of(Buffer.from(body, "base64"));
}

/** A text from which every reader loads the key that Kafka's client loads from this one; if that is none, the text itself. */
export function loadableKey(text: string): string {
    const found = privateKeyIn(text);
    return found ? pemBlock(found.isEncrypted ? "ENCRYPTED PRIVATE KEY" : "PRIVATE KEY", found.der) : text;
}

const convert = "convert it with `openssl pkcs8 -topk8 -nocrypt -in key.pem`";

/** What the text holds instead of PKCS#8. */
function formFault(text: string): string {
    const [body = ""] = blocksRead("PRIVATE KEY", text);
    const der = Buffer.from(body, "base64");
    if (der.includes("openssh-key-v1")) {
        return `found an OpenSSH key: for RSA and ECDSA, \`ssh-keygen -p -m PEM -f key.pem\`, then ${convert}`;
    }
    const label = labelsIn(text).find((each) => each.includes("PRIVATE KEY")) ?? "PRIVATE KEY";
    const [first, end] = element(der, 0);
    const isOlderForm = der[0] === sequence && end <= der.length && der[first] === integer;
    if (/^(?:RSA|EC|DSA) PRIVATE KEY$/.test(label)) return `found ${kindOf(label)}: ${convert}`;
    return isOlderForm ? `found PKCS#1 or SEC1: ${convert}` : "found a block that is cut short, damaged, or no key";
}

/** The algorithms that Kafka's client loads, as PKCS#8 names them: RSA, DSA, EC (on a named curve). */
const algorithms = ["06092a864886f70d010101", "06072a8648ce380401", "06072a8648ce3d020106"].map((hex) =>
    Buffer.from(hex, "hex"),
);

function algorithmFault(der: Buffer): string | undefined {
    const [version] = element(der, 0);
    const [, identifier] = element(der, version);
    const [algorithm] = element(der, identifier);
    if (algorithms.some((known) => der.subarray(algorithm, algorithm + known.length).equals(known))) return undefined;
    const found = keyOf({ der, isEncrypted: false });
    const type = typeof found === "string" ? "another" : (found.asymmetricKeyType ?? "another");
    const other = type === "ec" ? "explicit parameters of a curve" : type;
    return `expected a private key of RSA, DSA or EC (on a named curve), found ${other}: Kafka's client loads no other, make an RSA or EC key`;
}

/** The key, or why it cannot be read here; Java reads some that OpenSSL does not. */
function keyOf({ der }: Pkcs8, passphrase?: string): KeyObject | "damaged" | "wrong password" | "not readable here" {
    try {
        return createPrivateKey({ key: der, format: "der", type: "pkcs8", passphrase });
    } catch (error) {
        const code = String(memberOf(error, "code"));
        if (/BAD_DECRYPT/.test(code)) return "wrong password";
        const isFirstVersion = der[element(der, 0)[0] + 2] === 0;
        const isDamaged = passphrase === undefined && isFirstVersion && !/UNSUPPORTED|PASSPHRASE/.test(code);
        return isDamaged ? "damaged" : "not readable here";
    }
}

/** The key, where it can be read here with this password. */
export function openedKey(text: string, password?: string): KeyObject | undefined {
    const found = privateKeyIn(text);
    if (!found || found.isEncrypted === (password === undefined)) return undefined;
    const key = keyOf(found, password);
    return typeof key === "string" ? undefined : key;
}

export function keyFault(text: string): string | undefined {
    const fault = pemFault("PRIVATE KEY", "a private key", text);
    if (fault !== undefined) return fault;
    const count = blocksRead("PRIVATE KEY", text).length;
    if (count > 1) return `expected a private key alone, found ${String(count)} of them`;
    const found = privateKeyIn(text);
    if (!found) return `expected a private key in PKCS#8, ${formFault(text)}`;
    if (found.isEncrypted) return undefined;
    const other = algorithmFault(found.der);
    if (other !== undefined) return other;
    return keyOf(found) === "damaged" ? "expected a private key, found a block that is damaged" : undefined;
}

/** What is wrong with a password, by itself and for this key. */
export function passwordFault(text: string | undefined, password: string): string | undefined {
    if (!/^[ -~]*$/.test(password)) {
        return "expected printable ASCII alone, without line ends: Java opens a key with no other password";
    }
    const found = privateKeyIn(text ?? "");
    if (!found) return undefined;
    if (!found.isEncrypted) {
        return "expected none, as the key is not encrypted: Kafka's client loads no such key with a password";
    }
    return keyOf(found, password) === "wrong password"
        ? "expected the password of the key, which this does not open"
        : undefined;
}

/** What is wrong with an encrypted key that its password opens. */
export function openedKeyFault(text: string, password: string | undefined): string | undefined {
    const key = password === undefined ? undefined : openedKey(text, password);
    return key && algorithmFault(key.export({ format: "der", type: "pkcs8" }));
}
