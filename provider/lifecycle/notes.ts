import { isDeepStrictEqual } from "node:util";
import type { Properties } from "./json";

const declarations: { noun: string; inputs: Properties }[] = [];
const told = new Set<string>();

/** The engine's Node runtime adds the handler's text to what a check has answered. */
const withoutProvider = (inputs: Properties): Properties =>
    Object.fromEntries(Object.entries(inputs).filter(([name]) => name !== "__provider"));

/** Remembers what a program declares in this run. */
export function declare(noun: string, inputs: Properties): void {
    declarations.push({ noun, inputs: withoutProvider(inputs) });
}

/**
 * Says, once a run, what a planned change does to running ingestion. A refresh asks for differences as well, but plans
 * nothing: there, nothing was declared.
 */
export function tell(noun: string, title: string, news: Properties, notes: readonly string[]): void {
    if (notes.length === 0) return;
    const inputs = withoutProvider(news);
    const isDeclared = declarations.some((one) => one.noun === noun && isDeepStrictEqual(one.inputs, inputs));
    if (!isDeclared) return;
    const line = `${title}: ${notes.join("; ")}`;
    if (!told.has(line)) console.log(line);
    told.add(line);
}
