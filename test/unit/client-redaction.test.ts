import fc from "fast-check";
import { foreign } from "../../provider/client/errors";
import { redact, remember } from "../../provider/client/redaction";

const bytes = (text: string) => Buffer.from(text);

/** The forms in which a server, a proxy or a library may give a secret back. */
const spellings: Record<string, (secret: string) => string> = {
    plain: (secret) => secret,
    JSON: (secret) => JSON.stringify({ password: secret }),
    "URL-encoded": (secret) => `password=${encodeURIComponent(secret)}`,
    base64: (secret) => bytes(secret).toString("base64"),
    base64url: (secret) => bytes(secret).toString("base64url"),
};

const key = `-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj
MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu
NMoSfm76oqFvAp8Gy0iz5sxj==
-----END PRIVATE KEY-----
`;

describe("redaction", () => {
    it.each(Object.entries(spellings))("hides a secret spelt %s", (_, spell) => {
        const secret = 'pa"ss/wo+rd ü\\1?';
        remember(secret);
        const clean = redact(`refused ${spell(secret)} here`);
        expect(clean).toContain("[secret]");
        expect(clean).not.toContain("wo+rd");
        expect(clean).not.toContain(spell(secret));
        expect(clean).toMatch(/^refused .* here$/);
    });

    it("hides every spelling of any secret, wherever it stands in a text", () => {
        const secrets = fc.string({ minLength: 8, maxLength: 60 }).filter((text) => text.trim().length >= 8);
        fc.assert(
            fc.property(secrets, fc.string(), fc.constantFrom(...Object.values(spellings)), (secret, around, spell) => {
                remember(secret);
                const echoed = spell(secret);
                const clean = redact(`${around}${echoed}${around}`);
                expect(clean).toContain("[secret]");
                fc.pre(!around.includes(echoed));
                expect(clean).not.toContain(echoed);
            }),
        );
    });

    it("hides all of a secret that holds another one", () => {
        remember("inner-secret");
        remember("outer-inner-secret-outer");
        expect(redact("found outer-inner-secret-outer")).toBe("found [secret]");
    });

    it("hides every occurrence", () => {
        remember("twice-told");
        expect(redact("twice-told and twice-told")).toBe("[secret] and [secret]");
    });

    it("hides each line of a private key, and leaves the lines that begin and end it", () => {
        remember(key);
        for (const line of key.trim().split("\n")) {
            const told = redact(`bad input near ${line}`);
            expect(told).toBe(line.startsWith("-----") ? `bad input near ${line}` : "bad input near [secret]");
        }
    });

    it("hides a private key as a whole, in JSON, and with other line ends", () => {
        const body = /MIIE|MzEf|NMoS/;
        remember(key);
        expect(redact(key)).not.toMatch(body);
        expect(redact(JSON.stringify({ key }))).not.toMatch(body);
        expect(redact(key.replaceAll("\n", "\r\n"))).not.toMatch(body);
        expect(redact(bytes(key).toString("base64"))).toBe("[secret]");
    });

    it("hides a very short secret where it stands alone, and leaves the words that it is a part of", () => {
        remember("q7");
        expect(redact("q7 is not in aq7b; (q7)")).toBe("[secret] is not in aq7b; ([secret])");
    });

    it("leaves other text as it is", () => {
        remember("");
        remember("  ");
        fc.assert(
            fc.property(fc.stringMatching(/^[ -,:-@]*$/), (text) => {
                expect(redact(text)).toBe(text);
            }),
        );
    });
});

describe("foreign text in a sentence", () => {
    it("is one line, without white space at its ends", () => {
        expect(foreign("  first\n\tsecond\r\n\r\nthird ")).toBe("first second third");
    });

    it("is at most 500 characters", () => {
        const told = foreign("x".repeat(2_000_000));
        expect(told).toBe(`${"x".repeat(500)}…`);
    });

    it("is redacted before it is cut, so that no part of a secret remains", () => {
        remember("a-secret-at-the-edge");
        for (let before = 470; before < 505; before += 1) {
            expect(foreign(`${"x".repeat(before)}a-secret-at-the-edge${"y".repeat(50)}`)).not.toContain("a-sec");
        }
    });

    it("is redacted in a long text as well, where white space makes up most of it", () => {
        remember("a-secret-far-away");
        for (let before = 19_980; before < 20_010; before += 1) {
            expect(foreign(`${" ".repeat(before)}a-secret-far-away`)).not.toMatch(/a-se/);
        }
    });

    it("is redacted before its lines are joined, as a secret may have several", () => {
        remember("first line\nsecond line");
        expect(foreign("the password first line\nsecond line is wrong")).toBe("the password [secret] is wrong");
    });
});
