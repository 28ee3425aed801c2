import type * as pulumi from "@pulumi/pulumi";
import { PolarisConnection } from "./polaris-connection";
import type { SecretVariable, TestedConnectionArgs } from "./polaris-connection";
import type { Definition } from "./polaris-resource";
import type { GetOptions } from "./project";
import { typeOf } from "./resource-options";

/** An API key of the registry and its secret (Connections v1, `basic`). */
export interface BasicSecrets {
    /** `basic`: user name and password of HTTP basic authentication. */
    type: "basic";
    /** The user name, or the API key of the registry. Not blank. Updated in place. */
    username: pulumi.Input<string>;
    /**
     * The password, or the API key's secret. Not blank; always a Pulumi secret. Exactly one of this and `passwordFrom`
     * is required. Updated in place. Imply Polaris never shows it again.
     */
    password?: pulumi.Input<string | undefined>;
    /**
     * The environment variable that holds the password. State holds a salted fingerprint of it, and nothing else. Another value of
     * the variable is a change, and updated in place.
     */
    passwordFrom?: pulumi.Input<SecretVariable | undefined>;
}

/**
 * The arguments of a {@link SchemaRegistryConnection} (Connections v1, type `confluent_schema_registry`). After a change
 * in place, running jobs continue with the settings that they were started with, until they are restarted
 * (`restartTrigger`).
 */
export interface SchemaRegistryConnectionArgs extends TestedConnectionArgs {
    /**
     * The addresses of the registry, at least one: `https://…` or `http://…`, without user name and password. The order
     * counts; a `/` at the end does not. Updated in place.
     */
    urls: pulumi.Input<pulumi.Input<string>[]>;
    /** How to authenticate. Updated in place. */
    secrets: pulumi.Input<BasicSecrets>;
}

const definition: Definition = {
    noun: "SchemaRegistryConnection",
    secrets: [["secrets", "password"]],
    outputs: ["urls", "secrets"],
};

/**
 * A connection of Imply Polaris to a Confluent Schema Registry. A streaming job takes the schemas of Avro or Protobuf
 * records from it, with `parseSchemaProvider: { type: "connection", connectionName: registry.name }`. Its Pulumi id is
 * its name: the argument `name`, or else the resource's logical name.
 *
 * Source: "Specify data schema by API"; Connections v1.
 */
export class SchemaRegistryConnection extends PolarisConnection {
    /** The type by which the state, policies and mocks call the resource. */
    public static readonly __pulumiType = "pulumi-nodejs:dynamic/polaris:SchemaRegistryConnection";

    /** The addresses of the registry. */
    declare public readonly urls: pulumi.Output<string[]>;
    /** How Imply Polaris authenticates, as in the arguments; `password` is a Pulumi secret. */
    declare public readonly secrets: pulumi.Output<pulumi.Unwrap<BasicSecrets>>;

    // Without a comment here, editors show the text of the class at `new`.
    constructor(name: string, args: SchemaRegistryConnectionArgs, options?: pulumi.CustomResourceOptions) {
        // A program in JavaScript can leave the arguments out; the check of the resource reports what is missing.
        super(definition, name, { ...args }, options);
    }

    /** Whether a value is a SchemaRegistryConnection, also one of another copy of this package. */
    public static override isInstance(value: unknown): value is SchemaRegistryConnection {
        return typeOf(value) === SchemaRegistryConnection.__pulumiType;
    }

    /**
     * Reads an existing connection without managing it. Fails if there is none. Its secrets cannot be read.
     *
     * @param name The resource's logical name.
     * @param id The connection's name in Imply Polaris.
     * @param options Pulumi's options, and the `project` if it is not the configured one.
     */
    public static get(name: string, id: pulumi.Input<pulumi.ID>, options: GetOptions = {}): SchemaRegistryConnection {
        const { project, ...rest } = options;
        return new SchemaRegistryConnection(name, { project } as SchemaRegistryConnectionArgs, { ...rest, id });
    }
}
