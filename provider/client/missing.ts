import type { Client } from "./client";
import { ApiError } from "./errors";

/** The project itself is not there: nothing may be concluded about what is in it. */
export class ProjectMissingError extends Error {
    constructor(readonly projectId: string) {
        super(`there is no project ${projectId} at this address`);
        this.name = "ProjectMissingError";
    }
}

/** Undefined where the object asked for is missing; an error where its whole project is. */
export async function ifFound<T>(client: Client, answer: Promise<T>): Promise<T | undefined> {
    try {
        return await answer;
    } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 404) throw error;
        if (!(await client.projectExists(error.path.startsWith("/connections") ? "/connections" : "/jobs")))
            throw new ProjectMissingError(client.projectId);
        return undefined;
    }
}
