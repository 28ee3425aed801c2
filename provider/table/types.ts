import { oneOf } from "../values/shape";

/** The data types of columns and input fields (Tables v1, `dataType`). */
const dataTypes = [
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
] as const;

export const dataType = oneOf(...dataTypes);

/** The data types that a measure of an aggregate table can have. */
export const measureTypes: readonly string[] = [
    "bigint",
    "double",
    "float",
    "HLLSketch",
    "long",
    "longStringPair",
    "quantilesDoublesSketch",
    "string",
    "thetaSketch",
    "ingest_timeseries",
    "varchar",
    "variance",
] satisfies (typeof dataTypes)[number][];

/** The time chunks that a job can ask for; a table that has it can also keep `week`. */
export const granularities = [
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
] as const;
