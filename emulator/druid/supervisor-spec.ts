/** A streaming job as the specification of a Druid supervisor. */
import type { StreamingSpec } from "../schemas/jobs";
import type { TableBody } from "../schemas/tables";
import { consumerProperties, streamOf, type Source } from "./consumer";
import { inputFormat } from "./input-format";
import type { Dimension, Transform } from "./plan";
import type { FilteredTranslation } from "./translate";

type Members = Record<string, unknown>;

export interface Plan {
    jobId: string;
    spec: StreamingSpec;
    table: TableBody;
    translation: FilteredTranslation;
    source: Source;
    extensions: ReadonlySet<string>;
}

/** Granularities of the API in Druid's words; `week` is only in old tables. */
const GRANULARITIES: Record<string, string> = {
    millisecond: "NONE",
    second: "SECOND",
    minute: "MINUTE",
    five_minute: "FIVE_MINUTE",
    ten_minute: "TEN_MINUTE",
    fifteen_minute: "FIFTEEN_MINUTE",
    thirty_minute: "THIRTY_MINUTE",
    hour: "HOUR",
    six_hour: "SIX_HOUR",
    eight_hour: "EIGHT_HOUR",
    day: "DAY",
    week: "WEEK",
    month: "MONTH",
    quarter: "QUARTER",
    year: "YEAR",
    all: "ALL",
};

const DIMENSION_TYPES: Record<string, string> = {
    bigint: "long",
    long: "long",
    double: "double",
    float: "float",
    string: "string",
    varchar: "string",
    json: "json",
    "complex<json>": "json",
};

function queryGranularity(table: TableBody): unknown {
    if (table.type !== "aggregate") {
        return "NONE";
    }
    const { queryGranularity: custom, timeResolution } = table;
    if (custom?.type === "period") {
        return { ...custom, timeZone: custom.timeZone ?? "UTC" };
    }
    return GRANULARITIES[custom?.granularity ?? timeResolution] ?? "NONE";
}

/** Dimensions with the types that the table declares, those of the clustering first: rows are sorted in this order. */
function dimensionsOf({ spec, table, translation }: Plan): Dimension[] {
    const declared = new Map(table.schema.map(({ name, dataType }) => [name, DIMENSION_TYPES[dataType]]));
    const dimensions = translation.dimensions.map(({ name, type }) => ({ name, type: declared.get(name) ?? type }));
    const order = spec.clusteringColumns ?? table.clusteringColumns ?? [];
    const rank = ({ name }: Dimension) => (order.includes(name) ? order.indexOf(name) : order.length);
    return dimensions.sort((a, b) => rank(a) - rank(b));
}

function dataSchema(plan: Plan): Members {
    const { spec, table, translation } = plan;
    const discovers = spec.useSchemaDiscovery
        ? { useSchemaDiscovery: true, includeAllDimensions: true, dimensionExclusions: spec.dimensionExclusions }
        : {};
    const filter =
        translation.filterColumn === undefined
            ? null
            : { type: "equals", column: translation.filterColumn, matchValueType: "LONG", matchValue: 1 };
    return {
        dataSource: spec.target.tableName,
        // The mapping of __time is a transform, which replaces the value of this column.
        timestampSpec: { column: "!!no-such-column!!", missingValue: "1970-01-01T00:00:00Z" },
        transformSpec: { filter, transforms: translation.transforms satisfies Transform[] },
        dimensionsSpec: { dimensions: dimensionsOf(plan), ...discovers },
        metricsSpec: translation.metrics,
        granularitySpec: {
            type: "uniform",
            segmentGranularity: GRANULARITIES[spec.partitionedBy ?? table.partitioningGranularity] ?? "DAY",
            queryGranularity: queryGranularity(table),
            rollup: table.type === "aggregate",
        },
    };
}

/** Marks a supervisor as the emulator's, and says for which job it runs. */
export const JOB_IN_CONTEXT = "polarisJobId";

export function supervisorSpec(plan: Plan, isSuspended: boolean): Members {
    const { jobId, spec, source, extensions } = plan;
    return {
        type: "kafka",
        suspended: isSuspended,
        context: { [JOB_IN_CONTEXT]: jobId },
        spec: {
            dataSchema: dataSchema(plan),
            ioConfig: {
                type: "kafka",
                ...streamOf(source),
                inputFormat: inputFormat(
                    spec.source.formatSettings ?? { format: "nd-json" },
                    "source.formatSettings",
                    extensions,
                ),
                consumerProperties: consumerProperties(source),
                useEarliestOffset: spec.readFromPoint === "earliest",
                lateMessageRejectionPeriod: spec.lateMessageRejectionPeriod,
                earlyMessageRejectionPeriod: spec.earlyMessageRejectionPeriod,
                taskCount: 1,
                replicas: 1,
                // Druid's tasks die at once with less than a minute.
                taskDuration: "PT1H",
                startDelay: "PT0S",
                period: "PT1S",
                completionTimeout: "PT5M",
            },
            tuningConfig: {
                type: "kafka",
                maxParseExceptions: spec.maxParseExceptions,
                // Without saved ones, Druid answers a request for parse errors with 500.
                maxSavedParseExceptions: 100,
                logParseExceptions: false,
                offsetFetchPeriod: "PT5S",
            },
        },
    };
}
