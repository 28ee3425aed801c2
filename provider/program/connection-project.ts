import * as pulumi from "@pulumi/pulumi";
import { isPlainObject } from "./polaris-resource";
import { ProgramError } from "./program-error";
import { projectIdOf } from "./project";
import type { Project } from "./project";

interface NamedObject {
    /** What a sentence calls it. */
    readonly noun: "connection" | "table";
    /** Its logical name. */
    readonly title: string;
    readonly project: Project | undefined;
}

/** The connections and tables of the program, by their `name` and `id` Outputs. */
const objects = new WeakMap<object, NamedObject>();

type Named = pulumi.CustomResource & { readonly name: pulumi.Output<string> };

const recorder =
    (noun: NamedObject["noun"]) =>
    ({ name, id }: Named, object: Omit<NamedObject, "noun">): void => {
        objects.set(name, { noun, ...object }).set(id, { noun, ...object });
    };

/** Records a connection of the program for {@link assertSameProject}. */
export const recordConnection = recorder("connection");

/** Records a table of the program for {@link assertSameProject}. */
export const recordTable = recorder("table");

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
    for (const name of names) {
        const object = pulumi.Output.isInstance(name) ? objects.get(name) : undefined;
        if (object && projectIdOf(object.project) !== projectIdOf(project)) {
            throw new ProgramError(
                `StreamingJob "${job}": its ${object.noun} "${object.title}" is in another Imply Polaris project than the job; give both the same project.`,
                "PolarisProjectMismatch",
            );
        }
    }
}
