import * as pulumi from "@pulumi/pulumi";
import { ProgramError } from "./program-error";
import { projectIdOf } from "./project";
import type { Project } from "./project";
import { perRun } from "./per-run";

/** Which resource of the program has which object of which project. */
const owners = perRun(() => new Map<string, { name: string }>());

interface Claim {
    readonly noun: string;
    /** The resource's logical name. */
    readonly name: string;
    readonly project: Project | undefined;
}

/**
 * The value by which an object is known, once it is sure that no other resource of the program is about that object:
 * they would undo each other's changes, and the end of one would be the end of both.
 */
export function owned<T>(
    { noun, name, project }: Claim,
    value: pulumi.Input<T>,
    identityOf: (resolved: pulumi.Unwrap<T> | undefined) => string | undefined,
    refusal: (identity: string, owner: string) => string,
): pulumi.Output<pulumi.Unwrap<T>> {
    const known = owners();
    const self = { name };
    return pulumi.output(value).apply((resolved) => {
        const identity = identityOf(resolved);
        if (identity === undefined) return resolved;
        const key = JSON.stringify([noun, projectIdOf(project), identity]);
        const owner = known.get(key);
        if (owner !== undefined && owner !== self) {
            throw new ProgramError(`${noun} "${name}": ${refusal(identity, owner.name)}`);
        }
        known.set(key, self);
        return resolved;
    });
}
