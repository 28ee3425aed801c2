import { z } from "zod";
import type { Client } from "./client";
import { ApiError } from "./errors";
import { jobSummary } from "./jobs";
import type { JobSummary } from "./jobs";

/** The most that the API gives in one answer. */
const pageSize = 1_000;

const page = z.looseObject({ values: z.array(z.unknown()), moreResultsAvailable: z.boolean().nullish() });

/**
 * GET `/jobs`, page by page: all jobs of the project, of any type and status, oldest first, so that a job that is
 * created meanwhile moves no other one to the next page.
 */
export async function listJobs(client: Client, onPage: () => void): Promise<JobSummary[]> {
    const found = new Map<string, JobSummary>();
    for (let offset = 0; ;) {
        const query = {
            sortColumn: "created_date_time",
            sortOrder: "ASC",
            paginationLimit: pageSize,
            paginationOffset: offset,
        };
        const { values, moreResultsAvailable } = await client.request(
            "GET",
            "/jobs",
            { repeat: "always", query },
            page,
        );
        onPage();
        for (const value of values) {
            const { data } = jobSummary.safeParse(value);
            if (data) found.set(data.id, data);
        }
        offset += values.length;
        if (moreResultsAvailable !== true || values.length === 0) return [...found.values()];
    }
}

const tables = z.looseObject({ values: z.array(z.unknown()) });
const tableSummary = z.looseObject({ name: z.string() });

/** GET `/tables`: the names of all tables of the project; undefined where the API key may not see them. */
export async function listTables(client: Client): Promise<string[] | undefined> {
    try {
        const { values } = await client.request("GET", "/tables", { repeat: "always" }, tables);
        return values.flatMap((value) => tableSummary.safeParse(value).data?.name ?? []);
    } catch (error) {
        if (error instanceof ApiError && error.status === 403) return undefined;
        throw error;
    }
}
