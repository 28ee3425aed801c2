const known = new Set<string>();

const placeholder = "[secret]";

/** Secrets of up to this length stand in many words by chance; they are looked for as words of their own. */
const shortest = 3;

const asWord = (secret: string) =>
    new RegExp(`(?<![A-Za-z0-9])${secret.replace(/[^A-Za-z0-9]/g, "\\$&")}(?![A-Za-z0-9])`, "g");

/** The forms in which a server or a library may echo a secret. */
function spellings(secret: string): string[] {
    const bytes = Buffer.from(secret);
    return [
        secret,
        JSON.stringify(secret).slice(1, -1),
        encodeURIComponent(secret),
        bytes.toString("base64"),
        bytes.toString("base64url"),
    ];
}

/** Remembers a secret for the life of the process: no foreign text passes with it from now on. */
export function remember(secret: string): void {
    if (secret.trim() === "") return;
    for (const spelling of spellings(secret)) known.add(spelling);
    for (const line of secret.split(/\r?\n/)) {
        // A line of a PEM key betrays the key; its BEGIN and END lines do not.
        if (line !== secret && line.length >= 16 && !line.startsWith("-----")) known.add(line);
    }
}

/** Text that came from outside (the API, the network, a log), without any secret that this process has seen. */
export function redact(text: string): string {
    let clean = text;
    for (const secret of [...known].sort((a, b) => b.length - a.length)) {
        clean =
            secret.length > shortest
                ? clean.replaceAll(secret, placeholder)
                : clean.replace(asWord(secret), placeholder);
    }
    return clean;
}
