import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import type { Properties } from "../values/json";
import { isUnknown } from "../values/unknown";
import type { SecretPath } from "./secrets";

/** What a program declares in this run, and what its state said before: without old inputs, a create is planned. */
export interface Declaration {
    readonly olds: Properties;
    readonly inputs: Properties;
    /** The logical name of the resource. */
    readonly resourceName?: string | undefined;
    readonly rules: Rules;
}

/** How the arguments of a kind of resource are understood. */
export interface Rules {
    readonly schema: z.ZodObject<Record<string, z.ZodType>>;
    readonly secrets: readonly SecretPath[];
}

export const objectKey = (noun: string, projectId: unknown, id: string) => JSON.stringify([noun, projectId, id]);

/** The engine's Node runtime adds the handler's text to the answer of a check. */
const withoutProvider = (inputs: Properties): Properties =>
    Object.fromEntries(Object.entries(inputs).filter(([name]) => name !== "__provider"));

/** What the program declares, as far as the engine has come to it: one process serves all resources of a run. */
export class Declarations {
    private readonly pending: { noun: string; inputs: Properties }[] = [];
    private readonly declarations = new Map<string, Declaration>();
    /** The objects that resources in state give up for others, which happens at the end of the run. */
    private readonly givenUp = new Set<string>();

    /** Remembers a declaration, until the engine comes back with it. */
    add({ noun, ...rules }: Rules & { readonly noun: string }, id: string, declared: Omit<Declaration, "rules">): void {
        const { olds, inputs } = declared;
        const key = objectKey(noun, inputs.projectId, id);
        // What the engine replaces without asking for differences is checked twice, the second time without old inputs.
        const isAgain = Object.keys(olds).length === 0 && this.take(noun, inputs);
        const before = isAgain ? this.declarations.get(key)?.olds : undefined;
        if (!isUnknown(id)) this.declarations.set(key, { ...declared, olds: before ?? olds, rules });
        this.pending.push({ noun, inputs: withoutProvider(inputs) });
    }

    get(noun: string, projectId: unknown, id: string): Declaration | undefined {
        return this.declarations.get(objectKey(noun, projectId, id));
    }

    giveUp(noun: string, projectId: unknown, id: string): void {
        this.givenUp.add(objectKey(noun, projectId, id));
    }

    isGivenUp(noun: string, projectId: unknown, id: string): boolean {
        return this.givenUp.has(objectKey(noun, projectId, id));
    }

    /**
     * Whether the program has declared these inputs, once for each time that it has: a refresh asks for differences as
     * well, of what was declared in an earlier run, and plans nothing.
     */
    take(noun: string, news: Properties): boolean {
        const inputs = withoutProvider(news);
        const index = this.pending.findLastIndex((one) => one.noun === noun && isDeepStrictEqual(one.inputs, inputs));
        if (index >= 0) this.pending.splice(index, 1);
        return index >= 0;
    }
}
