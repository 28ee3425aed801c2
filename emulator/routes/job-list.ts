import { z } from "zod";
import type { Answer, Call } from "../context";
import { jobSummary, type Job } from "../model/job";
import { EXECUTION_STATUSES } from "../schemas/job-status";
import { validate } from "../schemas/validate";

const several = <Schema extends z.ZodType>(schema: Schema) => z.array(schema).optional();

const SORT_COLUMNS = {
    created_by_user_name: (job: Job) => job.createdBy.username,
    created_date_time: (job: Job) => job.createdTimestamp,
    execution_status: (job: Job) => job.executionStatus,
    last_updated_date_time: (job: Job) => job.lastUpdatedTimestamp,
    source_name: (job: Job) => sourceOf(job, "connectionName") || sourceOf(job, "tableName"),
    source_type: (job: Job) => sourceOf(job, "type"),
    source_connection_name: (job: Job) => sourceOf(job, "connectionName"),
    source_table_name: (job: Job) => sourceOf(job, "tableName"),
    target_table_name: (job: Job) => job.tableName,
    type: (job: Job) => job.type,
};

type SortColumn = keyof typeof SORT_COLUMNS;

const query = z.strictObject({
    connectionName: several(z.string()),
    executionStatus: several(z.enum(EXECUTION_STATUSES)),
    healthStatus: several(z.enum(["ok", "warn", "error"])),
    type: several(z.enum(["batch", "delete_data", "drop_table", "restore_data", "sql", "streaming"])),
    targetTableName: z.string().min(1).max(255).optional(),
    targetTableId: z.string().optional(),
    searchString: z.string().optional(),
    paginationLimit: z.coerce.number().int().min(1).max(1000).default(100),
    paginationOffset: z.coerce.number().int().min(0).default(0),
    sortColumn: z.enum(Object.keys(SORT_COLUMNS) as [SortColumn, ...SortColumn[]]).default("last_updated_date_time"),
    sortOrder: z.enum(["ASC", "DESC"]).default("DESC"),
});

const REPEATABLE = new Set(["connectionName", "executionStatus", "healthStatus", "type"]);

const sourceOf = (job: Job, member: string) => {
    const value = (job.spec.source as Record<string, unknown> | undefined)?.[member];
    return typeof value === "string" ? value : "";
};

/** Repeated keys and comma-separated lists are equal; of a key that takes one value, the last counts. */
function readQuery(parameters: URLSearchParams) {
    const members: Record<string, string | string[]> = {};
    for (const key of new Set(parameters.keys())) {
        const values = parameters.getAll(key);
        members[key] = REPEATABLE.has(key) ? values.flatMap((value) => value.split(",")) : (values.at(-1) ?? "");
    }
    return validate(query, members);
}

const isOneOf = (allowed: string[] | undefined, values: string[]) =>
    allowed === undefined || values.some((value) => allowed.includes(value));

const textsIn = (value: unknown): string[] =>
    typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [String(value).toLowerCase()];

const contains = (job: Job, needle = "") =>
    textsIn(jobSummary(job)).some((text) => text.includes(needle.toLowerCase()));

export function listJobs({ project, query: parameters }: Call): Answer {
    const filter = readQuery(parameters);
    const matching = [...project.jobs.values()].filter(
        (job) =>
            (filter.targetTableName === undefined || job.tableName === filter.targetTableName) &&
            (filter.targetTableId === undefined || project.tables.get(job.tableName)?.id === filter.targetTableId) &&
            isOneOf(filter.executionStatus, [job.executionStatus]) &&
            isOneOf(filter.type, [job.type]) &&
            isOneOf(filter.healthStatus, job.health === null ? [] : [job.health.status]) &&
            isOneOf(filter.connectionName, job.connectionNames.slice(0, 1)) &&
            contains(job, filter.searchString),
    );
    const keyOf = SORT_COLUMNS[filter.sortColumn];
    const direction = filter.sortOrder === "ASC" ? 1 : -1;
    const byKey = (a: string, b: string) => (a < b ? -direction : a > b ? direction : 0);
    const sorted = matching.sort((a, b) => byKey(keyOf(a), keyOf(b)) || byKey(a.createdTimestamp, b.createdTimestamp));
    const end = filter.paginationOffset + filter.paginationLimit;
    const values = sorted.slice(filter.paginationOffset, end).map(jobSummary);
    return { body: { values, moreResultsAvailable: end < sorted.length } };
}
