import { z } from "zod";
import { adopt, isoDuration, matching, nonEmpty, oneOf, strict, union, withDefault } from "../values/shape";
import { tableName } from "./table-name";
import { dataType, granularities } from "./types";

const column = strict({ name: nonEmpty, dataType, type: oneOf("dimension", "measure").optional() });

/** Of dates alone: what a duration makes of the other end is not computed here. */
const isReversed = (text: string) => {
    const [begin = NaN, end = NaN] = text.split("/").map((part) => (/^\d{4}-\d\d/.test(part) ? Date.parse(part) : NaN));
    return begin >= end;
};

const interval = matching(
    /^[-+\dP][^\s/]*\/[-+\dP][^\s/]*$/,
    'an ISO 8601 interval, such as "2024-01-01/2024-07-01"',
).refine((text) => !isReversed(text), "expected an interval that ends after its beginning");

const policy = union(
    "type",
    ["period", "intervals"],
    [
        strict({ type: z.literal("period"), period: isoDuration }),
        strict({
            type: z.literal("intervals"),
            intervals: z.array(interval).min(1, "expected at least one interval"),
            period: isoDuration.optional(),
        }),
    ],
);

const timeResolution = oneOf(
    "millisecond",
    "second",
    "minute",
    "fifteen_minute",
    "thirty_minute",
    "hour",
    "day",
    "week",
    "month",
    "quarter",
    "year",
    "all",
);

const queryGranularity = union(
    "type",
    ["simple", "period"],
    [
        strict({ type: z.literal("simple"), granularity: timeResolution }),
        strict({
            type: z.literal("period"),
            period: isoDuration,
            timeZone: withDefault(nonEmpty, "UTC"),
            origin: nonEmpty.optional(),
        }),
    ],
);

/**
 * The arguments that Imply Polaris stores (Tables v1). They have no defaults here: a member that the program leaves out
 * is not this resource's, and stays as it is in the table.
 */
export const table = strict({
    name: tableName,
    type: oneOf("detail", "aggregate"),
    schemaMode: oneOf("flexible", "strict").optional(),
    schema: withDefault(z.array(column).max(1000, "expected at most 1000 columns"), []),
    partitioningGranularity: oneOf(...granularities, "week").optional(),
    clusteringColumns: z.array(nonEmpty).optional(),
    description: z.string().max(1000, "expected at most 1000 characters").optional(),
    storagePolicy: withDefault(strict({ retain: policy.optional(), cached: policy.optional() }), {}),
    timeResolution: timeResolution.optional(),
    queryGranularity: queryGranularity.optional(),
});

/** All arguments: the table, and how this provider handles it. */
export const tableInputs = strict({
    ...table.shape,
    onDestroy: withDefault(oneOf("retain", "drop", "softDrop"), "retain"),
    deletionProtection: withDefault(z.boolean(), false),
    allowColumnChanges: withDefault(z.boolean(), false),
    adopt,
});

export type TableInputs = z.input<typeof tableInputs>;
export type Column = z.input<typeof column>;
export type Policy = z.input<typeof policy>;
