import type { Client } from "./client";
import { getConnection, listConnections } from "./connections";
import type { Connection } from "./connections";
import { SharedList } from "./shared-list";

const connections = new SharedList(listConnections, ({ name }) => name);

/** A connection as a refresh reads it; undefined where there is none. What a list does not hold is asked for by name. */
export const readConnection = async (client: Client, name: string): Promise<Connection | undefined> =>
    (await connections.find(client, name)) ?? getConnection(client, name);
