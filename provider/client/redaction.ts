import { isKey, keyBodies, namedSecrets, patternsOf, privateKeys } from "./spellings";

/** The secrets, and what finds each of them, once a text was searched. */
const known = new Map<string, RegExp[] | undefined>();

const placeholder = "[secret]";

/** Remembers a secret for the life of the process: no foreign text passes with it from now on. */
export function remember(secret: string): void {
    const given = secret.trim();
    if (given === "" || known.has(given)) return;
    known.set(given, undefined);
    for (const line of given.split(/\r?\n/)) {
        // A line of a key betrays the key; its BEGIN and END lines do not.
        if (line.length >= 16 && !line.startsWith("-----") && !known.has(line)) known.set(line, undefined);
    }
}

function without(secrets: readonly string[], text: string): string {
    let clean = text;
    for (const secret of secrets) {
        const patterns = known.get(secret) ?? patternsOf(secret);
        known.set(secret, patterns);
        for (const pattern of patterns) clean = clean.replace(pattern, placeholder);
    }
    return clean;
}

/** Without pieces of keys, wherever their lines were broken. */
function withoutPieces(keys: readonly string[], text: string): string {
    const bodies = keys.flatMap(keyBodies);
    return text.replace(/(?:\\{1,8}[nr])?([A-Za-z0-9+/=]{16,})/g, (found, piece: string) =>
        bodies.some((body) => body.includes(piece)) ? placeholder : found,
    );
}

/** Text that came from outside (the API, the network, a log), without any secret that this process has seen, or that is called one. */
export function redact(text: string): string {
    const secrets = [...known.keys()].sort((a, b) => b.length - a.length);
    const keys = secrets.filter(isKey);
    const others = secrets.filter((secret) => !isKey(secret));
    const clean = without(others, withoutPieces(keys, without(keys, text)));
    return clean.replace(privateKeys, placeholder).replace(namedSecrets, `$1${placeholder}`);
}
