import type { z } from "zod";
import { isRecord, pathText, valueAt, withoutNulls } from "../values/json";

interface Unrecognized {
    readonly path: readonly PropertyKey[];
    readonly keys: readonly string[];
}

function without(value: unknown, path: readonly PropertyKey[], keys: readonly string[]): void {
    const holder = valueAt(value, path);
    if (isRecord(holder)) for (const key of keys) Reflect.deleteProperty(holder, key);
}

/** The paths of the members of a value that the schema does not have, below a name. */
export function unknownMembers(schema: z.ZodType, value: unknown, name: string): string[] {
    const known = structuredClone(withoutNulls(value) ?? undefined);
    const found: string[] = [];
    // A union reports one layer at a time.
    for (let round = 0; round < 8; round += 1) {
        const issues = schema.safeParse(known).error?.issues ?? [];
        const unrecognized: Unrecognized[] = issues.filter((issue) => issue.code === "unrecognized_keys");
        if (unrecognized.length === 0) break;
        for (const { path, keys } of unrecognized) {
            found.push(...keys.map((key) => pathText([name, ...path, key])));
            without(known, path, keys);
        }
    }
    return found;
}
