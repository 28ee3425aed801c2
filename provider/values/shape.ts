import { closest, distance } from "fastest-levenshtein";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";

/** What is wrong with an argument: where, and what is expected there. Never the value: it may be a secret. */
export interface Problem {
    readonly path: readonly PropertyKey[];
    readonly message: string;
}

export const memberOf = (value: unknown, name: string): unknown =>
    typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;

/** The known name that a word is likely meant to be. One of a letter or two is near to almost any other. */
export function nearest(word: string, known: readonly string[]): string | undefined {
    const lower = word.toLowerCase();
    const same = known.find((name) => name.toLowerCase() === lower);
    if (same !== undefined || lower.length <= 2 || known.length === 0) return same;
    const begun = known.find((name) => name.toLowerCase().startsWith(lower));
    if (begun !== undefined) return begun;
    const near = closest(word, known);
    return distance(lower, near.toLowerCase()) <= Math.max(2, Math.floor(word.length / 3)) ? near : undefined;
}

export function didYouMean(word: string, known: readonly string[]): string {
    const near = nearest(word, known);
    return near === undefined ? `known are ${known.join(", ")}` : `did you mean ${JSON.stringify(near)}?`;
}

/** An object that takes the named members and no other; a misspelt one is told from the nearest known. */
export function strict<S extends z.core.$ZodLooseShape>(shape: S) {
    return z.strictObject(shape, {
        error: (issue) =>
            issue.code === "unrecognized_keys"
                ? issue.keys
                      .map((key) => `unknown property ${JSON.stringify(key)}; ${didYouMean(key, Object.keys(shape))}`)
                      .join("; ")
                : undefined,
    });
}

/** An optional value with the API's default: saying the default means the same as saying nothing. */
export function withDefault<S extends z.ZodType>(schema: S, value: z.output<S>) {
    return schema.optional().transform((given) => (isDeepStrictEqual(given, value) ? undefined : given));
}

/** An optional list in which order and repetition mean nothing. */
export const optionalSet = (entry: z.ZodType<string, string>) =>
    withDefault(z.array(entry), []).transform((given) => given && [...new Set(given)].sort());

export const nonEmpty = z.string().min(1, "expected a text that is not empty");

export const matching = (pattern: RegExp, expected: string) => z.string().regex(pattern, `expected ${expected}`);

/** The name of an environment variable that holds a secret, so that the secret is in no state. */
export const variable = strict({
    env: matching(/^[A-Za-z_][A-Za-z0-9_]*$/, "the name of an environment variable"),
}).optional();

/** One of a few words. */
export const oneOf = <const W extends readonly string[]>(...words: W) =>
    z.enum(words, { error: `expected one of ${words.map((word) => JSON.stringify(word)).join(", ")}` });

/** Members told apart by one of them; what is wrong with it is told at its own path. */
export function union<const O extends readonly [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]]>(
    discriminator: string,
    words: readonly string[],
    options: O,
) {
    return z.discriminatedUnion(discriminator, options, {
        error: ({ input }) =>
            typeof input === "object" && input !== null
                ? `expected one of ${words.map((word) => JSON.stringify(word)).join(", ")}`
                : "expected an object",
    });
}

/** Whether a create takes over what exists: changed to what is declared, or only where nothing has to change. */
export const adopt = withDefault(
    z.union([z.boolean(), z.literal("unchanged")], { error: 'expected true, false or "unchanged"' }),
    false,
);
