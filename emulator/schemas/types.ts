import { z } from "zod";

/** Data types of columns and input fields; `timestamp` is for `__time` alone. */
export const dataType = z.enum([
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
]);

export const measureDataType = dataType.extract([
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
]);

export const partitioning = z.enum([
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
]);

export const duration = z
    .string()
    .regex(/^P(?!$)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+([.,]\d+)?S)?)?$/, {
        error: "expected an ISO 8601 duration",
    });

/** No control characters, no emoji or other surrogate pairs, no special block, no whitespace but single spaces inside. */
const FORBIDDEN_IN_TABLE_NAMES = /[\u0000-\u001f\u007f-\u009f/\ud800-\udfff\ufff0-\uffff]|[^\S ]|^[ .]| $/;

export const tableName = z
    .string()
    .min(1)
    .max(255)
    .refine((name) => !FORBIDDEN_IN_TABLE_NAMES.test(name), { error: "is not a valid table name" });
