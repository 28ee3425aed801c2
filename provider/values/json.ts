export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** What a resource's inputs or outputs are to a handler: anything the engine can carry. */
export type Properties = Record<string, unknown>;

export const isRecord = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The engine hangs on, or drops, what is not JSON, after the remote object was made: everything that a handler
 * answers goes through here.
 */
export const toJson = (value: Properties): Properties => JSON.parse(JSON.stringify(value)) as Properties;

/** Members in another language's JSON, where `null` may have a meaning: an Avro field's default. */
const opaque = ["schema", "flattenSpec"];

/** Without members that are `null` or undefined: in an object both mean the same as none. Lists keep their length. */
export function withoutNulls(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(withoutNulls);
    if (!isRecord(value)) return value;
    const kept = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
    return Object.fromEntries(kept.map(([key, member]) => [key, opaque.includes(key) ? member : withoutNulls(member)]));
}

export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
    return path.reduce<unknown>(
        (value, key) =>
            typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
        root,
    );
}

/** `source.inputSchema[2].dataType` */
export function pathText(path: readonly PropertyKey[]): string {
    return path.reduce<string>(
        (text, key) =>
            typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`,
        "",
    );
}
