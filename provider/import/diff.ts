import path from "node:path";
import type { Options } from "./command-line";
import { findObjects } from "./connect";
import { allStacks } from "./other-stacks";
import { ProjectFolder } from "./project-folder";
import { count, leftOutText } from "./report";
import { titleOf } from "./select";
import { Stack, objectKey, typePrefix } from "./stack";
import type { Terminal } from "./terminal";

/** The configuration of the stack of this folder, if there is one. */
async function settingsOf(options: Options, cwd: string): Promise<ReadonlyMap<string, string>> {
    if (new ProjectFolder(cwd).isNew) return new Map();
    const stack = await Stack.find(options.stacks[0], cwd).catch(() => undefined);
    return (await stack?.config().catch(() => undefined)) ?? new Map<string, string>();
}

/** Lists the objects of the project that are in no stack, and returns how many there are. */
export async function runDiff(options: Options, terminal: Terminal): Promise<number> {
    const cwd = path.resolve(options.out);
    terminal.progress("reads the stacks");
    const names = options.stacks.length > 0 ? options.stacks : await allStacks(cwd);
    const managed = new Set<string>();
    for (const name of names) {
        const state = await new Stack(name, cwd).state();
        for (const object of state.objects.keys()) managed.add(object);
    }
    const { items, leftOut, configuration } = await findObjects(
        await settingsOf(options, cwd),
        options,
        terminal.progress,
    );
    const { projectId } = configuration;
    const keyOf = (noun: string, id: string) => objectKey(`${typePrefix}${noun}`, projectId, id);
    const isManaged = ({ noun, id }: (typeof items)[number]) => managed.has(keyOf(noun.noun, id));
    const unmanaged = items.filter((item) => !isManaged(item));
    const others = leftOut.filter(({ object }) => object === undefined || !managed.has(keyOf(...object)));
    if (others.length > 0) terminal.print(leftOutText(others));
    if (unmanaged.length === 0) {
        terminal.print(
            `Everything of project ${projectId} for which there is a resource is in a stack: ${count(items.length, "resource")}`,
        );
        return 0;
    }
    terminal.print(`In no stack: ${count(unmanaged.length, "object")} of project ${projectId}`);
    for (const item of unmanaged) terminal.print(`  ${titleOf(item)}`);
    return unmanaged.length;
}
