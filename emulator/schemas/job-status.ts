export const EXECUTION_STATUSES = [
    "pending",
    "running",
    "completed",
    "idle",
    "canceled",
    "failed",
    "suspended",
    "unknown",
] as const;

export const METRICS = [
    "numBytesProcessed",
    "numRowsPersisted",
    "numRowsProcessed",
    "numRowsProcessedWithWarning",
    "numRowsSkippedByError",
    "numRowsSkippedByFilter",
] as const;
