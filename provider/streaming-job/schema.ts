import { z } from "zod";
import { connectionName } from "../connection/connection-name";
import { formatSettings } from "./format-settings";
import { adopt, isoDuration, nonEmpty, oneOf, optionalSet, strict, withDefault } from "../values/shape";
import { isDuration } from "../values/duration";
import { tableName } from "../table/table-name";
import { dataType, granularities } from "../table/types";

export { streamingJobProblems, streamingJobWarnings } from "./rules";

const granularity = oneOf(...granularities);

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
    lateMessageRejectionPeriod: withDefault(isoDuration, "P30D"),
    earlyMessageRejectionPeriod: withDefault(isoDuration, "P2000D"),
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

/** The arguments of a StreamingJob: the spec, whether the job runs, and how this provider treats it. */
export const streamingJobInputs = strict({
    ...spec,
    desiredExecutionStatus: withDefault(oneOf("running", "suspended"), "running"),
    restartTrigger: z.string().optional(),
    restartOnConnectionChange: flag,
    resetTrigger: z.string().optional(),
    adopt,
    waitForHealthy: z.string().refine(isDuration, 'expected a duration such as "30s" or "1m30s"').optional(),
});

/** The arguments as the engine hands them over. */
export type StreamingJobInputs = z.input<typeof streamingJobInputs>;
