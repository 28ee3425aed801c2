import * as pulumi from "@pulumi/pulumi";
import { isPlainObject } from "./polaris-resource";
import { ProgramError } from "./program-error";
import { projectIdOf } from "./project";
import type { Project } from "./project";

interface Connection {
    /** Its class. */
    readonly noun: string;
    /** Its logical name. */
    readonly title: string;
    readonly project: Project | undefined;
}

/** The connections of the program, by their `name` and `id` Outputs. */
const connections = new WeakMap<object, Connection>();

/** Records a connection of the program for {@link assertSameProject}. */
export function recordConnection(
    { name, id }: pulumi.CustomResource & { readonly name: pulumi.Output<string> },
    connection: Connection,
): void {
    connections.set(name, connection).set(id, connection);
}

/** The connections of the program whose `name` or `id` Outputs stand in a value: the path and the class of each. */
export function connectionClasses(value: unknown, path: string): [path: string, noun: string][] {
    if (!isPlainObject(value)) {
        const connection = pulumi.Output.isInstance(value) ? connections.get(value) : undefined;
        return connection ? [[path, connection.noun]] : [];
    }
    return Object.entries(value).flatMap(([name, member]) => connectionClasses(member, `${path}.${name}`));
}

/**
 * Refuses a job whose `source.connectionName` is the `name` or `id` of a connection in another project. A name from
 * anywhere else is not checked: a text, a `source` that is an Output as a whole, an Output derived by `apply`.
 */
export function assertSameProject(job: string, project: Project | undefined, source: unknown): void {
    const connectionName = isPlainObject(source) ? source.connectionName : undefined;
    const connection = pulumi.Output.isInstance(connectionName) ? connections.get(connectionName) : undefined;
    if (connection && projectIdOf(connection.project) !== projectIdOf(project)) {
        throw new ProgramError(
            `StreamingJob "${job}": its connection "${connection.title}" is in another Imply Polaris project than the job; give both the same project.`,
            "PolarisProjectMismatch",
        );
    }
}
