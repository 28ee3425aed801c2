import { objectKey } from "./declarations";

/** The object that an entry of the state is about, and which entry that is. */
export interface Entry {
    /** Tells apart the objects that had the id one after another. */
    readonly object: unknown;
    readonly entryId: unknown;
}

/** Which entries of the state are about which objects after this run, so that a delete leaves what another one has. */
export class Entries {
    private readonly entries = new Map<string, Entry>();
    private readonly failed = new Set<string>();
    private readonly failedWrites = new Set<string>();

    /** An entry of the state is about this object after the run. */
    hold(noun: string, projectId: unknown, id: string, entry: Entry): void {
        this.failed.delete(objectKey(noun, projectId, id));
        if (entry.object !== undefined) this.entries.set(objectKey(noun, projectId, id), entry);
    }

    /**
     * Whether another entry of the state is about the same object, as a resource that was renamed, moved or replaced
     * leaves it. Entries of version 0.1.0 have no id: the engine deletes none that it continues with.
     */
    isHeldByOther(noun: string, projectId: unknown, id: string, { object, entryId }: Entry): boolean {
        const entry = this.entries.get(objectKey(noun, projectId, id));
        if (!entry || object === undefined || entry.object !== object) return false;
        return entry.entryId === undefined || entry.entryId !== entryId;
    }

    heldObject(noun: string, projectId: unknown, id: string): unknown {
        return this.entries.get(objectKey(noun, projectId, id))?.object;
    }

    /** The create of a resource that the program declares has failed, so that no entry of the state has it. */
    fail(noun: string, projectId: unknown, id: string): void {
        this.failed.add(objectKey(noun, projectId, id));
    }

    /** A create or update has failed: the engine leaves out what depends on it. */
    failWrite(noun: string, projectId: unknown, id: string): void {
        this.failedWrites.add(objectKey(noun, projectId, id));
    }

    hasFailedWrite(noun: string, projectId: unknown, id: string): boolean {
        return this.failedWrites.has(objectKey(noun, projectId, id));
    }

    hasFailed(noun: string, projectId: unknown, id: string): boolean {
        return this.failed.has(objectKey(noun, projectId, id));
    }
}
