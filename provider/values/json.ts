export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A resource's inputs or outputs, as the engine transmits them. */
export type Properties = Record<string, unknown>;

export const isRecord = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Everything that a handler returns goes through here: a value that is not JSON lets the engine hang or is lost, after
 * the remote object was created.
 */
export const toJson = (value: Properties): Properties => JSON.parse(JSON.stringify(value)) as Properties;

/** Members with the JSON of another system, where `null` may have a meaning: an Avro field's default. */
const opaque = ["schema", "flattenSpec"];

/** A value without members that are `null` or undefined, which mean the same as no member. Lists keep their length. */
export function withoutNulls(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(withoutNulls);
    if (!isRecord(value)) return value;
    const members = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
    return Object.fromEntries(
        members.map(([key, member]) => [key, opaque.includes(key) ? member : withoutNulls(member)]),
    );
}

export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
    return path.reduce<unknown>(
        (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
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
