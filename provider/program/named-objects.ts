import * as pulumi from "@pulumi/pulumi";
import { isPlainObject } from "./polaris-resource";
import { ProgramError } from "./program-error";
import { projectIdOf } from "./project";
import type { Project } from "./project";

interface NamedObject {
    /** Its class. */
    readonly noun: string;
    /** Its logical name. */
    readonly title: string;
    readonly project: Project | undefined;
}

/** The connections and tables of the program, by their `name` and `id` Outputs. */
const objects = new WeakMap<object, NamedObject>();

const objectOf = (value: unknown) => (pulumi.Output.isInstance(value) ? objects.get(value) : undefined);

/** Records a connection or table of the program, to which a job can refer. */
export function recordObject(
    { name, id }: pulumi.CustomResource & { readonly name: pulumi.Output<string> },
    object: NamedObject,
): void {
    objects.set(name, object).set(id, object);
}

/** The objects of the program whose `name` or `id` Outputs stand in a value, each with its path. */
function objectsIn(value: unknown, path: string): [path: string, object: NamedObject][] {
    const object = objectOf(value);
    if (object) return [[path, object]];
    if (!isPlainObject(value)) return [];
    return Object.entries(value).flatMap(([name, member]) => objectsIn(member, `${path}.${name}`));
}

/** The classes of the connections whose `name` or `id` Outputs stand in a value, by the path of each. */
export const connectionClasses = (value: unknown, path: string): Record<string, string> =>
    Object.fromEntries(objectsIn(value, path).map(([where, { noun }]) => [where, noun]));

/**
 * Refuses a job that takes a name from the `name` or `id` of a connection or table in another project. A name from
 * anywhere else is not checked: a text, a `source` or `target` that is an Output as a whole, an Output derived by
 * `apply`.
 */
export function assertSameProject(job: string, project: Project | undefined, source: unknown, target: unknown): void {
    for (const [path, object] of [...objectsIn(source, "source"), ...objectsIn(target, "target")]) {
        if (projectIdOf(object.project) === projectIdOf(project)) continue;
        const kind =
            path === "target.tableName" ? "table" : path === "source.connectionName" ? "connection" : "schema registry";
        throw new ProgramError(
            `StreamingJob "${job}": its ${kind} "${object.title}" is in another Imply Polaris project than the job; give both the same project.`,
            "PolarisProjectMismatch",
        );
    }
}
