/**
 * Whether a text can be the regular expression of topics that Kafka's Java client takes. What only Java knows
 * (inline flags, possessive quantifiers, quotations, atomic groups) is put in JavaScript's words first.
 */
export function isTopicPattern(text: string): boolean {
    const javaScript = text
        .replace(/\\Q([\s\S]*?)(\\E|$)/g, (_, quoted: string) => quoted.replace(/[^A-Za-z0-9]/g, "\\$&"))
        .replace(/\(\?[idmsuxU]+(-[idmsuxU]+)?\)/g, "")
        .replace(/\(\?[idmsuxU]*(-[idmsuxU]+)?:/g, "(?:")
        .replace(/\(\?>/g, "(?:")
        .replace(/([*+?}])\+/g, "$1");
    try {
        new RegExp(javaScript);
        return true;
    } catch {
        return false;
    }
}

/** What Kafka takes as the name of one topic. */
export const isTopicName = (text: string) => /^[A-Za-z0-9._-]{1,249}$/.test(text) && text !== "." && text !== "..";
