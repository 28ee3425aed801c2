import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { partialSsl } from "../../provider/kafka-connection/partial-arguments";
import { unknown } from "../../provider/values/unknown";
import { loadableKey } from "../../provider/kafka-connection/tls/private-key";
import { loadableStore, ssl, sslProblems } from "../../provider/kafka-connection/tls/stores";
import {
    client,
    clientKeyAgain,
    contentOf,
    encrypted,
    intermediate,
    lockedKey,
    lockedKeyOfJava,
    other,
    pemText,
    root,
    traditional,
} from "../support/pem";

const problemsOf = (given: unknown) => sslProblems(partialSsl.parse(given));

const problems = (keystore: unknown) =>
    problemsOf({ keystore }).map(({ path, message }) => `${path.slice(2).join(".")}: ${message}`);

const ofKey = (key: string, more: object = {}) => problems({ certificates: client.certificates, key, ...more });

const pkcs8 = { type: "pkcs8", format: "pem" } as const;
const keyOf = (type: "ed25519" | "x448") =>
    // The types of @types/node know each by a signature of its own.
    (type === "ed25519" ? generateKeyPairSync(type) : generateKeyPairSync(type)).privateKey.export(pkcs8).toString();
const explicit = () =>
    generateKeyPairSync("ec", { namedCurve: "P-256", paramEncoding: "explicit" }).privateKey.export(pkcs8).toString();
const pss = () => generateKeyPairSync("rsa-pss", { modulusLength: 2048 }).privateKey.export(pkcs8).toString();
const openssh = pemText("OPENSSH PRIVATE KEY", Buffer.from("openssh-key-v1\0\0\0\0\x04none"));

const convert = "convert it with `openssl pkcs8 -topk8 -nocrypt -in key.pem`";
const noOther = (found: string) =>
    `key: expected a private key of RSA, DSA or EC (on a named curve), found ${found}: Kafka's client loads no other, create an RSA or EC key`;
const noPem = 'key: expected a private key as PEM text ("-----BEGIN …-----" to "-----END …-----")';
const typedOut = "key: expected a private key as PEM text, found \\n as two characters instead of line ends";
const order =
    "certificates: expected the client's own certificate, then the issuer of each, and none twice: Kafka's client loads no other chain";
const mismatch =
    "key: expected the key of the first of ssl.keystore.certificates, found the key of another certificate";

describe("a private key", () => {
    it.each([
        ["of EC", client],
        ["of RSA", other],
        ["with its point compressed", { ...client, key: clientKeyAgain }],
        ["in one line", { ...client, key: client.key.trim().replaceAll("\n", " ") }],
        ["continued by backslashes", { ...client, key: client.key.trim().replaceAll("\n", " \\\n") }],
        ["beside its certificate", { ...client, key: client.certificates + client.key }],
        [
            "after parameters of its curve",
            { ...client, key: pemText("EC PARAMETERS", Buffer.from("any")) + client.key },
        ],
        ["as PKCS#8 under an older label", { ...other, key: pemText("RSA PRIVATE KEY", contentOf(other.key)) }],
        ["encrypted, with its password", { ...client, key: encrypted(client.key, "a b "), keyPassword: "a b " }],
        [
            "encrypted, with a variable of its password",
            { ...client, key: encrypted(client.key, "x"), keyPasswordFrom: { env: "X" } },
        ],
        [
            "encrypted, with a password that is not known yet",
            { ...client, key: encrypted(client.key, "x"), keyPassword: unknown },
        ],
        [
            "that is not known yet, with a password",
            { certificates: client.certificates, key: unknown, keyPassword: "x" },
        ],
        ["of certificates that are not known yet", { certificates: unknown, key: client.key }],
        ["of a chain with its root", { ...client, certificates: client.certificates + intermediate + root }],
        ["of a chain without its root", { ...client, certificates: client.certificates + intermediate }],
    ])("is taken %s", (_title, keystore) => {
        expect(problems(keystore)).toEqual([]);
    });

    it.each([
        ["PKCS#1", traditional(other.key, "pkcs1"), `found a block of RSA PRIVATE KEY: ${convert}`],
        ["PKCS#1 with Proc-Type", traditional(other.key, "pkcs1", "x"), `found a block of RSA PRIVATE KEY: ${convert}`],
        ["SEC1", traditional(client.key, "sec1"), `found a block of EC PRIVATE KEY: ${convert}`],
        [
            "SEC1 after its parameters",
            pemText("EC PARAMETERS", Buffer.from("any")) + traditional(client.key, "sec1"),
            `found a block of EC PRIVATE KEY: ${convert}`,
        ],
        [
            "PKCS#1 under the label of PKCS#8",
            traditional(other.key, "pkcs1").replaceAll("RSA ", ""),
            `found PKCS#1 or SEC1: ${convert}`,
        ],
        [
            "OpenSSH",
            openssh,
            `found an OpenSSH key: for RSA and ECDSA, \`ssh-keygen -p -m PEM -f key.pem\`, then ${convert}`,
        ],
        [
            "cut short",
            pemText("PRIVATE KEY", contentOf(client.key).subarray(0, 60)),
            "found a block that is truncated, damaged or not a private key",
        ],
        [
            "encrypted and cut short",
            pemText("ENCRYPTED PRIVATE KEY", contentOf(encrypted(client.key, "x")).subarray(0, 60)),
            "found a block that is truncated, damaged or not a private key",
        ],
        [
            "random bytes",
            pemText("PRIVATE KEY", Buffer.from("no key at all")),
            "found a block that is truncated, damaged or not a private key",
        ],
    ])("has to be PKCS#8, not %s", (_title, key, message) => {
        expect(ofKey(key)).toEqual([`key: expected a private key in PKCS#8, ${message}`]);
    });

    it("has to be of an algorithm that Kafka's client loads", () => {
        expect(ofKey(keyOf("ed25519"))).toEqual([noOther("ed25519")]);
        expect(ofKey(keyOf("x448"))).toEqual([noOther("x448")]);
        expect(ofKey(pss())).toEqual([noOther("rsa-pss")]);
        expect(ofKey(explicit())).toEqual([noOther("explicit parameters of a curve")]);
        expect(ofKey(encrypted(keyOf("ed25519"), "x"), { keyPassword: "x" })).toEqual([noOther("ed25519")]);
    });

    it.each([
        [
            "a path",
            "/etc/ssl/client.key",
            "key: expected a private key as PEM text, found what looks like a path: give what the file holds",
        ],
        [
            "a path of Windows",
            "C:\\tls\\client.key",
            "key: expected a private key as PEM text, found what looks like a path: give what the file holds",
        ],
        [
            "base64 of a PEM text",
            Buffer.from(client.key).toString("base64"),
            "key: expected a private key as PEM text, found PEM text in base64: decode it once",
        ],
        [
            "base64 of a PEM text in lines",
            Buffer.from(client.key).toString("base64").replace(/.{76}/g, "$&\n"),
            "key: expected a private key as PEM text, found PEM text in base64: decode it once",
        ],
        ["its bare base64", contentOf(client.key).toString("base64"), noPem],
        ["a certificate", client.certificates, "key: expected a private key, found a block of CERTIFICATE"],
        [
            "a public key",
            pemText("PUBLIC KEY", Buffer.from("any")),
            "key: expected a private key, found a block of PUBLIC KEY",
        ],
        ["two keys", client.key + other.key, "key: expected one private key, found 2"],
        [
            "two keys in one line",
            `${client.key.trim()} ${other.key}`,
            "key: expected a private key as PEM text, found BEGIN and END lines that are not in capitals or not on lines of their own: Kafka's client reads 1 of 2 blocks",
        ],
        ["\\n typed out", client.key.replaceAll("\n", "\\n"), typedOut],
        ["\\n typed out, in quotes", JSON.stringify(client.key), typedOut],
        ["\\r\\n typed out", client.key.replaceAll("\n", "\\r\\n"), typedOut],
        ["a password", "s3cret-word", noPem],
    ])("is not %s", (_title, key, message) => {
        expect(ofKey(key)).toEqual([message]);
    });

    it("and its password go together", () => {
        const locked = lockedKey;
        expect(ofKey(locked)).toEqual([
            "keyPassword: required, or ssl.keystore.keyPasswordFrom, because the key is encrypted",
        ]);
        expect(ofKey(locked, { keyPassword: "wrong" })).toEqual([
            "keyPassword: expected the password that decrypts the key",
        ]);
        expect(ofKey(client.key, { keyPassword: "any" })).toEqual([
            "keyPassword: expected no password, because the key is not encrypted: Kafka's client does not load such a key with a password",
        ]);
        for (const keyPassword of ["right\n", "grüße", "tab\t"]) {
            expect(ofKey(encrypted(client.key, keyPassword), { keyPassword })).toEqual([
                "keyPassword: expected only printable ASCII, without line ends: Java decrypts a key with no other password",
            ]);
        }
    });

    it("that Java reads and OpenSSL does not is left alone", () => {
        expect(ofKey(lockedKeyOfJava, { keyPassword: "any" })).toEqual([]);
        // Version 1 of PKCS#8, with a public key at its end (RFC 5958).
        const content = Buffer.concat([contentOf(client.key).subarray(3), Buffer.from([0x81, 2, 0, 0])]);
        content[2] = 1;
        const der = Buffer.concat([Buffer.from([0x30, 0x81, content.length]), content]);
        expect(() => createPrivateKey(pemText("PRIVATE KEY", der))).toThrow();
        expect(ofKey(pemText("PRIVATE KEY", der))).toEqual([]);
    });

    it("belongs to the first certificate", () => {
        expect(ofKey(other.key)).toEqual([mismatch]);
        expect(ofKey(encrypted(other.key, "x"), { keyPassword: "x" })).toEqual([mismatch]);
        expect(problems({ ...client, certificates: intermediate + client.certificates })).toEqual([order]);
    });

    it.each([
        ["an issuer left out", client.certificates + root],
        ["another order", root + intermediate + client.certificates],
        ["a certificate twice", client.certificates + client.certificates],
        ["its root twice", client.certificates + intermediate + root + root],
        ["another client", client.certificates + other.certificates],
    ])("comes with no chain with %s, as Java's key store takes none", (_title, certificates) => {
        expect(problems({ ...client, certificates })).toEqual([order]);
        expect(problemsOf({ truststore: { certificates } })).toEqual([]);
    });

    it("is refused without its content", () => {
        const keys = [
            client.key.replace("MIG", "M…G"),
            openssh,
            traditional(client.key, "sec1"),
            other.key,
            "s3cret-word",
        ];
        for (const key of keys) {
            const said = ofKey(key, { keyPassword: "s3cret-word" }).join();
            expect(said).not.toBe("");
            expect(said).not.toMatch(/s3cret-word|MIG|M…G|b3BlbnNza/);
        }
    });
});

describe("a store", () => {
    it("is sent as texts that every reader reads", () => {
        const spelt = (text: string) => text.trim().replaceAll("\n", " \\\r\n");
        const locked = encrypted(client.key, "x");
        const store = { certificates: spelt(client.certificates + intermediate), key: spelt(locked), keyPassword: "x" };
        const sent = { certificates: client.certificates + intermediate, key: locked, keyPassword: "x" };
        expect(loadableStore(store)).toEqual(sent);
        expect(ssl.parse({ keystore: store })).toEqual(ssl.parse({ keystore: sent }));
    });

    it("that an earlier version wrote is compared even where its texts cannot be loaded", () => {
        const key = traditional(client.key, "sec1");
        expect(loadableKey(key)).toBe(key);
        const windows = client.certificates.replaceAll("\n", "\r\n");
        expect(ssl.parse({ keystore: { type: "pem", certificates: windows, key } })).toEqual(
            ssl.parse({ keystore: { ...client, key } }),
        );
    });
});
