import type { NamedSecret } from "./program";
import type { SecretSource } from "./secret-names";
import type { Item, LeftOut } from "./select";

export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;

/** The items by kind: `50 KafkaConnections, 52 StreamingJobs`. */
export function countsOf(items: readonly Item[]): string {
    const nouns = [...new Set(items.map(({ noun }) => noun.noun))];
    const parts = nouns.map((noun) => count(items.filter((item) => item.noun.noun === noun).length, noun));
    return parts.length === 0 ? "nothing" : parts.join(", ");
}

const lineWidth = 110;

/** Words in lines of a readable length. */
function wrapped(words: readonly string[], indent: string, separator: string): string[] {
    const rows: string[] = [];
    for (const [index, word] of words.entries()) {
        const text = index < words.length - 1 ? word + separator.trimEnd() : word;
        const row = rows.at(-1);
        if (row !== undefined && row.length + text.length < lineWidth) rows[rows.length - 1] = `${row} ${text}`;
        else rows.push(indent + text);
    }
    return rows;
}

/** What is left out, by reason; nothing is left out without being named. */
export function leftOutText(leftOut: readonly LeftOut[]): string {
    const reasons = new Map<string, string[]>();
    for (const { what, why } of leftOut) reasons.set(why, [...(reasons.get(why) ?? []), what]);
    const lines = [...reasons].flatMap(([why, objects]) =>
        objects.length === 1 ? [`  ${objects.join("")}: ${why}`] : [`  ${why}:`, ...wrapped(objects, "    ", ", ")],
    );
    return [`Left out: ${leftOut.length}`, ...lines].join("\n");
}

const how: Record<SecretSource, string> = {
    env: "as environment variables",
    config: "by `pulumi config set --secret NAME`",
};

/** The objects of a secret: `KafkaConnection "a", "b"`. */
function ownersOf(secrets: readonly NamedSecret[]): string {
    const nouns = [...new Set(secrets.map(({ item }) => item.noun.noun))];
    const idsOf = (noun: string) =>
        secrets.filter(({ item }) => item.noun.noun === noun).map(({ item }) => JSON.stringify(item.id));
    return nouns.map((noun) => `${noun} ${idsOf(noun).join(", ")}`).join(", ");
}

function secretText(name: string, secrets: readonly NamedSecret[], isSet: boolean): string[] {
    const words = [...new Set(secrets.map(({ hidden }) => hidden.word))].join(", ");
    const isNeverKnown = secrets.some(({ hidden }) => hidden.isNeverKnown === true);
    const note = isNeverKnown ? "put the client's certificate into its file beside the program" : "set";
    const text = `${words} of ${ownersOf(secrets)}${isNeverKnown || isSet ? ` (${note})` : ""}`;
    return [`  ${name}`, ...wrapped(text.split(" "), "    ", " ")];
}

/** What the user has to set, and how. */
export function secretsText(
    secrets: readonly NamedSecret[],
    isSet: (name: string) => boolean,
    source: SecretSource,
): string {
    if (secrets.length === 0) return "No secrets have to be set.";
    const names = [...new Set(secrets.map(({ name }) => name))];
    const lines = names.flatMap((name) =>
        secretText(
            name,
            secrets.filter((one) => one.name === name),
            isSet(name),
        ),
    );
    return [`Secrets that Imply Polaris does not show, to be set ${how[source]}:`, ...lines].join("\n");
}
