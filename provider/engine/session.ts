import { isDeepStrictEqual } from "node:util";
import { valueAt } from "../values/json";
import type { Properties } from "../values/json";
import { isUnknown } from "../values/unknown";

/** What a program declares in this run, and what its state said before: without old inputs, a create is planned. */
export interface Declaration {
    readonly olds: Properties;
    readonly inputs: Properties;
}

/** An object that an entry of the state is about: which of those that had the id one after another, and which entry. */
export interface Holding {
    readonly object: unknown;
    readonly entryId: unknown;
}

const keyOf = (noun: string, projectId: unknown, id: string) => JSON.stringify([noun, projectId, id]);

/** The engine's Node runtime adds the handler's text to what a check has answered. */
const withoutProvider = (inputs: Properties): Properties =>
    Object.fromEntries(Object.entries(inputs).filter(([name]) => name !== "__provider"));

/** What one run of the engine has shown this process: one process serves all resources of a run. */
class Session {
    private readonly pending: { noun: string; inputs: Properties }[] = [];
    private readonly declarations = new Map<string, Declaration>();
    private readonly holdings = new Map<string, Holding>();
    private readonly refused = new Set<string>();
    private readonly reported = new Set<string>();

    /** Remembers what a program declares, until the engine comes back with it. */
    declare(noun: string, id: string, olds: Properties, inputs: Properties): void {
        const key = keyOf(noun, inputs.projectId, id);
        // What the engine replaces without asking for differences is checked twice, the second time without old inputs.
        const isAgain = Object.keys(olds).length === 0 && this.takeDeclared(noun, inputs);
        if (!isUnknown(id))
            this.declarations.set(key, { olds: (isAgain && this.declarations.get(key)?.olds) || olds, inputs });
        this.pending.push({ noun, inputs: withoutProvider(inputs) });
    }

    /** What the program declares with that identity, as far as the engine has come to it. */
    declaration(noun: string, projectId: unknown, id: string): Declaration | undefined {
        return this.declarations.get(keyOf(noun, projectId, id));
    }

    /**
     * Whether the program has declared these inputs, once for each time that it has: a refresh asks for differences as
     * well, of what was declared in an earlier run, and plans nothing.
     */
    takeDeclared(noun: string, news: Properties): boolean {
        const inputs = withoutProvider(news);
        const index = this.pending.findLastIndex((one) => one.noun === noun && isDeepStrictEqual(one.inputs, inputs));
        if (index >= 0) this.pending.splice(index, 1);
        return index >= 0;
    }

    /** An entry of the state is about this object after the run. */
    hold(noun: string, projectId: unknown, id: string, holding: Holding): void {
        this.refused.delete(keyOf(noun, projectId, id));
        if (holding.object !== undefined) this.holdings.set(keyOf(noun, projectId, id), holding);
    }

    /**
     * Whether another entry of the state is about the same object, as a resource that was renamed, moved or replaced
     * leaves it. Entries of version 0.1.0 have no id: the engine deletes none that it goes on with.
     */
    isHeldByOther(noun: string, projectId: unknown, id: string, { object, entryId }: Holding): boolean {
        const holding = this.holdings.get(keyOf(noun, projectId, id));
        if (!holding || object === undefined || holding.object !== object) return false;
        return holding.entryId === undefined || holding.entryId !== entryId;
    }

    /** A resource that the program declares has come into no state, as its create failed. */
    refuse(noun: string, projectId: unknown, id: string): void {
        this.refused.add(keyOf(noun, projectId, id));
    }

    isRefused(noun: string, projectId: unknown, id: string): boolean {
        return this.refused.has(keyOf(noun, projectId, id));
    }

    heldObject(noun: string, projectId: unknown, id: string): unknown {
        return this.holdings.get(keyOf(noun, projectId, id))?.object;
    }

    /** Prints a line, once a run. */
    print(line: string, properties: Properties = {}): void {
        const once = JSON.stringify([valueAt(properties, ["projectId"]), line]);
        if (this.reported.has(once)) return;
        this.reported.add(once);
        console.log(line);
    }
}

export const session = new Session();
