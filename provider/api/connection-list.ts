import type { Client } from "./client";
import { at, getConnection, listConnections } from "./connections";
import type { Connection } from "./connections";

/** How many connections are asked for one by one, before a list answers for the rest: it holds those of others too. */
const few = 4;

/** How long a list stands for what there is. */
const freshMs = 5_000;

interface Reads {
    count: number;
    list?: {
        readonly at: number;
        readonly answer: Promise<Connection[]>;
        readonly told: Set<string>;
    };
}

const readsOf = new WeakMap<Client, Reads>();

/**
 * A connection as a refresh or a destroy sees it; undefined where there is none. Many are looked up in a list; what it
 * does not hold, or this client has written, is asked for by name.
 */
export async function readConnection(client: Client, name: string): Promise<Connection | undefined> {
    const reads = readsOf.get(client) ?? { count: 0 };
    readsOf.set(client, reads);
    reads.count += 1;
    if (reads.count <= few || client.written.has(at(name))) return getConnection(client, name);
    if (!reads.list || Date.now() - reads.list.at > freshMs) {
        reads.list = { at: Date.now(), answer: listConnections(client), told: new Set() };
    }
    // Asked for again, it is asked about something that may have changed meanwhile.
    if (reads.list.told.has(name)) return getConnection(client, name);
    reads.list.told.add(name);
    const listed = await reads.list.answer;
    return listed.find((connection) => connection.name === name) ?? getConnection(client, name);
}
