import { z } from "zod";
import { hasUnknown, isUnknown } from "../values/unknown";

const anything = z.unknown().optional();

/** A text that is known. */
const text = z
    .string()
    .refine((value) => !isUnknown(value))
    .optional()
    .catch(undefined);

/** A list that cannot be read counts as one entry that cannot be read. */
const list = <T>(entry: z.ZodType<T | undefined>) =>
    z
        .array(entry)
        .optional()
        .catch(() => [undefined]);

const members = <S extends z.ZodRawShape>(shape: S) => z.object(shape).optional().catch(undefined);

const payload = z.object({ format: text, columns: list(text), flattenSpec: anything });
const innerFormat = payload.optional().catch({});

const settings = payload
    .extend({
        valueFormat: innerFormat,
        keyFormat: innerFormat,
        keyColumnName: anything,
        headerFormat: anything,
        headerLabelPrefix: anything,
        timestampColumnName: anything,
        partitionKeyColumnName: anything,
    })
    .catch({});

/**
 * A job's arguments as far as they can be read, for the rules that look at several of them: a value that is not known
 * yet or not valid is undefined here. The schema reports what is not valid.
 */
export const partialArguments = z.object({
    source: members({
        formatSettings: anything.transform((given) => ({ ...settings.parse(given), hasUnknown: hasUnknown(given) })),
        inputSchema: list(members({ name: text, dataType: text })),
    }),
    mappings: list(members({ columnName: text, expression: text })),
    filterExpression: text,
    enableUpserts: anything,
    upsertKeyColumns: list(text),
    upsertVersionColumn: anything,
});

export type PartialArguments = z.output<typeof partialArguments>;
export type PartialSettings = z.output<typeof settings>;

/** The settings of a job's format, and of the formats in it, with their paths. */
export function formatsIn({ source }: PartialArguments) {
    const path = ["source", "formatSettings"];
    const format: PartialSettings = source?.formatSettings ?? {};
    return [
        { path, format },
        { path: [...path, "valueFormat"], format: format.valueFormat ?? {} },
        { path: [...path, "keyFormat"], format: format.keyFormat ?? {} },
    ];
}
