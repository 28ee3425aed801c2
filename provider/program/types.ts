/** A user of Imply Polaris who created or changed an object (Connections v1, Jobs v1, Tables v1). */
export interface PolarisUser {
    /** The user's name; for an API key `api-key-pok_…`, with a part of the key. */
    username: string;
    /** The user's UUID. */
    userId: string;
}

/** The data type of a column or of an input field (Tables v1, `dataType`). */
export type DataType =
    | "bigint"
    | "complex<json>"
    | "double"
    | "float"
    | "geo"
    | "HLLSketch"
    | "ipAddress"
    | "ipPrefix"
    | "json"
    | "long"
    | "longStringPair"
    | "doubleArray"
    | "floatArray"
    | "longArray"
    | "stringArray"
    | "quantilesDoublesSketch"
    | "string"
    | "thetaSketch"
    | "ingest_timeseries"
    | "timestamp"
    | "varchar"
    | "variance";

/** The time chunks into which a job partitions the data that it ingests (Jobs v1, `partitionedBy`). */
export type PartitioningGranularity =
    | "second"
    | "minute"
    | "five_minute"
    | "ten_minute"
    | "fifteen_minute"
    | "thirty_minute"
    | "hour"
    | "six_hour"
    | "eight_hour"
    | "day"
    | "month"
    | "quarter"
    | "year"
    | "all";
