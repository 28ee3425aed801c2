import fc from "fast-check";
import { pem, pemBlocks } from "../../provider/schemas/pem";

const certificates = pem(/^(TRUSTED |X509 )?CERTIFICATE$/, "certificates");
const privateKey = pem(/PRIVATE KEY$/, "a private key", 1);

const result = (schema: typeof certificates, text: string) => {
    const parsed = schema.safeParse(text);
    return parsed.success ? parsed.data : parsed.error.issues.map(({ message }) => message).join("; ");
};

const wrapped = (body: string, width: number, end: string) =>
    Array.from({ length: Math.ceil(body.length / width) }, (_, line) =>
        body.slice(line * width, (line + 1) * width),
    ).join(end);

const block = (label: string, body: string, width = 64, end = "\n") =>
    `-----BEGIN ${label}-----${end}${wrapped(body, width, end)}${end}-----END ${label}-----`;

const bodies = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString("base64"));
const chains = fc.array(bodies, { minLength: 1, maxLength: 3 });
const ends = fc.constantFrom("\n", "\r\n", "\r", "\n    ", " \n");
const noise = fc.stringMatching(/^[ a-z:.\n]{0,20}$/).map((text) => `${text}\n`);

describe("PEM text", () => {
    it("means the same with other line ends, line lengths and indents, and text around its blocks", () => {
        fc.assert(
            fc.property(chains, fc.integer({ min: 1, max: 400 }), ends, noise, (chain, width, end, around) => {
                const plain = chain.map((body) => block("CERTIFICATE", body)).join("\n");
                const other = chain.map((body) => block("CERTIFICATE", body, width, end)).join(`${end}${around}`);
                expect(result(certificates, `${around}${other}${end}${end}`)).toBe(result(certificates, plain));
                expect(certificates.safeParse(plain).error).toBeUndefined();
            }),
        );
    });

    it("means something else with another block, or with its blocks in another order", () => {
        fc.assert(
            fc.property(bodies, bodies, (one, two) => {
                fc.pre(one !== two);
                const [a, b] = [block("CERTIFICATE", one), block("CERTIFICATE", two)];
                expect(result(certificates, a)).not.toBe(result(certificates, b));
                expect(result(certificates, `${a}\n${b}`)).not.toBe(result(certificates, `${b}\n${a}`));
                expect(result(certificates, `${a}\n${b}`)).not.toBe(result(certificates, a));
            }),
        );
    });

    it("has a meaning that means itself", () => {
        fc.assert(
            fc.property(chains, (chain) => {
                const meaning = result(certificates, chain.map((body) => block("CERTIFICATE", body)).join("\n"));
                expect(result(certificates, meaning)).toBe(meaning);
            }),
        );
    });

    it("keeps the headers of a key that is encrypted the old way", () => {
        const headers = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0102\n\n";
        const text = (more: string) =>
            `-----BEGIN RSA PRIVATE KEY-----\n${more}TUlJRQ==\n-----END RSA PRIVATE KEY-----\n`;
        expect(pemBlocks(text(headers))).toEqual([
            {
                label: "RSA PRIVATE KEY",
                headers: ["Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-256-CBC,0102"],
                body: "TUlJRQ==",
            },
        ]);
        expect(result(privateKey, text(headers))).not.toBe(result(privateKey, text("")));
        expect(privateKey.safeParse(text(headers)).error).toBeUndefined();
    });

    it.each(["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"])("can be a %s", (label) => {
        expect(privateKey.safeParse(block(label, "TUlJRQ==")).error).toBeUndefined();
    });

    it.each(["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"])("can be a %s", (label) => {
        expect(certificates.safeParse(block(label, "TUlJRQ==")).error).toBeUndefined();
    });

    it.each([
        ["/etc/ssl/ca.pem", 'expected certificates as PEM text ("-----BEGIN …-----" to "-----END …-----")'],
        ["", 'expected certificates as PEM text ("-----BEGIN …-----" to "-----END …-----")'],
        ["TUlJRQ==", 'expected certificates as PEM text ("-----BEGIN …-----" to "-----END …-----")'],
        [block("PRIVATE KEY", "TUlJRQ=="), "expected certificates, found a block of PRIVATE KEY"],
        [
            `${block("CERTIFICATE", "TUlJRQ==")}\n${block("PRIVATE KEY", "TUlJRQ==")}`,
            "expected certificates, found a block of PRIVATE KEY",
        ],
        [
            `${block("CERTIFICATE", "TUlJRQ==")}\n-----BEGIN CERTIFICATE-----\nTUlJRQ==`,
            "expected certificates as PEM text, found a block that does not end",
        ],
        [block("CERTIFICATE", "…"), "expected certificates as PEM text, found a block that is not base64"],
        [block("CERTIFICATE", ""), "expected certificates as PEM text, found a block that is not base64"],
    ])("is not %p", (text, message) => {
        expect(result(certificates, text)).toBe(message);
    });

    it("is one block where one key is expected", () => {
        const two = `${block("PRIVATE KEY", "TUlJRQ==")}\n${block("PRIVATE KEY", "TUlJRQ==")}`;
        expect(result(privateKey, two)).toBe("expected a private key alone, found 2 blocks");
        expect(result(privateKey, block("CERTIFICATE", "TUlJRQ=="))).toBe(
            "expected a private key, found a block of CERTIFICATE",
        );
    });

    it("is refused without its content, which may be a secret", () => {
        const secret = "bm90LWEtY2VydGlmaWNhdGU";
        for (const text of [secret, block("PRIVATE KEY", secret), `-----BEGIN CERTIFICATE-----\n${secret}`]) {
            expect(result(certificates, text)).not.toContain(secret);
        }
    });
});
