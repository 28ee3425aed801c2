import type * as pulumi from "@pulumi/pulumi";
import { PolarisConnection } from "./polaris-connection";
import type { ConnectionArgs } from "./polaris-connection";
import type { Definition } from "./polaris-resource";
import type { GetOptions } from "./project";
import { typeOf } from "./resource-options";

/** The arguments of a {@link PushStreamingConnection} (Connections v1, type `push_streaming`). All can be left out. */
export type PushStreamingConnectionArgs = ConnectionArgs;

const definition: Definition = {
    noun: "PushStreamingConnection",
    secrets: [],
    outputs: ["endpointUrl"],
};

/**
 * A connection of Imply Polaris to which producers send events over HTTPS, at `endpointUrl`. Any number of jobs can read
 * it. Its Pulumi id is its name: the argument `name`, or else the resource's logical name.
 *
 * Source: "Push event data by API"; Connections v1.
 */
export class PushStreamingConnection extends PolarisConnection {
    /** The type by which the state, policies and mocks call the resource. */
    public static readonly __pulumiType = "pulumi-nodejs:dynamic/polaris:PushStreamingConnection";

    /** The address (URL) to which producers POST events: JSON objects, one a line. Needs an API key. */
    declare public readonly endpointUrl: pulumi.Output<string>;

    // Without a comment here, editors show the text of the class at `new`.
    constructor(name: string, args: PushStreamingConnectionArgs = {}, options?: pulumi.CustomResourceOptions) {
        // A program in JavaScript can leave the arguments out; the check of the resource reports what is missing.
        super(definition, name, { ...args }, options);
    }

    /** Whether a value is a PushStreamingConnection, also one of another copy of this package. */
    public static override isInstance(value: unknown): value is PushStreamingConnection {
        return typeOf(value) === PushStreamingConnection.__pulumiType;
    }

    /**
     * Reads an existing connection without managing it. Fails if there is none.
     *
     * @param name The resource's logical name.
     * @param id The connection's name in Imply Polaris.
     * @param options Pulumi's options, and the `project` if it is not the configured one.
     */
    public static get(name: string, id: pulumi.Input<pulumi.ID>, options: GetOptions = {}): PushStreamingConnection {
        const { project, ...rest } = options;
        return new PushStreamingConnection(name, { project }, { ...rest, id });
    }
}
