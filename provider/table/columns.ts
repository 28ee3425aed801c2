import { z } from "zod";
import { hasUnknown, isUnknown } from "../values/unknown";

const text = z
    .string()
    .refine((value) => !isUnknown(value))
    .optional()
    .catch(undefined);

const entries = z.array(z.object({ name: text, dataType: text, type: text }).catch({})).catch([]);

/** A column as far as it can be read. */
export type PartialColumn = z.output<typeof entries>[number];

/** The columns of a table's arguments as far as they can be read, and whether there may be others. */
export function columnsIn(schema: unknown): { columns: readonly PartialColumn[]; isOpen: boolean } {
    const columns = entries.parse(schema ?? []);
    return { columns, isOpen: hasUnknown(schema) || columns.some(({ name }) => name === undefined) };
}

/** Every table has it, whether or not it is declared. */
export const timeColumn = "__time";

/** The columns that the arguments before had and these do not have, and those that they have in another form. */
export function columnChanges(before: unknown, after: unknown) {
    const olds = columnsIn(before).columns;
    const { columns: news, isOpen } = columnsIn(after);
    const removed = isOpen
        ? []
        : olds.flatMap(({ name }) =>
              name === undefined || name === timeColumn || news.some((column) => column.name === name) ? [] : [name],
          );
    const isOther = (old: string | undefined, own: string | undefined) =>
        old !== undefined && own !== undefined && old !== own;
    const changed = news.flatMap((column, index) => {
        const old = column.name === undefined ? undefined : olds.find(({ name }) => name === column.name);
        if (!old || column.name === undefined) return [];
        const member = (["dataType", "type"] as const).find((one) => isOther(old[one], column[one]));
        return member === undefined ? [] : [{ name: column.name, index, member, before: old[member] ?? "" }];
    });
    return { removed, changed };
}

interface Named {
    readonly name: string;
}

/**
 * The columns to write: the declared ones in their order, each with what Imply Polaris knows of it besides, and the
 * columns of other users in their places.
 */
export function mergeColumns(
    found: readonly Named[],
    declared: readonly Named[],
    removed: readonly string[],
): readonly Named[] {
    const own = new Set(declared.map(({ name }) => name));
    const left = declared.map((column) => ({ ...found.find(({ name }) => name === column.name), ...column }));
    const merged = found
        .filter(({ name }) => !removed.includes(name))
        .map((column) => (own.has(column.name) ? (left.shift() ?? column) : column));
    return [...merged, ...left];
}
