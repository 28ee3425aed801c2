/** Secrets of up to this length stand in many words by chance; they are looked for as words of their own. */
const shortest = 3;

/** As many backslashes as texts within texts may put before a character; bounded, as all that repeats here. */
const escape = "\\\\{1,8}";
const percent = "%(?:25){0,3}";
const ampersand = "&(?:amp;){0,3}";

const exactly = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
const anyCase = (hex: string) => hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
const hexOf = (code: number, digits = 2) => anyCase(code.toString(16).padStart(digits, "0"));

const entities: Record<string, string> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos" };
const controls: Record<string, string> = { "\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f" };

/** One character as URLs, forms, JSON and HTML may spell it, also within one another. */
function character(char: string): string {
    if (/[A-Za-z0-9]/.test(char)) return char;
    const code = char.codePointAt(0) ?? 0;
    const ways = [
        `(?:${escape})?${exactly(char)}`,
        [...Buffer.from(char)].map((byte) => `${percent}${hexOf(byte)}`).join(""),
        char
            .split("")
            .map((unit) => `${escape}u${hexOf(unit.charCodeAt(0), 4)}`)
            .join(""),
        `${ampersand}#(?:0{0,4}${code}|[xX]0{0,4}${anyCase(code.toString(16))});`,
    ];
    if (entities[char]) ways.push(`${ampersand}${entities[char]};`);
    if (controls[char]) ways.push(`${escape}${controls[char]}`);
    if (char === " ") ways.push("\\+");
    if (char === "\n") ways.push("\\r\\n", `${escape}r${escape}n`);
    return `(?:${ways.join("|")})`;
}

/** Each backslash may be doubled again and again, so that a run of them is taken as one. */
const backslashes = (count: number) => `(?:\\\\{${count},${8 * count}}|(?:${percent}5[cC]){${count}})`;

const characters = (text: string, between = "") =>
    (text.match(/\\+|[^\\]/gu) ?? [])
        .map((part) => (part.startsWith("\\") ? backslashes(part.length) : character(part)))
        .join(between);

const base64Digit = (digit: string) => {
    const url = { "+": "-", "/": "_" }[digit];
    return url === undefined ? digit : `(?:${url}|${character(digit)})`;
};

/** What the secret decides of the base64 of a longer text, in which it begins `before` bytes after a group of three. */
function base64(secret: string, before: number): string {
    const encoded = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
    const digits = encoded.toString("base64").slice(Math.ceil((before * 8) / 6), Math.floor((encoded.length * 8) / 6));
    const edge = "[A-Za-z0-9+/_-]?";
    return `${before > 0 ? edge : ""}${digits.split("").map(base64Digit).join("")}${edge}(?:=|%3[dD]){0,2}`;
}

/** Whether a secret is a key in PEM, of which each piece betrays the key. */
export const isKey = (secret: string): boolean => secret.includes("-----BEGIN ");

/** What stands between a key's first and last line, joined. */
export const keyBodies = (secret: string): string[] =>
    [...secret.matchAll(/-----BEGIN [^-]*-----([^-]+)/g)].map(([, inner = ""]) =>
        inner
            .split(/\r?\n/)
            .filter((line) => !line.includes(":"))
            .join("")
            .replace(/\s/g, ""),
    );

const lineBreaks = `(?:\\s|${escape}[nr]|${percent}0[aAdD]|%20){0,4}`;

const quote = `(?:${escape})?["']`;

/**
 * What says of itself that it is a secret, in a configuration that is set or in JSON: for those that this process was
 * never told, such as the password of a connection that another program made. The first group is its name.
 */
export const namedSecrets = new RegExp(
    `((?:password|passphrase|passwd|secret|token|api[-_]?key)(?:\\s{0,3}=\\s{0,3}|${quote}\\s{0,3}:\\s{0,3}(?=["'\\\\])))` +
        `(?:${quote}[^"'\\\\]{0,999}${quote}|[^\\s"',;&)}\\\\]{1,999})`,
    "gi",
);

/** Any private key in PEM. */
export const privateKeys =
    /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:(?!-----).){0,9999}-----END [A-Z ]{0,30}PRIVATE KEY-----/gs;

/** What finds a secret in the forms in which a server, a proxy or a library may echo it. */
export function patternsOf(secret: string): RegExp[] {
    if (secret.length <= shortest) return [new RegExp(`(?<![A-Za-z0-9])${exactly(secret)}(?![A-Za-z0-9])`, "gu")];
    const bytes = [...Buffer.from(secret)].map((byte) => hexOf(byte));
    const spelt = [
        characters(secret),
        ...[0, 1, 2].map((before) => base64(secret, before)),
        bytes.join("[: ]?"),
        ...keyBodies(secret).map((body) => characters(body, lineBreaks)),
    ];
    return spelt.map((pattern) => new RegExp(pattern, "gu"));
}
