import type { CommandResult } from "./command";
import type { Stack } from "./pulumi";

const OPERATIONS: Record<string, string> = {
    created: "create",
    updated: "update",
    replaced: "replace",
    deleted: "delete",
    imported: "import",
};

/**
 * The counts under "Resources:", in the words of a preview whether it was one or not: `{ update: 1, unchanged: 2 }`.
 * The stack itself counts as a resource. Empty when there is no such summary, as with `--json`.
 */
export function changes(result: Pick<CommandResult, "text">): Record<string, number> {
    const summary = /^Resources:\n((?:    .*\n?)+)/m.exec(result.text)?.[1] ?? "";
    // "2 changes. 1 unchanged" is one line.
    const counts = [...summary.matchAll(/(\d+) (?:to )?(?!changes\b)(\w+)/g)];
    return Object.fromEntries(counts.map(([, count, word = ""]) => [OPERATIONS[word] ?? word, Number(count)]));
}

/** One step of `preview --json`. */
export interface Step {
    /** `same`, `create`, `update`, `delete`, `replace`, `create-replacement`, `delete-replaced`, `read`, `refresh` … */
    op: string;
    /** The resource's logical name. */
    name: string;
    type: string;
    urn: string;
    oldState?: ResourceState;
    newState?: ResourceState;
    replaceReasons?: string[] | null;
    diffReasons?: string[] | null;
}

/** A resource in a stack's state. */
export interface ResourceState {
    urn: string;
    type: string;
    id?: string;
    inputs?: Record<string, unknown>;
    outputs?: Record<string, unknown>;
    parent?: string;
    dependencies?: string[];
    provider?: string;
    initErrors?: string[];
    protect?: boolean;
    delete?: boolean;
}

/** The logical name of a resource: the last part of its URN. */
export const nameOf = (urn: string): string => urn.slice(urn.lastIndexOf("::") + 2);

/** The steps in the output of `preview --json`. */
export function parseSteps(json: string): Step[] {
    const { steps = [] } = JSON.parse(json) as { steps?: Omit<Step, "name" | "type">[] };
    return steps.map((step) => ({
        ...step,
        name: nameOf(step.urn),
        type: step.newState?.type ?? step.oldState?.type ?? "",
    }));
}

/** Asserts that a preview of the stack plans nothing; `--refresh` among the flags asks the API first. */
export async function expectNoChanges(stack: Stack, flags: readonly string[] = []): Promise<void> {
    const result = await stack.preview(flags);
    const { unchanged = 0, ...others } = changes(result);
    if (unchanged === 0 || Object.keys(others).length > 0)
        throw new Error(`The preview plans changes:\n${result.text}`);
}
