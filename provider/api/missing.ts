import type { Client } from "./client";
import { ApiError, RequestError } from "./errors";

/** The project itself is not there: nothing may be concluded about what is in it. */
export class ProjectMissingError extends RequestError {
    protected readonly leavesOpen = false;

    constructor(
        request: RequestError,
        readonly projectId: string,
    ) {
        super(`there is no project ${projectId} at this address`, request);
        this.wasOpen = request.mayHaveHappened;
    }
}

/** An answer about what is in a project; a 404 for the whole project is told as that. */
export async function inProject<T>(client: Client, answer: Promise<T>): Promise<T> {
    try {
        return await answer;
    } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 404) throw error;
        const exists = await client.projectExists(error.path.startsWith("/connections") ? "/connections" : "/jobs");
        throw exists ? error : new ProjectMissingError(error, client.projectId);
    }
}

/** Undefined where the object asked for is missing; an error where its whole project is. */
export async function ifFound<T>(client: Client, answer: Promise<T>): Promise<T | undefined> {
    try {
        return await inProject(client, answer);
    } catch (error) {
        if (error instanceof ApiError && error.status === 404) return undefined;
        throw error;
    }
}
