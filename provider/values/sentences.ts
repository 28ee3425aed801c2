/** A sentence where it holds, as part of a list. */
export const when = (holds: boolean, sentence: string): string[] => (holds ? [sentence] : []);

/** Names in double quotes, as a list in words. */
export const quoted = (names: readonly string[]): string => names.map((name) => JSON.stringify(name)).join(", ");
