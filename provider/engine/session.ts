import { Mask } from "../values/mask";
import { Clients } from "./clients";
import { Declarations } from "./declarations";
import { Entries } from "./entries";
import type { Properties } from "../values/json";

/** All that one process of the provider remembers: one process serves all resources of a run. */
export class Session {
    readonly mask = new Mask();
    readonly clients = new Clients(this.mask);
    readonly declarations = new Declarations();
    readonly entries = new Entries();
    /** What this process has read of objects whose secrets it knows all of, by their {@link objectKey}. */
    readonly knownStates = new Map<string, Properties>();
    /** The objects that this process has read for entries of the state, by their {@link objectKey}. */
    readonly refreshed = new Set<string>();
    /** The projects in which a look for an object to adopt has failed. */
    readonly failedLooks = new Set<unknown>();
    private readonly printed = new Set<string>();

    /** Prints a line, once a run for each project. */
    print(line: string, projectId?: unknown): void {
        const key = JSON.stringify([projectId, line]);
        if (this.printed.has(key)) return;
        this.printed.add(key);
        console.log(line);
    }
}

/** The session of this process, which all handlers share. */
export const processSession = new Session();
