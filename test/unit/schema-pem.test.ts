import fc from "fast-check";
import { certificatesFault, loadableCertificates } from "../../provider/kafka-connection/tls/certificates";
import { blocksRead } from "../../provider/kafka-connection/tls/pem";
import { client, contentOf, intermediate, other, pemText, root } from "../support/pem";

const all = [client.certificates, intermediate, other.certificates, root];
const [first, second] = [client.certificates, other.certificates];
const body = contentOf(first).toString("base64");

const chains = fc.shuffledSubarray(all, { minLength: 1 });
const ends = fc.constantFrom("\n", "\r\n", "\r", "\n    ", " \n", "\t\n", "\n\n");
const noise = fc.stringMatching(/^[ a-z:.\n]{0,20}$/).map((text) => `${text}\n`);

const oneLine = (text: string) => text.trim().replaceAll("\n", " ");
const continued = (text: string) => text.trim().replaceAll("\n", " \\\n");
const typedOut = (text: string) => text.replaceAll("\n", "\\n");
const relabelled = (label: string, text = first) => pemText(label, contentOf(text));

const notAlone =
    "expected certificates as PEM text, found BEGIN and END lines that are not in capitals or not on lines of their own: Kafka's client reads";
const noPem = 'expected certificates as PEM text ("-----BEGIN …-----" to "-----END …-----")';

describe("certificates as PEM text", () => {
    it("mean the same with other line ends, line lengths and indents, and text around the blocks", () => {
        fc.assert(
            fc.property(chains, fc.integer({ min: 1, max: 400 }), ends, noise, (chain, width, end, around) => {
                const spelt = chain.map((text) => pemText("CERTIFICATE", contentOf(text), width, end));
                const text = `${around}${spelt.join(`${end}${around}`)}${end}`;
                expect(loadableCertificates(text)).toBe(chain.join(""));
                expect(certificatesFault(text)).toBeUndefined();
            }),
        );
    });

    it("mean something else with another block, or with the blocks in another order", () => {
        const meanings = [first, second, first + second, second + first].map(loadableCertificates);
        expect(new Set(meanings).size).toBe(4);
    });

    it("are sent as a text that means itself, in which each block is read", () => {
        fc.assert(
            fc.property(chains, (chain) => {
                const sent = loadableCertificates(chain.map((text) => text.replaceAll("\n", "\r\n")).join("# next\n"));
                expect(loadableCertificates(sent)).toBe(sent);
                expect(blocksRead("CERTIFICATE", sent)).toEqual(
                    chain.map((text) => contentOf(text).toString("base64")),
                );
            }),
        );
    });

    it.each([
        ["without its last line end", first.trimEnd()],
        ["in one line", oneLine(first)],
        ["continued by backslashes", continued(first)],
        ["continued by backslashes alone, as in shells", first.trim().replaceAll("\n", "\\\r\n")],
        ["indented, as in YAML", first.replace(/^/gm, "    ")],
        ["after a byte order mark", `\ufeff${first}`],
        [
            "with the attributes that PKCS#12 tools write",
            `Bag Attributes\n    friendlyName: a\\nb\nsubject=CN = x\n${first}`,
        ],
        ["with headers", first.replace("-----\n", "-----\nVersion: 1\n X-Note: a: b\n\n")],
        ["with four dashes", first.replaceAll("-----", "----")],
        ["as an X509 CERTIFICATE", relabelled("X509 CERTIFICATE")],
        [
            "as a TRUSTED CERTIFICATE",
            pemText("TRUSTED CERTIFICATE", Buffer.concat([contentOf(first), Buffer.from("300a0c08", "hex")])),
        ],
        ["without padding", first.replace(/=+(?=\n)/, "")],
        ["after a comment that quotes a BEGIN line", `# -----BEGIN CERTIFICATE-----\n${first}`],
        ["after a sentence", `All from -----BEGIN CERTIFICATE----- on:\n${first}`],
        ["after one that is commented out", `${second.trim().replace(/^/gm, "# ")}\n${first}`],
        ["beside parameters", `${pemText("DH PARAMETERS", Buffer.from("any"))}${first}`],
    ])("are read %s", (_title, text) => {
        expect(certificatesFault(text)).toBeUndefined();
        expect(loadableCertificates(text)).toBe(first);
    });

    it.each([
        ["continued by backslashes", continued(first + second)],
        ["in one line each", `${oneLine(first)}\n${oneLine(second)}`],
        ["with byte order marks", `\ufeff${first}\ufeff${second}`],
    ])("are read as two %s", (_title, text) => {
        expect(certificatesFault(text)).toBeUndefined();
        expect(loadableCertificates(text)).toBe(first + second);
    });

    it.each([
        ["run into each other", first.trimEnd() + second, `${notAlone} 1 of 2 blocks`],
        ["run into each other after a space", `${first.trimEnd()} ${second}`, `${notAlone} 1 of 2 blocks`],
        [
            "run into each other after a byte order mark",
            `${first.trimEnd()}\ufeff${second}`,
            `${notAlone} 1 of 2 blocks`,
        ],
        ["in a list with commas", [first, second].map((text) => text.trim()).join(","), `${notAlone} 1 of 2 blocks`],
        ["as a chain in one line", oneLine(first + second), `${notAlone} 1 of 2 blocks`],
        ["in quotes", `"${first.trim()}"`, `${notAlone} 0 of 1 blocks`],
        ["without any line end", first.replaceAll("\n", ""), `${notAlone} 0 of 1 blocks`],
        [
            "with a no-break space after the dashes",
            first.replaceAll("-----\n", "-----\u00a0\n"),
            `${notAlone} 0 of 1 blocks`,
        ],
        [
            "in lower case, one of two",
            first.replaceAll(/-----.*-----/g, (line) => line.toLowerCase()) + second,
            `${notAlone} 1 of 2 blocks`,
        ],
        [
            "with \\n typed out",
            typedOut(first),
            "expected certificates as PEM text, found \\n as two characters instead of line ends",
        ],
        [
            "with \\n typed out between two",
            `${first.trimEnd()}\\n${second}`,
            "expected certificates as PEM text, found \\n as two characters instead of line ends",
        ],
        ["cut short", first.slice(0, 300), "expected certificates as PEM text, found a block that does not end"],
        [
            "with one of two cut short",
            first.slice(0, 300) + "\n" + second,
            "expected certificates as PEM text, found a block that does not end",
        ],
        [
            "with a character that is not base64",
            first.replace("MII", "M…I"),
            "expected certificates as PEM text, found a block that is not base64",
        ],
        [
            "with padding in the middle",
            first.replace("MII", "MI="),
            "expected certificates as PEM text, found a block that is not base64",
        ],
        [
            "with an empty block",
            "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
            "expected certificates as PEM text, found a block that is not base64",
        ],
        [
            "with a block cut short within",
            pemText("CERTIFICATE", contentOf(first).subarray(0, 100)),
            "expected certificates, found a block that is not an X.509 certificate (truncated or damaged)",
        ],
        [
            "of random bytes",
            pemText("CERTIFICATE", Buffer.from("no certificate")),
            "expected certificates, found a block that is not an X.509 certificate (truncated or damaged)",
        ],
        [
            "that are a request",
            relabelled("CERTIFICATE REQUEST", root.replace("MIIB", "MIIC")),
            "expected certificates, found a block of CERTIFICATE REQUEST",
        ],
        ["that are PKCS#7", relabelled("PKCS7"), "expected certificates, found a block of PKCS7"],
        ["that are a key", client.key, "expected certificates, found a block of PRIVATE KEY"],
        ["beside a key", first + client.key, "expected certificates, found a block of PRIVATE KEY"],
        [
            "by a path",
            "/etc/ssl/ca.pem",
            "expected certificates as PEM text, found what looks like a path: give what the file holds",
        ],
        [
            "by a name of a file",
            "ca.crt",
            "expected certificates as PEM text, found what looks like a path: give what the file holds",
        ],
        [
            "in base64 once more",
            Buffer.from(first).toString("base64"),
            "expected certificates as PEM text, found PEM text in base64: decode it once",
        ],
        ["without BEGIN and END", body, noPem],
        ["of no text", "", noPem],
        ["under a strange label", first.replaceAll("CERTIFICATE", "s3cret-word"), noPem],
    ])("are refused %s", (_title, text, message) => {
        expect(certificatesFault(text)).toBe(message);
    });

    it("that earlier versions sent as Kafka's client does not read them differ from the same put right", () => {
        const broken = [first.trimEnd() + second, oneLine(first + second), `"${first.trim()}"`];
        for (const text of broken) {
            expect(loadableCertificates(text)).not.toBe(loadableCertificates(first + second));
        }
    });

    it("are read to an end, whatever the text holds", () => {
        const lines = "   00:c1:7f:33:aa:51:00:c1:7f:33:aa:51\n".repeat(5_000);
        for (const text of [`-----BEGIN CERTIFICATE-----\n${lines}`, "-".repeat(100_000), " ".repeat(50_000)]) {
            expect(certificatesFault(text)).toBeDefined();
        }
    });

    const begin = "-----BEGIN CERTIFICATE-----";
    it.each([
        ["white space after BEGIN", begin + " ".repeat(100_000)],
        ["line ends after BEGIN", begin + "\n".repeat(100_000)],
        ["line ends of Windows after BEGIN", begin + "\r\n".repeat(50_000)],
        ["white space within BEGIN", `-----BEGIN${" ".repeat(100_000)}`],
        ["white space and a name within BEGIN", `-----BEGIN${" ".repeat(50_000)}CERTIFICATE${" ".repeat(50_000)}`],
        ["BEGIN without a name", "-----BEGIN ".repeat(9_000)],
        ["BEGIN without dashes", "BEGIN".repeat(20_000)],
        ["names without dashes", `-----BEGIN ${"CERTIFICATE ".repeat(8_000)}`],
        ["names with dashes", `-----BEGIN ${"CERTIFICATE- ".repeat(8_000)}`],
        ["names with dashes, then a colon", `-----BEGIN ${"CERTIFICATE- ".repeat(8_000)}:\n${" ".repeat(10_000)}`],
        ["BEGIN lines in one", begin.repeat(3_500)],
        ["BEGIN lines in one, with blanks", `${begin} `.repeat(3_500)],
        ["BEGIN lines", `${begin}\n`.repeat(3_500)],
        ["BEGIN lines, each with a header", `${begin} a:b\n`.repeat(3_500)],
        ["BEGIN lines without an end, then a body", `${begin} a:b\n`.repeat(1_500) + "AAAA".repeat(15_000)],
        ["blocks with an empty END", `${begin}\nAAAA\n-----END\n`.repeat(2_500)],
        ["headers", `${begin}\n${"a: b\n".repeat(20_000)}`],
        ["END lines in one", `${begin}\n${"-----END CERTIFICATE-----".repeat(4_000)}`],
        ["ends of lines that are none elsewhere", `${begin}\n${"\u2028".repeat(60_000)}`],
        ["a body without an end", `${begin}\n${"AAAA".repeat(25_000)}`],
    ])("are read to an end, with 100 kB of %s", (_title, text) => {
        expect(certificatesFault(text)).toMatch(/^expected certificates/);
        expect(blocksRead("CERTIFICATE", first + text)[0]).toBe(body);
    });

    it("are refused without their content, which may be a secret", () => {
        const secret = "bm90LWEtY2VydGlmaWNhdGU";
        const texts = [secret, pemText("PRIVATE KEY", Buffer.from(secret)), `-----BEGIN CERTIFICATE-----\n${secret}`];
        expect(certificatesFault(pemText("HUNTER2 PASSPHRASE", Buffer.from("any")))).toBe(
            "expected certificates, found a block of another kind",
        );
        for (const text of [...texts, `-----BEGIN ${secret}-----\n${secret}\n-----END ${secret}-----`]) {
            expect(certificatesFault(text)).not.toContain(secret);
        }
    });
});
