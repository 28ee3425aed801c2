import fc from "fast-check";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { Client } from "../../provider/api/client";
import { Mask } from "../../provider/values/mask";
import { client, pemText, root } from "../support/pem";

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

const withheld = "[text withheld: it holds a secret in a form that cannot be masked]";

describe("a mask", () => {
    let mask: Mask;
    beforeEach(() => {
        mask = new Mask();
    });

    it.each(Object.entries(spellings))("hides a secret spelt %s", (_, spell) => {
        const secret = 'pa"ss/wo+rd ü\\1?';
        mask.add(secret);
        const clean = mask.hide(`refused ${spell(secret)} here`);
        expect(clean).toContain("[secret]");
        expect(clean).not.toContain("wo+rd");
        expect(clean).not.toContain(spell(secret));
        expect(clean).toMatch(/^refused .* here$/);
    });

    it.each(Object.keys(spellings).filter((name) => name.startsWith("base64")))(
        "leaves nothing of it in %s",
        (name) => {
            const secret = "Xk9-Long-And-Winding-Word-72";
            mask.add(secret);
            const before = { "base64 of name and password": 8, "base64 of another name and password": 9 }[name] ?? 0;
            const rest = mask.hide(spellings[name]!(secret)).split("[secret]");
            expect(rest).toHaveLength(2);
            expect(rest[0]!.length).toBeLessThanOrEqual(name.includes("SASL") ? 12 : before);
            expect(rest[1]).toBe("");
        },
    );

    it("hides every spelling of any secret, wherever it stands in a text", () => {
        const secrets = fc.string({ minLength: 8, maxLength: 60 }).filter((text) => text.trim().length >= 8);
        fc.assert(
            fc.property(secrets, fc.string(), fc.constantFrom(...Object.values(spellings)), (secret, around, spell) => {
                mask.add(secret);
                const echoed = spell(secret);
                const clean = mask.hide(`${around}${echoed}${around}`);
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
        mask.add(secret);
        for (const spell of Object.values(spellings)) {
            const clean = mask.hide(`${beside}${spell(secret)}${beside}`);
            expect(clean).toContain("[secret]");
            expect(clean).not.toContain(spell(secret));
        }
    });

    it("hides all of a secret that holds another one", () => {
        mask.add("inner-secret");
        mask.add("outer-inner-secret-outer");
        expect(mask.hide("found outer-inner-secret-outer")).toBe("found [secret]");
    });

    it("hides every occurrence", () => {
        mask.add("twice-told");
        expect(mask.hide("twice-told and twice-told")).toBe("[secret] and [secret]");
    });

    it("hides each line of a private key, and leaves the lines that begin and end it", () => {
        mask.add(key);
        for (const line of key.trim().split("\n")) {
            const told = mask.hide(`bad input near ${line}`);
            expect(told).toBe(line.startsWith("-----") ? `bad input near ${line}` : "bad input near [secret]");
        }
    });

    it("hides a private key as a whole, in JSON, and with other line ends", () => {
        const body = /MIIE|MzEf|NMoS/;
        mask.add(key);
        expect(mask.hide(key)).not.toMatch(body);
        expect(mask.hide(JSON.stringify({ key }))).not.toMatch(body);
        expect(mask.hide(key.replaceAll("\n", "\r\n"))).not.toMatch(body);
        expect(mask.hide(bytes(key.trim()).toString("base64"))).toBe("[secret]");
    });

    it.each([8, 16, 17, 40, 76, 10_000])("hides a private key that is wrapped anew at %i characters", (width) => {
        mask.add(key);
        const body = key.trim().split("\n").slice(1, -1).join("");
        const wrapped = body.match(new RegExp(`.{1,${width}}`, "g"))!;
        for (const end of ["\n", "\r\n", "\\n", "\\\\n", " "]) {
            const shown = mask.hide(`found ${wrapped.join(end)} here`);
            for (const line of wrapped) expect(shown).not.toContain(line);
        }
        for (const line of wrapped.filter((text) => text.length >= 16)) {
            expect(mask.hide(`near ${line}, ${line}`)).not.toContain(line);
        }
    });

    it("hides a private key of any size, and as much of it as a cut text holds", () => {
        for (const length of [1_200, 4_700]) {
            const pem = pemText("PRIVATE KEY", randomBytes(length));
            mask.add(pem);
            const echo = JSON.stringify(JSON.stringify({ key: pem }));
            expect(mask.hide(`bad ${echo} here`)).toMatch(/^bad "\{.{0,20}\[secret\].{0,20}\}" here$/);
            expect(mask.hide(echo.slice(0, echo.length / 2)).replaceAll("[secret]", "").length).toBeLessThan(60);
            expect(mask.hide(bytes(pem.trim()).toString("hex"))).toBe("[secret]");
        }
    }, 120_000);

    it("hides a secret that is JSON with quotes, and is not long about one that is cut", () => {
        const secret = JSON.stringify(
            Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`k${at}`, '\\"'])),
        ).slice(1);
        mask.add(secret);
        const echo = JSON.stringify(JSON.stringify({ password: secret }));
        expect(mask.hide(echo)).not.toContain("k7");
        expect(mask.hide(echo.slice(0, -12)).length).toBeGreaterThan(0);
    });

    it("leaves no 8 letters or digits of a secret in a row, in whatever encodings it is", () => {
        const lettersAndDigits = (text: string) => text.replace(/[^A-Za-z0-9]/g, "");
        const secrets = fc
            .string({
                minLength: 10,
                maxLength: 300,
                unit: fc.constantFrom(...Array.from("abcXYZ0189-_.\"'\\/ &<>%+=:;,#ü€")),
            })
            .filter((text) => /[A-Za-z].*[0-9]|[0-9].*[A-Za-z]/.test(text) && lettersAndDigits(text).length >= 8);
        const layers = fc.array(fc.constantFrom(...Object.values(spellings)), { minLength: 1, maxLength: 3 });
        let [masked, hidden] = [0, 0];
        fc.assert(
            fc.property(secrets, layers, fc.string(), fc.string(), (secret, encoders, before, after) => {
                const one = new Mask();
                one.add(secret);
                const clean = one.hide(before + encoders.reduce((text, encode) => encode(text), secret) + after);
                const shown = lettersAndDigits(secret);
                const runs = Array.from({ length: shown.length - 7 }, (_, from) => shown.slice(from, from + 8));
                expect(runs.filter((run) => clean.includes(run) && !`${before} ${after}`.includes(run))).toEqual([]);
                masked += clean.includes("[secret]") ? 1 : 0;
                hidden += clean === withheld ? 1 : 0;
            }),
            { numRuns: 500 },
        );
        expect(masked).toBeGreaterThan(100);
        expect(hidden).toBeGreaterThan(5);
    });

    it("withholds a text that shows a secret in an encoding of an encoding of an encoding", () => {
        mask.add('horse/4711"staple');
        const layered = encodeURIComponent(html(JSON.stringify('horse/4711"staple')));
        expect(mask.hide(`refused ${layered}`)).toBe(withheld);
        expect(mask.hide("refused h-o-r-s-e-4-7-1-1-s-t-a-p-l-e")).toBe(withheld);
        expect(mask.hide("refused horse, 4711 and a staple")).toBe("refused horse, 4711 and a staple");
    });

    it("withholds no ordinary text: words that differ from a secret, a public key, a certificate", () => {
        const pair = () =>
            generateKeyPairSync("rsa", {
                modulusLength: 2048,
                publicKeyEncoding: { type: "spki", format: "pem" },
                privateKeyEncoding: { type: "pkcs8", format: "pem" },
            });
        for (const secret of ["kafka-broker", "Kafka2024", pair().privateKey, client.key]) mask.add(secret);
        const texts = ["the kafka broker is down", "kafka.broker:9092", "topic kafka2024", pair().publicKey, root];
        for (const text of texts) {
            expect(mask.hide(text)).toBe(text);
        }
    });

    it("changes no text without secrets", () => {
        for (const secret of [key, "pok_4kXq81Zt", "p@ss'w/ord 7", JSON.stringify({ a: "b2".repeat(100) })])
            mask.add(secret);
        fc.assert(
            fc.property(fc.lorem({ mode: "sentences" }), fc.string({ maxLength: 200 }), (words, noise) => {
                const text = `${words} ${noise.replace(/=|["']\s*:/g, "")}`;
                expect(mask.hide(text)).toBe(text);
            }),
        );
    });

    it("changes no text that holds no secret, of any kind", () => {
        mask.add('\\"\\\\\\&& <x> \ud800 (a|b)*+');
        mask.add(key);
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
            expect(mask.hide(text)).toBe(text);
        }
    });

    it("hides a very short secret where it stands alone, and leaves the words that it is a part of", () => {
        mask.add("q7");
        expect(mask.hide("q7 is not in aq7b; (q7)")).toBe("[secret] is not in aq7b; ([secret])");
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
        expect(mask.hide(text)).toBe(told);
    });

    it("leaves other text as it is", () => {
        mask.add("");
        mask.add("  ");
        fc.assert(
            fc.property(fc.stringMatching(/^[ -,:-@]*$/), (text) => {
                expect(mask.hide(text)).toBe(text);
            }),
        );
    });
});

describe("foreign text in a sentence", () => {
    const mask = new Mask();
    const { quote } = new Client(
        { baseUrl: "http://api", projectId: "p", apiKey: "pok_key", requestTimeoutMs: 1 },
        mask,
    );

    it("is one line, without white space at its ends", () => {
        expect(quote("  first\n\tsecond\r\n\r\nthird ")).toBe("first second third");
    });

    it("is at most 500 characters", () => {
        const quoted = quote("x".repeat(2_000_000));
        expect(quoted).toBe(`${"x".repeat(500)}…`);
    });

    it("is masked before it is cut, so that no part of a secret remains", () => {
        mask.add("a-secret-at-the-edge");
        for (let before = 470; before < 505; before += 1) {
            expect(quote(`${"x".repeat(before)}a-secret-at-the-edge${"y".repeat(50)}`)).not.toContain("a-sec");
        }
    });

    it("is masked in a long text as well, where white space makes up most of it", () => {
        mask.add("a-secret-far-away");
        for (let before = 19_980; before < 20_010; before += 1) {
            expect(quote(`${" ".repeat(before)}a-secret-far-away`)).not.toMatch(/a-se/);
        }
    });

    it("is masked before its lines are joined, as a secret may have several", () => {
        mask.add("first line\nsecond line");
        expect(quote("the password first line\nsecond line is wrong")).toBe("the password [secret] is wrong");
    });
});
