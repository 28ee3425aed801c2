import { z } from "zod";
import type { Client } from "./client";
import { RequestError } from "./errors";

const project = z.looseObject({ status: z.looseObject({ state: z.string().nullish() }).nullish() });

/** GET `/v1/projects/{id}`: whether the project is paused, which ends its jobs; undefined if that is not known. */
export async function getProjectState(client: Client): Promise<string | undefined> {
    try {
        const { status } = await client.request("GET", "", { repeat: "never" }, project);
        return status?.state?.toLowerCase();
    } catch (error) {
        if (error instanceof RequestError) return undefined;
        throw error;
    }
}
