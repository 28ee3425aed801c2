import fc from "fast-check";
import { randomBytes } from "node:crypto";
import { foreign } from "../../provider/api/errors";
import { redact, remember } from "../../provider/values/mask";
import { pemText } from "../support/pem";

const bytes = (text: string) => Buffer.from(text);

const ascii = (text: string) =>
    text.replace(/[^ -~]|[<>&'"]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
const html = (text: string) => text.replace(/[<>&'"/ü]/gu, (char) => `&#${char.codePointAt(0) ?? 0};`);

/** The forms in which a server, a proxy or a library may give a secret back. */
const spellings: Record<string, (secret: string) => string> = {
    plain: (secret) => secret,
    JSON: (secret) => JSON.stringify({ password: secret }),
    "JSON in JSON": (secret) => JSON.stringify(JSON.stringify(JSON.stringify({ password: secret }))),
    "JSON with escaped slashes": (secret) => JSON.stringify({ password: secret }).replaceAll("/", "\\/"),
    "JSON in ASCII": (secret) => ascii(secret.replaceAll("\\", "\\\\")),
    "JSON in ASCII, in upper case": (secret) =>
        ascii(secret.replaceAll("\\", "\\\\")).replace(/(?<=\\u)[0-9a-f]{4}/g, (hex) => hex.toUpperCase()),
    "URL-encoded": (secret) => `password=${encodeURIComponent(secret)}`,
    "URL-encoded twice": (secret) => `password=${encodeURIComponent(encodeURIComponent(secret))}`,
    "URL-encoded in lower case": (secret) =>
        encodeURIComponent(secret).replace(/%../g, (escape) => escape.toLowerCase()),
    "as a URL": (secret) => encodeURI(`http://h/${secret}`),
    "as a form": (secret) => new URLSearchParams({ password: secret }).toString(),
    HTML: html,
    "named in HTML": (secret) =>
        secret
            .replaceAll("&", "&amp;")
            .replaceAll("<", "&lt;")
            .replaceAll(">", "&gt;")
            .replaceAll('"', "&quot;")
            .replaceAll("'", "&apos;"),
    base64: (secret) => bytes(secret).toString("base64"),
    base64url: (secret) => bytes(secret).toString("base64url"),
    "base64 of name and password": (secret) => bytes(`imply:${secret}`).toString("base64"),
    "base64 of another name and password": (secret) => bytes(`imply2:${secret}`).toString("base64url"),
    "base64 as SASL PLAIN has it": (secret) => bytes(`\0implies\0${secret}`).toString("base64"),
    "base64 in a URL": (secret) => encodeURIComponent(bytes(secret).toString("base64")),
    hex: (secret) => bytes(secret).toString("hex"),
    "hex with colons": (secret) => [...bytes(secret)].map((byte) => byte.toString(16).padStart(2, "0")).join(":"),
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

    it.each(Object.keys(spellings).filter((name) => name.startsWith("base64")))(
        "leaves nothing of it in %s",
        (name) => {
            const secret = "Xk9-Long-And-Winding-Word-72";
            remember(secret);
            const before = { "base64 of name and password": 8, "base64 of another name and password": 9 }[name] ?? 0;
            const rest = redact(spellings[name]!(secret)).split("[secret]");
            expect(rest).toHaveLength(2);
            expect(rest[0]!.length).toBeLessThanOrEqual(name.includes("SASL") ? 12 : before);
            expect(rest[1]).toBe("");
        },
    );

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

    it.each([
        ["KFny%", "E0YKA-yj#7ULv83u}wo:SLi"],
        ["\\\\", "nova-scotia-72"],
        ["&am", "F-&s05^R|z_ux8.1JxD!g"],
        ["AC", "eAkPMqN48P?e)|I0:%"],
        ["", "i{zj%4c4!t'}S]=mp"],
        ["amp;", "x&amp;lt;y-72"],
        ["", "!       &"],
    ])("is not misled by what stands beside a secret or in it: %j %j", (beside, secret) => {
        remember(secret);
        for (const spell of Object.values(spellings)) {
            const clean = redact(`${beside}${spell(secret)}${beside}`);
            expect(clean).toContain("[secret]");
            expect(clean).not.toContain(spell(secret));
        }
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
        expect(redact(bytes(key.trim()).toString("base64"))).toBe("[secret]");
    });

    it.each([8, 16, 17, 40, 76, 10_000])("hides a private key that is wrapped anew at %i characters", (width) => {
        remember(key);
        const body = key.trim().split("\n").slice(1, -1).join("");
        const wrapped = body.match(new RegExp(`.{1,${width}}`, "g"))!;
        for (const end of ["\n", "\r\n", "\\n", "\\\\n", " "]) {
            expect(redact(`found ${wrapped.join(end)} here`)).toBe("found [secret] here");
        }
        for (const line of wrapped.filter((text) => text.length >= 16)) {
            expect(redact(`near ${line}, ${line}`)).toBe("near [secret], [secret]");
        }
    });

    it("hides a private key of any size, and as much of it as a cut text holds", () => {
        for (const length of [1_200, 4_700]) {
            const pem = pemText("PRIVATE KEY", randomBytes(length));
            remember(pem);
            const echo = JSON.stringify(JSON.stringify({ key: pem }));
            expect(redact(`bad ${echo} here`)).toMatch(/^bad "\{.{0,20}\[secret\].{0,20}\}" here$/);
            expect(redact(echo.slice(0, echo.length / 2)).replaceAll("[secret]", "").length).toBeLessThan(60);
            expect(redact(bytes(pem.trim()).toString("hex"))).toBe("[secret]");
        }
    }, 120_000);

    it("hides a secret that is JSON with quotes, and is not long about one that is cut", () => {
        const secret = JSON.stringify(
            Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`k${at}`, '\\"'])),
        ).slice(1);
        remember(secret);
        const echo = JSON.stringify(JSON.stringify({ password: secret }));
        expect(redact(echo)).not.toContain("k7");
        expect(redact(echo.slice(0, -12)).length).toBeGreaterThan(0);
    });

    it("takes a text of any kind, and not long for it", () => {
        remember('\\"\\\\\\&& <x> \ud800 (a|b)*+');
        remember(key);
        for (const piece of [
            "\\",
            "%25",
            "&amp;",
            "MIIE ",
            '"',
            " ",
            "A",
            "\\n",
            "password",
            "-----BEGIN PRIVATE KEY-----",
        ]) {
            const text = piece.repeat(20_000 / piece.length);
            expect(redact(text)).toBe(text);
        }
    });

    it("hides a very short secret where it stands alone, and leaves the words that it is a part of", () => {
        remember("q7");
        expect(redact("q7 is not in aq7b; (q7)")).toBe("[secret] is not in aq7b; ([secret])");
    });

    it.each([
        ["sasl.password=hunter2; retries=3", "sasl.password=[secret] retries=3"],
        ['login required username="imply" password="hun ter2";', 'login required username="imply" password=[secret];'],
        ['{"keyPassword": "hunter2","port":1}', '{"keyPassword": [secret],"port":1}'],
        ['{\\"api_key\\":\\"hunter2\\"}', '{\\"api_key\\":[secret]}'],
        [`{"password":"it's-hunter2"}`, '{"password":[secret]}'],
        ['{"password":"hun\\\\"ter2"}', '{"password":[secret]}'],
        ["password=p@ss;hun,ter)2", "password=[secret]"],
        ["secretKey=hunter2", "secretKey=[secret]"],
        ["at http://broker/?TOKEN=hunter2&a=b", "at http://broker/?TOKEN=[secret]&a=b"],
        ["found -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- here", "found [secret] here"],
        ["secrets.password: must not be empty", "secrets.password: must not be empty"],
        ["the password is wrong; a secret: none", "the password is wrong; a secret: none"],
        [
            "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----",
            "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----",
        ],
    ])("hides what is called a secret, whoever's it is: %s", (text, told) => {
        expect(redact(text)).toBe(told);
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
