import { z } from "zod";
import { withoutNulls } from "../values/json";
import type { Client } from "./client";
import type { Once } from "./retry";

export const user = z.looseObject({ username: z.string(), userId: z.string() });

/** A member that is `null` is one that is not set. */
const column = z.preprocess(withoutNulls, z.looseObject({ name: z.string() }));

export const tableMembers = () => ({
    id: z.string().min(1),
    name: z.string(),
    type: z.string(),
    version: z.number(),
    availability: z.string().nullish(),
    schema: z.array(column).nullish(),
    createdByUser: user.nullish(),
    createdOnTimestamp: z.string(),
    modifiedByUser: user.nullish(),
    modifiedOnTimestamp: z.string().nullish(),
});

const table = z.lazy(() => z.looseObject(tableMembers()));

/** A table as the API shows it, with the members that only the API sets. */
export type Table = z.output<typeof table>;

/** Members that only the API sets. */
export const readOnlyMembers: readonly string[] = [
    "id",
    "availability",
    "createdByUser",
    "createdOnTimestamp",
    "modifiedByUser",
    "modifiedOnTimestamp",
    "queryableSchema",
    "segmentCount",
    "segmentTotalBytes",
    "segmentCompactedBytes",
    "precachedDataSizeBytes",
    "totalDataSizeBytes",
    "totalRows",
];

export const tablePath = (name: string) => `/tables/${encodeURIComponent(name)}`;

/** POST `/tables`. */
export async function createTable(client: Client, body: object, once: Once<Table>): Promise<Table> {
    const answer = await client.request("POST", "/tables", { repeat: once, body }, table);
    client.learnUser(answer.modifiedByUser?.username);
    return answer;
}

/** GET `/tables/{name}`; undefined where there is none. */
export const getTable = (client: Client, name: string) =>
    client.find("GET", tablePath(name), { repeat: "always" }, table);

/**
 * PUT `/tables/{name}` with the whole table; undefined where there is none. It carries the version on which it is
 * based, so that the API refuses (409) to repeat one that was carried out.
 */
export async function updateTable(client: Client, name: string, body: object): Promise<Table | undefined> {
    const answer = await client.find("PUT", tablePath(name), { repeat: "always", body }, table);
    client.learnUser(answer?.modifiedByUser?.username);
    return answer;
}
