import type { ApiClient } from "./ask-api";
import { ProgramError } from "./program-error";
import type { Project } from "./project";

/** Which streaming job a function asks for: exactly one of `tableName` and `jobId`. */
interface JobQuestion {
    readonly tableName?: string;
    readonly jobId?: string;
    readonly project?: Project;
}

/** What a sentence calls the job; throws unless exactly one of `tableName` and `jobId` is given. */
export function nameOfJob(title: string, { tableName, jobId }: JobQuestion): string {
    const [given, ...others] = [tableName, jobId].filter((name) => typeof name === "string" && name !== "");
    if (given === undefined || others.length > 0) {
        throw new ProgramError(`${title}: give either tableName or jobId.`, "PolarisArgumentInvalid");
    }
    return tableName === given ? `on the table ${JSON.stringify(given)}` : given;
}

/** The job of that id, or that feeds the table now, or that was started last on it. */
export async function findJob(client: ApiClient, { tableName = "", jobId }: JobQuestion) {
    const { findLastJob, findLiveJob, getJob } = await import("../api/jobs.js");
    const id = jobId ?? ((await findLiveJob(client, tableName)) ?? (await findLastJob(client, tableName)))?.id;
    return id === undefined ? undefined : getJob(client, id);
}

export const missingJob = (title: string, name: string) =>
    new ProgramError(
        `${title}: there is no streaming job ${name}; for a job of this program use ${title}Output with tableName: job.id, which waits until it is started.`,
        "PolarisObjectNotFound",
    );
