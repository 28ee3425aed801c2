import { z } from "zod";
import type { Client } from "./client";
import { ifFound, inProject } from "./missing";

const user = z.looseObject({ username: z.string(), userId: z.string() });

const connection = z.looseObject({
    type: z.string(),
    name: z.string(),
    submittedByUser: user.nullish(),
    submittedOnTimestamp: z.string(),
    modifiedByUser: user.nullish(),
    modifiedOnTimestamp: z.string().nullish(),
});

/** A connection as the API shows it: its properties without the write-only ones, and who made and changed it when. */
export type Connection = z.output<typeof connection>;

/** The path of one connection. */
export const at = (name: string) => `/connections/${encodeURIComponent(name)}`;

/** Answers to writes tell who wrote. */
async function written(client: Client, answer: Promise<Connection>): Promise<Connection> {
    const made = await inProject(client, answer);
    client.self = made.modifiedByUser?.username ?? client.self;
    return made;
}

/** POST `/connections`. Not repeated after an answer that proves nothing: the caller looks first. */
export const createConnection = (client: Client, body: object) =>
    written(client, client.request("POST", "/connections", { repeat: "if-not-done", body }, connection));

/** GET `/connections/{name}`; undefined where there is none. */
export const getConnection = (client: Client, name: string) =>
    ifFound(client, client.request("GET", at(name), { repeat: "always" }, connection));

const connections = z.looseObject({ values: z.array(z.unknown()) });

/** GET `/connections`: all of the project in one answer, as far as they are what this package relies on. */
export async function listConnections(client: Client): Promise<Connection[]> {
    const request = client.request("GET", "/connections", { repeat: "always" }, connections);
    const { values } = await inProject(client, request);
    return values.flatMap((value) => connection.safeParse(value).data ?? []);
}

/** PATCH `/connections/{name}`: values and not steps, so that repeating it is harmless; undefined where there is none. */
export const updateConnection = (client: Client, name: string, body: object) =>
    ifFound(client, written(client, client.request("PATCH", at(name), { repeat: "always", body }, connection)));

/** DELETE `/connections/{name}`; one that is gone already is done. */
export const deleteConnection = (client: Client, name: string) =>
    ifFound(client, client.command("DELETE", at(name), { repeat: "always" }));

/** POST `/connections/{name}/test`: asks Imply Polaris to reach the brokers; changes nothing. */
export const testConnection = (client: Client, name: string) =>
    inProject(client, client.command("POST", `${at(name)}/test`, { repeat: "always" }));

const connectionsMeta = z.looseObject({ implyArn: z.string().nullish(), externalId: z.string().nullish() });

/** GET `/connectionsMeta`: whom an IAM role has to trust; without members where the project is not hosted on AWS. */
export const getConnectionsMeta = (client: Client) =>
    inProject(client, client.request("GET", "/connectionsMeta", { repeat: "always" }, connectionsMeta));
