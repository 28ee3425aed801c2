import * as pulumi from "@pulumi/pulumi";
import { hasMocks, perRun } from "./per-run";
import { ProgramError } from "./program-error";
import { projectIdOf } from "./project";
import type { Project } from "./project";

/** The resource that declares an object, by the object's kind, project and Pulumi id. */
const owners = perRun(() => new Map<string, string>());

interface Declaration {
    readonly noun: string;
    /** What shares its names with other nouns, as connections of all types do. Default: the noun. */
    readonly kind?: string;
    /** The resource's logical name. */
    readonly name: string;
    readonly project: Project | undefined;
}

/**
 * The argument that identifies an object. The Output fails where another resource of the program declares the same
 * object: the two would undo each other's changes, and removing one would delete the object of both.
 */
export function uniqueObject<T>(
    { noun, kind = noun, name, project }: Declaration,
    argument: pulumi.Input<T>,
    idIn: (value: pulumi.Unwrap<T>) => string | undefined,
    refusal: (id: string, owner: string) => string,
): pulumi.Output<pulumi.Unwrap<T>> {
    const known = owners();
    return pulumi.output(argument).apply((value) => {
        const id = idIn(value);
        // Unit tests declare one program several times under one `setMocks`.
        if (id === undefined || hasMocks()) return value;
        const object = JSON.stringify([kind, projectIdOf(project), id]);
        const owner = known.get(object);
        if (owner !== undefined) {
            throw new ProgramError(`${noun} "${name}": ${refusal(id, owner)}`, "PolarisDeclaredTwice");
        }
        known.set(object, `${noun} "${name}"`);
        return value;
    });
}
