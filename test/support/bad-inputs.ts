import { nowhere, ProviderProcess, type Noun } from "./handler";
import type { Arguments } from "./handler-arguments";
import { withoutArgumentCode } from "./seen";

/**
 * What is changed of valid arguments, by path (undefined takes it away), and all that is said against it; its code is
 * PolarisArgumentInvalid unless it ends with another one.
 */
export type BadInput = readonly [changes: Record<string, unknown>, ...problems: string[]];

/** No message may hold it. */
export const hidden = "hidden-word";

function changed(valid: object, changes: Record<string, unknown>): Arguments {
    const args = structuredClone(valid) as Record<string, unknown>;
    for (const [path, value] of Object.entries(changes)) {
        const names = path.split(".");
        const last = names.pop() ?? "";
        const holder = names.reduce<Record<string, unknown>>(
            (inside, name) => inside[name] as Record<string, unknown>,
            args,
        );
        if (value === undefined) Reflect.deleteProperty(holder, last);
        else holder[last] = value;
    }
    return args;
}

/** All that a preview says against valid arguments with these changes. */
export async function problemsWith(noun: Noun, valid: object, changes: Record<string, unknown>): Promise<string[]> {
    const provider = await ProviderProcess.start(nowhere);
    const plan = await provider.resource(noun).preview(changed(valid, changes));
    return plan.problems.map(withoutArgumentCode);
}
