import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { isRecord, withoutNulls } from "./json";

function without(root: unknown, path: readonly PropertyKey[], keys: readonly string[]): unknown {
    const [head, ...rest] = path;
    if (head === undefined) {
        return Object.fromEntries(Object.entries(root as object).filter(([key]) => !keys.includes(key)));
    }
    const copy = (Array.isArray(root) ? [...(root as unknown[])] : { ...(root as object) }) as Record<
        PropertyKey,
        unknown
    >;
    copy[head] = without(copy[head], rest, keys);
    return copy;
}

/**
 * A value in the form in which equal meaning is equal text: defaults left out, sets sorted, PEM unwrapped. Members
 * that the schema does not know (a newer API's) are left out; a value that is not valid stands for itself.
 */
export function meaningOf(schema: z.ZodType, value: unknown): unknown {
    // The API answers `null` for what is not set.
    let given: unknown = withoutNulls(value) ?? undefined;
    // Each round removes what the one before found unknown; unions show only one layer at a time.
    for (let round = 0; round < 8; round += 1) {
        const parsed = schema.safeParse(given);
        if (parsed.success) return withoutNulls(parsed.data);
        const strange = parsed.error.issues.filter((issue) => issue.code === "unrecognized_keys");
        if (strange.length < parsed.error.issues.length) return given;
        for (const issue of strange) given = without(given, issue.path, issue.keys);
    }
    return given;
}

export const meansTheSame = (schema: z.ZodType, a: unknown, b: unknown): boolean =>
    isDeepStrictEqual(a, b) || isDeepStrictEqual(meaningOf(schema, a), meaningOf(schema, b));

/** What tells members of a union apart: of another one, nothing is as it was. */
const kindOf = ({ type, format }: Record<string, unknown>) => format ?? type;

/** Members that the server may fill in from elsewhere, such as a table's schema, where a program leaves them out. */
const fromElsewhere = ["isAggregation"];

function merge(declared: unknown, meant: unknown, actual: unknown): unknown {
    if (isDeepStrictEqual(meant, actual)) return declared;
    if (isRecord(meant) && isRecord(actual) && kindOf(meant) === kindOf(actual)) {
        const spelt = isRecord(declared) ? declared : {};
        const found = Object.keys(actual).filter((key) => key in meant || !fromElsewhere.includes(key));
        const keys = new Set([...Object.keys(spelt), ...found]);
        const merged = [...keys].map((key) => [key, merge(spelt[key], meant[key], actual[key])] as const);
        return Object.fromEntries(merged.filter(([, member]) => member !== undefined));
    }
    if (Array.isArray(meant) && Array.isArray(actual)) {
        const spelt: unknown[] = Array.isArray(declared) ? declared : [];
        // Plain values may be a set's, which stand in an order of their own.
        return actual.map((entry: unknown, at) => (isRecord(entry) ? merge(spelt[at], meant[at], entry) : entry));
    }
    return actual;
}

/**
 * What is there now, in the words of the program where it means the same: only real differences show, and what the
 * server filled in stays out.
 */
export function reconcile(schema: z.ZodType, declared: unknown, actual: unknown): unknown {
    return merge(withoutNulls(declared), meaningOf(schema, declared), meaningOf(schema, actual));
}

/** Whether what is there now is as declared; what the server filled in is no difference. */
export const isAsDeclared = (schema: z.ZodType, declared: unknown, actual: unknown): boolean =>
    meansTheSame(schema, declared, reconcile(schema, declared, actual));
