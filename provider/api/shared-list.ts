import type { Client } from "./client";

/** How many objects are read one by one before a list is asked for, which holds those of other programs too. */
const readsBeforeList = 4;

/** How long a list counts as the present state. */
const freshMs = 5_000;

interface List<T> {
    readonly time: number;
    readonly writeCount: number;
    readonly answer: Promise<T[]>;
    /** An object that is asked for a second time may have changed meanwhile. */
    readonly keys: Set<string>;
}

interface Reads<T> {
    count: number;
    list?: List<T>;
}

/** One list for the many reads of a refresh. */
export class SharedList<T> {
    private readonly readsOf = new WeakMap<Client, Reads<T>>();

    constructor(
        private readonly request: (client: Client) => Promise<T[]>,
        private readonly keyOf: (entry: T) => string,
    ) {}

    /** An entry of the list; undefined where the object has to be asked for by itself. */
    async find(client: Client, key: string): Promise<T | undefined> {
        const reads = this.readsOf.get(client) ?? { count: 0 };
        this.readsOf.set(client, reads);
        reads.count += 1;
        if (reads.count <= readsBeforeList) return undefined;
        const { writeCount } = client;
        if (!reads.list || Date.now() - reads.list.time > freshMs || reads.list.writeCount !== writeCount) {
            reads.list = { time: Date.now(), writeCount, answer: this.request(client), keys: new Set() };
        }
        const { answer, keys } = reads.list;
        if (keys.has(key)) return undefined;
        keys.add(key);
        return (await answer).find((entry) => this.keyOf(entry) === key);
    }
}
