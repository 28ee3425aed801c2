import { z } from "zod";

const flag = z.boolean().optional();

/** Bodies of POST /query/sql. */
export const queryBody = z.strictObject({
    query: z.string().min(1),
    resultFormat: z.enum(["object", "array", "objectLines", "arrayLines", "csv"]).default("object"),
    header: flag,
    typesHeader: flag,
    sqlTypesHeader: flag,
    context: z.record(z.string(), z.unknown()).optional(),
    parameters: z.array(z.strictObject({ type: z.string().min(1), value: z.unknown() })).optional(),
});

export type QueryBody = z.output<typeof queryBody>;
