import { z } from "zod";
import { connectionName } from "../kafka-connection/connection-name";
import { formatSettings } from "./format-settings";
import { entriesOf, formatsIn, inputFields, membersOf } from "./sql/input-fields";
import type { IsUnknown } from "./sql/input-fields";
import { expressionProblems, timeWarnings } from "./sql/expressions";
import { adopt, matching, nonEmpty, oneOf, optionalSet, strict, withDefault } from "../values/shape";
import type { Problem } from "../values/shape";
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

// Without `isAggregation` the table's schema decides, so there is no default that means the same.
const mapping = strict({ columnName: nonEmpty, expression: nonEmpty, isAggregation: z.boolean().optional() });

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

/** The arguments after the check: as the program writes them. */
export type StreamingJobInputs = z.input<typeof streamingJobInputs>;

type Arguments = Partial<Record<keyof z.input<typeof streamingJobInputs>, unknown>>;

/** What the arguments have to fulfil together. Values that are not known yet are never found wrong. */
export function streamingJobProblems(given: Arguments, isUnknown: IsUnknown): Problem[] {
    const fields = inputFields(given.source, isUnknown);
    return [
        ...repeatedNames(given.source, isUnknown),
        ...fields.problems,
        ...columnProblems(given.mappings, isUnknown),
        ...expressionProblems(given, fields, isUnknown),
        ...upsertProblems(given, isUnknown),
    ];
}

/** What works today, and has a better way. */
export function streamingJobWarnings(given: Arguments, isUnknown: IsUnknown): Problem[] {
    const message = "is deprecated by Imply Polaris; let mappings read nested members, as JSON_VALUE does";
    const flattened = formatsIn(given.source)
        .filter(({ format: { flattenSpec } }) => flattenSpec !== undefined && !isUnknown(flattenSpec))
        .map(({ path }) => ({ path: [...path, "flattenSpec"], message }));
    const fields = inputFields(given.source, isUnknown);
    return [...flattened, ...fields.warnings, ...timeWarnings(given, fields, isUnknown)];
}

/** The places of what is in a list a second time, each with the first place of the same. */
function repeated(values: readonly unknown[], isUnknown: IsUnknown): { index: number; first: number }[] {
    const firsts = new Map<unknown, number>();
    return values.flatMap((value, index) => {
        if (typeof value !== "string" || isUnknown(value)) return [];
        const first = firsts.get(value);
        if (first === undefined) firsts.set(value, index);
        return first === undefined ? [] : [{ index, first }];
    });
}

function repeatedNames(source: unknown, isUnknown: IsUnknown): Problem[] {
    const fields = entriesOf(membersOf(source).inputSchema).map((entry) => membersOf(entry).name);
    const declared = repeated(fields, isUnknown).map(({ index, first }) => ({
        path: ["source", "inputSchema", index, "name"],
        message: `declares the same field as inputSchema[${first}]`,
    }));
    const columns = formatsIn(source).flatMap(({ path, format }) =>
        repeated(entriesOf(format.columns), isUnknown).map(({ index, first }) => ({
            path: [...path, "columns", index],
            message: `is the same name as columns[${first}]`,
        })),
    );
    return [...columns, ...declared];
}

function columnProblems(mappings: unknown, isUnknown: IsUnknown): Problem[] {
    if (!Array.isArray(mappings)) return [];
    const columns = mappings.map((entry: unknown) => (isUnknown(entry) ? entry : membersOf(entry).columnName));
    const allKnown = columns.every((column) => typeof column === "string" && !isUnknown(column));
    const isTimeless = allKnown && !columns.includes("__time");
    return [
        ...repeated(columns, isUnknown).map(({ index, first }) => ({
            path: ["mappings", index, "columnName"],
            message: `maps the same column as mappings[${first}]; a column takes one mapping`,
        })),
        ...(isTimeless ? [{ path: ["mappings"], message: 'expected a mapping for the column "__time"' }] : []),
    ];
}

function upsertProblems(given: Arguments, isUnknown: IsUnknown): Problem[] {
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
