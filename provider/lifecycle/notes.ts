import { isDeepStrictEqual } from "node:util";
import type { Properties } from "./json";

const declarations: { noun: string; inputs: Properties }[] = [];
const told = new Set<string>();

/** The engine's Node runtime adds the handler's text to what a check has answered. */
const withoutProvider = (inputs: Properties): Properties =>
    Object.fromEntries(Object.entries(inputs).filter(([name]) => name !== "__provider"));

/** Remembers what a program declares, until the engine comes back with it. */
export function declare(noun: string, inputs: Properties): void {
    declarations.push({ noun, inputs: withoutProvider(inputs) });
}

/**
 * Whether the program has declared these inputs, once for each time that it has: a refresh asks for differences as
 * well, of what was declared in an earlier run, and plans nothing.
 */
export function takeDeclared(noun: string, news: Properties): boolean {
    const inputs = withoutProvider(news);
    const at = declarations.findLastIndex((one) => one.noun === noun && isDeepStrictEqual(one.inputs, inputs));
    if (at >= 0) declarations.splice(at, 1);
    return at >= 0;
}

/** Says, once a run for each resource, what a planned change does to running ingestion. */
export function tell(title: string, { projectId }: Properties, notes: readonly string[]): void {
    const line = `${title}: ${notes.join("; ")}`;
    const once = JSON.stringify([projectId, line]);
    if (notes.length === 0 || told.has(once)) return;
    told.add(once);
    console.log(line);
}
