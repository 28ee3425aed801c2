import * as pulumi from "@pulumi/pulumi";
import { ProgramError } from "./program-error";
import { projectIdOf } from "./project";
import type { Project } from "./project";
import type { StreamingJobSource } from "./streaming-job";

interface Connection {
    /** Its logical name. */
    readonly title: string;
    /** Its name in Imply Polaris. */
    readonly name: pulumi.Output<string>;
    readonly project: Project | undefined;
}

const byOutput = new WeakMap<object, Connection>();
const byResource = new WeakMap<pulumi.Resource, Connection>();

/** Remembers a connection of the program, so that a job can be told that it is in another project. */
export function rememberConnection(
    resource: pulumi.CustomResource & Pick<Connection, "name">,
    title: string,
    project: Project | undefined,
): void {
    const connection = { title, name: resource.name, project };
    byOutput.set(resource.name, connection).set(resource.id, connection);
    byResource.set(resource, connection);
}

const refusal = (job: string, { title }: Pick<Connection, "title">) =>
    new ProgramError(
        `StreamingJob "${job}": its connection "${title}" is in another Imply Polaris project than the job; give both the same project.`,
    );

/** A value once it is sure that the name in it is not of a connection of another project, however it came from there. */
function checked<T>(
    job: string,
    project: Project | undefined,
    value: pulumi.OutputInstance<T>,
    nameIn: (resolved: pulumi.Unwrap<T>) => unknown,
) {
    const foreign = async () => {
        const behind = [...(await pulumi.getAllResources(value))].flatMap((resource) => byResource.get(resource) ?? []);
        const others = behind.filter((connection) => projectIdOf(connection.project) !== projectIdOf(project));
        return others.map(({ title, name }) => ({ title, name }));
    };
    return pulumi.output(value).apply((resolved) =>
        pulumi.output(foreign()).apply((others) => {
            const other = others.find(({ name }) => name === nameIn(resolved));
            if (other) throw refusal(job, other);
            return resolved;
        }),
    );
}

/**
 * What a job reads: connections of its own project alone. A connection that is not the program's own, named by a text,
 * is nobody's business here.
 */
export function inOneProject(
    job: string,
    project: Project | undefined,
    source: pulumi.Input<StreamingJobSource>,
): pulumi.Input<StreamingJobSource> {
    // A program in JavaScript may leave the source or its parts out: the check of the resource says so.
    const nameIn = (value: unknown) => (value as { connectionName?: unknown } | null | undefined)?.connectionName;
    if (pulumi.Output.isInstance(source)) return checked(job, project, source, nameIn);
    const name = nameIn(source);
    if (!pulumi.Output.isInstance<string>(name)) return source;
    const connection = byOutput.get(name);
    if (!connection) {
        const connectionName = checked(job, project, name, (known) => known);
        return { ...(source as StreamingJobSource), connectionName };
    }
    if (projectIdOf(connection.project) !== projectIdOf(project)) throw refusal(job, connection);
    return source;
}
