import { badRequest, Refusal } from "../errors";
import type { QueryResult } from "../model/ingestion";
import type { QueryBody } from "../schemas/query";
import type { DruidClient } from "./client";
import { DruidError } from "./client";

/** Specifications in this table have the passwords of connections. */
const isSecretTable = (sql: string) => (/\bsys\b/i.test(sql) && /\bsupervisors\b/i.test(sql)) || /\bu&"/i.test(sql);

/** Lets Druid answer the query, in the form that the caller has asked for. */
export async function query(druid: DruidClient, body: QueryBody): Promise<QueryResult> {
    if (isSecretTable(body.query)) {
        const message = "sys.supervisors cannot be queried: it has the passwords of connections.";
        throw badRequest("InvalidQuery", message, "query");
    }
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
