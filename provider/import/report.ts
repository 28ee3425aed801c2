import type { NamedSecret } from "./program";
import type { SecretSource } from "./secret-names";
import { titleOf } from "./select";
import type { Item, LeftOut } from "./select";

export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;

/** The items by kind: `50 KafkaConnections, 52 StreamingJobs`. */
export function countsOf(items: readonly Item[]): string {
    const nouns = [...new Set(items.map(({ noun }) => noun.noun))];
    const parts = nouns.map((noun) => count(items.filter((item) => item.noun.noun === noun).length, noun));
    return parts.length === 0 ? "nothing" : parts.join(", ");
}

const lineWidth = 110;

/** Words with commas between them, in lines of a readable length. */
function wrapped(words: readonly string[], indent: string): string[] {
    const rows: string[] = [];
    for (const [index, word] of words.entries()) {
        const text = index < words.length - 1 ? `${word},` : word;
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
        objects.length === 1 ? [`  ${objects.join("")}: ${why}`] : [`  ${why}:`, ...wrapped(objects, "    ")],
    );
    return [`Left out: ${leftOut.length}`, ...lines].join("\n");
}

const noteOf = ({ name, hidden }: NamedSecret, isSet: (name: string) => boolean) => {
    if (hidden.isNeverKnown === true) return "; put the client's certificate into its file beside the program";
    return isSet(name) ? " (set)" : "";
};

const how: Record<SecretSource, string> = {
    env: "as environment variables",
    config: "by `pulumi config set --secret NAME`",
};

/** What the user has to set, and how. */
export function secretsText(
    secrets: readonly NamedSecret[],
    isSet: (name: string) => boolean,
    source: SecretSource,
): string {
    if (secrets.length === 0) return "No secrets have to be set.";
    const width = Math.max(...secrets.map(({ name }) => name.length));
    const lines = secrets.map((secret) => {
        const { name, hidden, item } = secret;
        return `  ${name.padEnd(width)}  ${hidden.word} of ${titleOf(item)}${noteOf(secret, isSet)}`;
    });
    return [`Secrets that Imply Polaris does not show, to be set ${how[source]}:`, ...lines].join("\n");
}
