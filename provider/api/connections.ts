import { z } from "zod";
import type { Client } from "./client";
import type { Once } from "./retry";

const user = z.looseObject({ username: z.string(), userId: z.string() });

const connection = z.lazy(() =>
    z.looseObject({
        type: z.string(),
        name: z.string(),
        submittedByUser: user.nullish(),
        submittedOnTimestamp: z.string(),
        modifiedByUser: user.nullish(),
        modifiedOnTimestamp: z.string().nullish(),
        endpointUrl: z.string().nullish(),
    }),
);

/** A connection as the API shows it: without its write-only members, with who created and changed it when. */
export type Connection = z.output<typeof connection>;

/** The path of one connection. */
export const connectionPath = (name: string) => `/connections/${encodeURIComponent(name)}`;

/** POST `/connections`. */
export async function createConnection(client: Client, body: object, once: Once<Connection>): Promise<Connection> {
    const answer = await client.request("POST", "/connections", { repeat: once, body }, connection);
    client.learnUser(answer.modifiedByUser?.username);
    return answer;
}

/** GET `/connections/{name}`; undefined where there is none. */
export const getConnection = (client: Client, name: string) =>
    client.find("GET", connectionPath(name), { repeat: "always" }, connection);

const connections = z.looseObject({ values: z.array(z.unknown()) });

/** GET `/connections`: all connections of the project in one answer. */
export async function listConnections(client: Client): Promise<Connection[]> {
    const { values } = await client.request("GET", "/connections", { repeat: "always" }, connections);
    return values.flatMap((value) => connection.safeParse(value).data ?? []);
}

/** PATCH `/connections/{name}`; undefined where there is none. It sets values, so repeating it is harmless. */
export async function updateConnection(client: Client, name: string, body: object): Promise<Connection | undefined> {
    const answer = await client.find("PATCH", connectionPath(name), { repeat: "always", body }, connection);
    client.learnUser(answer?.modifiedByUser?.username);
    return answer;
}

/** DELETE `/connections/{name}`; undefined where there is none. */
export const deleteConnection = (client: Client, name: string) =>
    client.findCommand("DELETE", connectionPath(name), { repeat: "always" });

/** POST `/connections/{name}/test`: asks Imply Polaris to reach the brokers; changes nothing. */
export const testConnection = (client: Client, name: string) =>
    client.command("POST", `${connectionPath(name)}/test`, { repeat: "always" });

const connectionsMeta = z.looseObject({ implyArn: z.string().nullish(), externalId: z.string().nullish() });

/** GET `/connectionsMeta`: whom an IAM role has to trust; without members where the project is not hosted on AWS. */
export const getConnectionsMeta = (client: Client) =>
    client.request("GET", "/connectionsMeta", { repeat: "always" }, connectionsMeta);
