/** Members of a secret that are none. */
const isPublic = (value: string) => value === "pem" || value.includes("BEGIN CERTIFICATE");

/** The forms in which a secret may be in a message of Druid or of a broker: as it is, in JSON, and in a JAAS setting. */
const formsOf = (value: string) => [
    value,
    JSON.stringify(value).slice(1, -1),
    value.replace(/[\\"]/g, "\\$&"),
    JSON.stringify(value.replace(/[\\"]/g, "\\$&")).slice(1, -1),
];

/** A message without the secrets of connections. */
export function mask(message: string, vault: ReadonlyMap<string, string>): string {
    const secrets = [...vault.values()].filter((value) => !isPublic(value)).flatMap(formsOf);
    const longestFirst = secrets.filter((secret) => secret !== "").sort((a, b) => b.length - a.length);
    return longestFirst.reduce((text, secret) => text.replaceAll(secret, "[secret]"), message);
}
