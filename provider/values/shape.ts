import { closest, distance } from "fastest-levenshtein";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";

/** What is wrong with an argument: its path, and what is expected there. Never the value: it may be a secret. */
export interface Problem {
    readonly path: readonly PropertyKey[];
    readonly message: string;
}

/** A fault, if there is one, as the problem of a path. */
export const problemOf = (path: readonly PropertyKey[], fault: string | undefined): Problem[] =>
    fault === undefined ? [] : [{ path, message: fault }];

/** The known name that is most similar to a word. A word of one or two letters is similar to almost any other. */
export function nearest(word: string, known: readonly string[]): string | undefined {
    const lower = word.toLowerCase();
    const same = known.find((name) => name.toLowerCase() === lower);
    if (same !== undefined || lower.length <= 2 || known.length === 0) return same;
    const longer = known.find((name) => name.toLowerCase().startsWith(lower));
    if (longer !== undefined) return longer;
    const near = closest(word, known);
    return distance(lower, near.toLowerCase()) <= Math.max(2, Math.floor(word.length / 3)) ? near : undefined;
}

export function didYouMean(word: string, known: readonly string[]): string {
    const near = nearest(word, known);
    return near === undefined ? `known are ${known.join(", ")}` : `did you mean ${JSON.stringify(near)}?`;
}

/** An object with these members and no others; the error for another member suggests the most similar one. */
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

/** An optional value with the API's default: the default and no value mean the same. */
export const withDefault = <S extends z.ZodType>(schema: S, defaultValue: z.output<S>) =>
    schema.optional().transform((value) => (isDeepStrictEqual(value, defaultValue) ? undefined : value));

/** An optional list in which order and repetition mean nothing. */
export const optionalSet = (entry: z.ZodType<string, string>) =>
    withDefault(z.array(entry), []).transform((entries) => entries && [...new Set(entries)].sort());

export const nonEmpty = z.string().min(1, "expected a text that is not empty");

export const matching = (pattern: RegExp, expected: string) => z.string().regex(pattern, `expected ${expected}`);

export const isoDuration = matching(
    /^P(?=\d|T\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+([.,]\d+)?S)?)?$/,
    'an ISO 8601 duration, such as "P30D" or "PT12H"',
);

/** The name of an environment variable that holds a secret, so that the state does not hold it. */
export const variable = strict({
    env: matching(/^[A-Za-z_][A-Za-z0-9_]*$/, "the name of an environment variable"),
}).optional();

const expectedOneOf = (words: readonly string[]) =>
    `expected one of ${words.map((word) => JSON.stringify(word)).join(", ")}`;

/** One of a few words. */
export const oneOf = <const W extends readonly string[]>(...words: W) => z.enum(words, { error: expectedOneOf(words) });

/** A union of objects that differ in one member; the path of an error in this member is its own path. */
export function union<const O extends readonly [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]]>(
    discriminator: string,
    words: readonly string[],
    options: O,
) {
    return z.discriminatedUnion(discriminator, options, {
        error: ({ input }) =>
            typeof input === "object" && input !== null ? expectedOneOf(words) : "expected an object",
    });
}

/** Whether a create adopts an object that exists: changed to the arguments, or only if nothing has to change. */
export const adopt = withDefault(
    z.union([z.boolean(), z.literal("unchanged")], { error: 'expected true, false or "unchanged"' }),
    false,
);
