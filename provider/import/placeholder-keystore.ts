import { generateKeyPairSync, sign } from "node:crypto";

/** One element of ASN.1 in DER. */
function element(tag: number, ...contents: readonly Buffer[]): Buffer {
    const content = Buffer.concat(contents);
    const { length } = content;
    const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
    return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...contents: readonly Buffer[]) => element(0x30, ...contents);
const objectId = (hex: string) => element(0x06, Buffer.from(hex, "hex"));
const utcTime = (text: string) => element(0x17, Buffer.from(text));

const ecdsaWithSha256 = sequence(objectId("2a8648ce3d040302"));
const commonName = objectId("550403");

const pem = (label: string, der: Buffer) =>
    `-----BEGIN ${label}-----\n${der.toString("base64").replace(/.{1,64}/g, "$&\n")}-----END ${label}-----\n`;

interface Keystore {
    readonly certificate: string;
    readonly key: string;
}

function generate(): Keystore {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const text = element(0x0c, Buffer.from("replace this placeholder"));
    const name = sequence(element(0x31, sequence(commonName, text)));
    const validity = sequence(utcTime("200101000000Z"), utcTime("200102000000Z"));
    const subject = publicKey.export({ type: "spki", format: "der" });
    const body = sequence(element(0x02, Buffer.from([1])), ecdsaWithSha256, name, validity, name, subject);
    const signature = element(0x03, Buffer.from([0]), sign("sha256", body, privateKey));
    return {
        certificate: pem("CERTIFICATE", sequence(body, ecdsaWithSha256, signature)),
        key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    };
}

let keystore: Keystore | undefined;

/**
 * A certificate in the place of one that Imply Polaris does not show, with a key that exists in this process alone: the
 * program can be previewed, and cannot be applied before the certificate is replaced, as no other key fits it.
 */
export const placeholderKeystore = (): Keystore => (keystore ??= generate());
