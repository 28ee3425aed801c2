import type { Client } from "./client";
import { getConnection, listConnections } from "./connections";
import type { Connection } from "./connections";

/** How many connections are read one by one before a list is asked for, which holds those of other programs too. */
const few = 4;

/** How long a list counts as the present state. */
const freshMs = 5_000;

interface List {
    readonly time: number;
    readonly writeCount: number;
    readonly answer: Promise<Connection[]>;
    /** A name that is asked for a second time may have changed meanwhile. */
    readonly names: Set<string>;
}

interface Reads {
    count: number;
    list?: List;
}

const readsOf = new WeakMap<Client, Reads>();

/**
 * A connection as a refresh reads it; undefined where there is none. Many are looked up in one list; what that does not
 * hold is asked for by name.
 */
export async function readConnection(client: Client, name: string): Promise<Connection | undefined> {
    const reads = readsOf.get(client) ?? { count: 0 };
    readsOf.set(client, reads);
    reads.count += 1;
    if (reads.count <= few) return getConnection(client, name);
    const { writeCount } = client;
    if (!reads.list || Date.now() - reads.list.time > freshMs || reads.list.writeCount !== writeCount) {
        reads.list = { time: Date.now(), writeCount, answer: listConnections(client), names: new Set() };
    }
    const { answer, names } = reads.list;
    if (names.has(name)) return getConnection(client, name);
    names.add(name);
    return (await answer).find((connection) => connection.name === name) ?? getConnection(client, name);
}
