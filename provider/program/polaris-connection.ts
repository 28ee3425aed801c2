import * as pulumi from "@pulumi/pulumi";
import { recordObject } from "./named-objects";
import { PolarisResource } from "./polaris-resource";
import type { Definition } from "./polaris-resource";
import type { Project } from "./project";
import type { PolarisUser } from "./types";
import { uniqueObject } from "./unique-object";

/** An environment variable that holds a secret. */
export interface SecretVariable {
    /** The variable's name. Previews and `up` need the variable to be set; `refresh` and `destroy` do not. */
    env: pulumi.Input<string>;
}

/** The arguments that connections of all types have (Connections v1). */
export interface ConnectionArgs {
    /**
     * The connection's name in Imply Polaris: 1 to 64 of ASCII letters, digits, `.`, `_`, `-`; unique in the project.
     * Default: the resource's logical name. A change replaces: the new connection is created before the old one is
     * deleted, and jobs that take `connection.name` change over in between.
     */
    name?: pulumi.Input<string | undefined>;
    /** A text for people. Default none. Updated in place, without effect on running jobs. */
    description?: pulumi.Input<string | undefined>;
    /**
     * Whether a create takes over an existing connection of this name instead of refusing to. `true`: it is updated
     * where it differs, its secrets in any case. `"unchanged"`: it is taken over only if it is as declared, and nothing
     * is written (secrets cannot be compared and stay as they are); otherwise the error says what differs. Default
     * `false`. A change of this alone does nothing. For a resource that was renamed or moved in the program, use
     * Pulumi's `aliases` instead.
     */
    adopt?: pulumi.Input<boolean | "unchanged" | undefined>;
    /** The Imply Polaris project of the connection. Default: the configured one. Another project replaces. */
    project?: Project;
}

/** The arguments of connections to something that Imply Polaris reaches over the network (Connections v1). */
export interface TestedConnectionArgs extends ConnectionArgs {
    /**
     * What to do when Imply Polaris cannot reach the source with the connection, which is tested after a create and
     * after a change of the arguments that say where it is and how to authenticate: `"warn"` (default), `"error"` (the
     * resource stays in state and the next `up` tests again), or `"off"`. A change of this alone does nothing.
     */
    testConnection?: pulumi.Input<"warn" | "error" | "off" | undefined>;
}

const outputs = ["name", "description", "submittedByUser", "submittedOnTimestamp", "modifiedOnTimestamp"];

/** What connections of all types share. Its Pulumi id is its name: the argument `name`, or else the logical name. */
export abstract class PolarisConnection extends PolarisResource {
    /** The connection's name. Known in previews, so jobs should take it from here. */
    declare public readonly name: pulumi.Output<string>;
    /** The text for people; undefined where none is set. */
    declare public readonly description: pulumi.Output<string | undefined>;
    /** The user who created the connection. */
    declare public readonly submittedByUser: pulumi.Output<PolarisUser>;
    /** When the connection was created, RFC 3339. */
    declare public readonly submittedOnTimestamp: pulumi.Output<string>;
    /** When this resource last wrote the connection, RFC 3339. */
    declare public readonly modifiedOnTimestamp: pulumi.Output<string>;

    protected constructor(
        definition: Definition,
        name: string,
        given: ConnectionArgs,
        options?: pulumi.CustomResourceOptions,
    ) {
        const { noun } = definition;
        const { project } = given;
        const declared = () => ({
            ...given,
            name: uniqueObject(
                { noun, kind: "connection", name, project },
                pulumi.output(given.name).apply((own) => own ?? name),
                (own) => own,
                (own, owner) =>
                    `the connection "${own}" belongs to ${owner} of this program already; give one of them another name.`,
            ),
        });
        const all = { ...definition, outputs: [...outputs, ...definition.outputs] };
        super(all, name, options?.id === undefined ? declared() : given, options);
        recordObject(this, { noun, title: name, project });
    }
}
