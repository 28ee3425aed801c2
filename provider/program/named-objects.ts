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

/** The connections of the program whose `name` or `id` Outputs stand in a value: the path and the class of each. */
export function connectionClasses(value: unknown, path: string): [path: string, noun: string][] {
    const object = objectOf(value);
    if (object) return [[path, object.noun]];
    if (!isPlainObject(value)) return [];
    return Object.entries(value).flatMap(([name, member]) => connectionClasses(member, `${path}.${name}`));
}

/**
 * Refuses a job that takes a name from the `name` or `id` of a connection or table in another project. A name from
 * anywhere else is not checked: a text, a `source` or `target` that is an Output as a whole, an Output derived by
 * `apply`.
 */
export function assertSameProject(job: string, project: Project | undefined, source: unknown, target: unknown): void {
    const names = [
        isPlainObject(source) ? source.connectionName : undefined,
        isPlainObject(target) ? target.tableName : undefined,
    ];
    for (const object of names.map(objectOf)) {
        if (object && projectIdOf(object.project) !== projectIdOf(project)) {
            const kind = object.noun === "Table" ? "table" : "connection";
            throw new ProgramError(
                `StreamingJob "${job}": its ${kind} "${object.title}" is in another Imply Polaris project than the job; give both the same project.`,
                "PolarisProjectMismatch",
            );
        }
    }
}
