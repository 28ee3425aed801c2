import { badRequest, Refusal } from "../errors";
import type { QueryResult } from "../model/ingestion";
import type { QueryBody } from "../schemas/query";
import type { DruidClient } from "./client";
import { DruidError } from "./client";

/** Lets Druid answer the query, in the form that the caller has asked for. */
export async function query(druid: DruidClient, body: QueryBody): Promise<QueryResult> {
    try {
        return await druid.text("/druid/v2/sql", body);
    } catch (error) {
        if (error instanceof DruidError && error.status < 500) {
            throw badRequest("InvalidQuery", error.message, "query");
        }
        if (error instanceof DruidError) {
            throw new Refusal(error.status, { code: "QueryFailed", message: error.message });
        }
        throw error;
    }
}
