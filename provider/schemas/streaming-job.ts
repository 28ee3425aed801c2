import { z } from "zod";
import { connectionName } from "./connection-name";
import { formatSettings } from "./format-settings";
import { adopt, matching, nonEmpty, oneOf, optionalSet, strict, withDefault } from "./shape";
import type { Problem } from "./shape";
import { tableName } from "./table-name";

const dataType = oneOf(
    "bigint",
    "complex<json>",
    "double",
    "float",
    "geo",
    "HLLSketch",
    "ipAddress",
    "ipPrefix",
    "json",
    "long",
    "longStringPair",
    "doubleArray",
    "floatArray",
    "longArray",
    "stringArray",
    "quantilesDoublesSketch",
    "string",
    "thetaSketch",
    "ingest_timeseries",
    "timestamp",
    "varchar",
    "variance",
);

const granularity = oneOf(
    "second",
    "minute",
    "five_minute",
    "ten_minute",
    "fifteen_minute",
    "thirty_minute",
    "hour",
    "six_hour",
    "eight_hour",
    "day",
    "month",
    "quarter",
    "year",
    "all",
);

const duration = matching(
    /^P(?=\d|T\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+([.,]\d+)?S)?)?$/,
    'an ISO 8601 duration, such as "P30D" or "PT12H"',
);

const flag = withDefault(z.boolean(), false);

const source = strict({
    type: withDefault(z.literal("connection", { error: 'expected "connection"' }), "connection"),
    connectionName,
    formatSettings,
    inputSchema: withDefault(z.array(strict({ name: nonEmpty, dataType })), []),
});

const target = strict({
    type: withDefault(z.literal("table", { error: 'expected "table"' }), "table"),
    tableName,
});

const mapping = strict({ columnName: nonEmpty, expression: nonEmpty, isAggregation: flag });

/** The members of a job's spec that a program may set (Jobs v1, "Create a streaming job"). */
const spec = {
    target,
    source,
    mappings: z.array(mapping),
    createTableIfNotExists: flag,
    readFromPoint: withDefault(oneOf("earliest", "latest"), "latest"),
    lateMessageRejectionPeriod: withDefault(duration, "P30D"),
    earlyMessageRejectionPeriod: withDefault(duration, "P2000D"),
    filterExpression: nonEmpty.optional(),
    dimensionExclusions: optionalSet(nonEmpty),
    useSchemaDiscovery: flag,
    partitionedBy: granularity.optional(),
    clusteringColumns: withDefault(z.array(nonEmpty), []),
    maxParseExceptions: withDefault(
        z.int("expected a whole number").min(0, "expected 0 or more").max(2_147_483_647, "expected at most 2147483647"),
        2_147_483_647,
    ),
    enableUpserts: flag,
    upsertKeyColumns: withDefault(z.array(nonEmpty), []),
    upsertVersionColumn: withDefault(nonEmpty, "__time"),
};

export const specProperties = Object.keys(spec);

/** All that a program may say: the spec, whether the job runs, and how this provider treats it. */
export const streamingJobInputs = strict({
    ...spec,
    desiredExecutionStatus: withDefault(oneOf("running", "suspended"), "running"),
    restartTrigger: z.string().optional(),
    resetTrigger: z.string().optional(),
    adopt,
});

type Arguments = Partial<Record<keyof z.input<typeof streamingJobInputs>, unknown>>;

/** What the arguments have to fulfil together. Values that are not known yet are never found wrong. */
export function streamingJobProblems(given: Arguments, isUnknown: (value: unknown) => boolean): Problem[] {
    return [...mappingProblems(given.mappings, isUnknown), ...upsertProblems(given, isUnknown)];
}

function mappingProblems(mappings: unknown, isUnknown: (value: unknown) => boolean): Problem[] {
    if (!Array.isArray(mappings)) return [];
    const columns = mappings.map((entry: unknown) => {
        const hidden = isUnknown(entry) || typeof entry !== "object" || entry === null;
        return hidden ? undefined : (entry as { columnName?: unknown }).columnName;
    });
    const first = new Map<unknown, number>();
    const problems: Problem[] = [];
    columns.forEach((column, index) => {
        if (typeof column !== "string" || isUnknown(column)) return;
        const before = first.get(column);
        if (before === undefined) first.set(column, index);
        else {
            problems.push({
                path: ["mappings", index, "columnName"],
                message: `maps the same column as mappings[${before}]; a column takes one mapping`,
            });
        }
    });
    const allKnown = columns.every((column) => typeof column === "string" && !isUnknown(column));
    if (allKnown && !first.has("__time")) {
        problems.push({ path: ["mappings"], message: 'expected a mapping for the column "__time"' });
    }
    return problems;
}

function upsertProblems(given: Arguments, isUnknown: (value: unknown) => boolean): Problem[] {
    const { enableUpserts, upsertKeyColumns, upsertVersionColumn } = given;
    if (isUnknown(enableUpserts)) return [];
    const keys = isUnknown(upsertKeyColumns) || (Array.isArray(upsertKeyColumns) && upsertKeyColumns.length > 0);
    if (enableUpserts === true) {
        return keys ? [] : [{ path: ["upsertKeyColumns"], message: "required with enableUpserts" }];
    }
    const orphans = {
        ...(keys && { upsertKeyColumns }),
        ...(upsertVersionColumn !== undefined && { upsertVersionColumn }),
    };
    return Object.keys(orphans).map((name) => ({ path: [name], message: "has no effect without enableUpserts: true" }));
}
