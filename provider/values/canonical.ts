import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { isRecord, withoutNulls } from "./json";

/** A copy of a value, where the object at a path lacks some members. */
function without(value: unknown, path: readonly PropertyKey[], names: readonly string[]): unknown {
    const [head, ...rest] = path;
    if (Array.isArray(value)) {
        return value.map((entry: unknown, index) => (index === head ? without(entry, rest, names) : entry));
    }
    if (!isRecord(value)) return value;
    const members = Object.entries(value).filter(([name]) => head !== undefined || !names.includes(name));
    return Object.fromEntries(
        members.map(([name, member]) => [name, name === head ? without(member, rest, names) : member]),
    );
}

/**
 * A value in a form in which values with the same meaning are equal: without defaults, sets sorted, PEM in one form.
 * Members that the schema does not have (a newer API's) are left out; a value that is not valid stays unchanged.
 */
export function meaningOf(schema: z.ZodType, value: unknown): unknown {
    // The API returns `null` for what is not set.
    let known: unknown = withoutNulls(value) ?? undefined;
    // Each round removes the unknown members that the parse reports: a union reports one layer at a time.
    for (let round = 0; round < 8; round += 1) {
        const { success, data, error } = schema.safeParse(known);
        if (success) return withoutNulls(data);
        const unknownMembers = error.issues.filter((issue) => issue.code === "unrecognized_keys");
        if (unknownMembers.length < error.issues.length) return known;
        for (const { path, keys } of unknownMembers) known = without(known, path, keys);
    }
    return known;
}

export const meansTheSame = (schema: z.ZodType, a: unknown, b: unknown): boolean =>
    isDeepStrictEqual(a, b) || isDeepStrictEqual(meaningOf(schema, a), meaningOf(schema, b));

/** The discriminator of a union's member: objects with another one have nothing in common. */
const kindOf = ({ type, format }: Record<string, unknown>) => format ?? type;

/** Members that the server may take from another object, such as a table's schema, if a program leaves them out. */
const inheritedMembers = ["isAggregation"];

function merge(declared: unknown, meaning: unknown, actual: unknown): unknown {
    if (isDeepStrictEqual(meaning, actual)) return declared;
    if (isRecord(meaning) && isRecord(actual) && kindOf(meaning) === kindOf(actual)) {
        const members = isRecord(declared) ? declared : {};
        const others = Object.keys(actual).filter((key) => key in meaning || !inheritedMembers.includes(key));
        const merged = [...new Set([...Object.keys(members), ...others])].map(
            (key) => [key, merge(members[key], meaning[key], actual[key])] as const,
        );
        return Object.fromEntries(merged.filter(([, member]) => member !== undefined));
    }
    if (Array.isArray(meaning) && Array.isArray(actual)) {
        const entries: unknown[] = Array.isArray(declared) ? declared : [];
        // Entries that are not objects may belong to a set, which has its own order.
        return actual.map((entry: unknown, index) =>
            isRecord(entry) ? merge(entries[index], meaning[index], entry) : entry,
        );
    }
    return actual;
}

/**
 * The actual value, written as the program writes it where both mean the same: only real differences show, and members
 * that the server filled in are left out.
 */
export function reconcile(schema: z.ZodType, declared: unknown, actual: unknown): unknown {
    const known = withoutNulls(declared);
    const found = actual === declared ? known : withoutNulls(actual);
    return isDeepStrictEqual(known, found) ? known : merge(known, meaningOf(schema, known), meaningOf(schema, found));
}

/** Whether the actual value is as declared; members that the server filled in are no difference. */
export const isAsDeclared = (schema: z.ZodType, declared: unknown, actual: unknown): boolean =>
    meansTheSame(schema, declared, reconcile(schema, declared, actual));
