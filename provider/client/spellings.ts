const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** What stands for something else in JSON, in URLs and in HTML. */
const escapes =
    /\\+u([0-9a-f]{4})|\\+[nrtbf]|((?:%[0-9a-f]{2})+)|&#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));|&(amp|lt|gt|quot|apos);/gi;

/** What JSON, forms and broken lines put in or change. */
const fillers = /[\s\\+]+/g;

function meant([escape, unit, bytes, hex, decimal, name]: RegExpExecArray): string {
    if (unit !== undefined) return String.fromCharCode(parseInt(unit, 16));
    if (bytes !== undefined) return Buffer.from(bytes.replaceAll("%", ""), "hex").toString();
    if (name !== undefined) return entities[name.toLowerCase()] ?? "";
    if (hex === undefined && decimal === undefined) return " ";
    const code = hex === undefined ? Number(decimal) : parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : escape;
}

/** A text of which parts were changed, and where each character stands in the text from outside. */
export interface Bare {
    readonly text: string;
    readonly starts: readonly number[];
    readonly ends: readonly number[];
}

export function asIs(text: string): Bare {
    const starts = Array.from({ length: text.length }, (_, at) => at);
    return { text, starts, ends: starts.map((at) => at + 1) };
}

function changed({ text, starts, ends }: Bare, parts: RegExp, into: (found: RegExpExecArray) => string): Bare {
    const bare = { text: "", starts: [] as number[], ends: [] as number[] };
    let done = 0;
    const keepTo = (to: number) => {
        bare.text += text.slice(done, to);
        for (; done < to; done += 1) {
            bare.starts.push(starts[done] ?? 0);
            bare.ends.push(ends[done] ?? 0);
        }
    };
    for (const found of text.matchAll(parts)) {
        keepTo(found.index);
        const written = into(found);
        done += found[0].length;
        bare.text += written;
        for (let at = 0; at < written.length; at += 1) {
            bare.starts.push(starts[found.index] ?? 0);
            bare.ends.push(ends[done - 1] ?? 0);
        }
    }
    keepTo(text.length);
    return bare;
}

/** A text with every escape resolved, and without what may stand between: all spellings of one secret are one there. */
export function bareOf(text: string): Bare {
    let bare = asIs(text);
    // A text in a text in a text; each layer is shorter than the one around it.
    for (let layer = 0; layer < 8; layer += 1) {
        const inner = changed(bare, escapes, meant);
        if (inner.text === bare.text) break;
        bare = inner;
    }
    return changed(bare, fillers, () => "");
}

/** The digits that the secret alone decides in the base64 of a text in which it begins `before` bytes after a group. */
function base64(secret: string, before: number): string {
    const encoded = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
    return encoded.toString("base64").slice(Math.ceil((before * 8) / 6), Math.floor((encoded.length * 8) / 6));
}

/** The base64 forms of a secret; shorter ones stand in words by chance. */
export const base64Of = (secret: string): string[] =>
    [0, 1, 2]
        .map((before) => base64(secret, before))
        .flatMap((digits) => [digits, digits.replaceAll("+", ""), digits.replaceAll("+", "-").replaceAll("/", "_")])
        .filter((digits) => digits.length >= 5);

/** The hexadecimal forms of a secret, in lower case. */
export function hexOf(secret: string): string[] {
    const hex = Buffer.from(secret).toString("hex");
    return [hex, hex.replace(/..(?!$)/g, "$&:")];
}

/** What stands between the first and the last line of each key in PEM, bare: a piece of it betrays the key. */
export const keyBodies = (secret: string): string[] =>
    [...secret.matchAll(/-----BEGIN [^-]*-----([^-]+)/g)].map(
        ([, inner = ""]) => bareOf(inner.replace(/^.*:.*$/gm, "")).text,
    );
