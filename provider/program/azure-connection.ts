import type * as pulumi from "@pulumi/pulumi";
import { PolarisConnection } from "./polaris-connection";
import type { SecretVariable, TestedConnectionArgs } from "./polaris-connection";
import type { Definition } from "./polaris-resource";
import type { GetOptions } from "./project";
import { typeOf } from "./resource-options";

/** A key of the storage account (Connections v1, `access_key`). */
export interface AzureAccessKeySecrets {
    /** `access_key`: a key of the storage account. */
    type: "access_key";
    /**
     * The key. Not blank; always a Pulumi secret. Exactly one of this and `accessKeySecretFrom` is required. Updated in
     * place. Imply Polaris never shows it again.
     */
    accessKeySecret?: pulumi.Input<string | undefined>;
    /**
     * The environment variable that holds the key. State holds a salted fingerprint of it, and nothing else. Another value of
     * the variable is a change, and updated in place.
     */
    accessKeySecretFrom?: pulumi.Input<SecretVariable | undefined>;
}

/** A shared access signature of the storage account (Connections v1, `sas_token`). */
export interface AzureSasTokenSecrets {
    /** `sas_token`: a shared access signature. */
    type: "sas_token";
    /**
     * The signature, created at the level of the storage account. Not blank; always a Pulumi secret. Exactly one of this
     * and `sasTokenFrom` is required. Updated in place.
     */
    sasToken?: pulumi.Input<string | undefined>;
    /**
     * The environment variable that holds the signature. State holds a salted fingerprint of it, and nothing else. Another value of
     * the variable is a change, and updated in place.
     */
    sasTokenFrom?: pulumi.Input<SecretVariable | undefined>;
}

/** How Imply Polaris authenticates to Azure Blob Storage; `type` says which way. */
export type AzureSecrets = AzureAccessKeySecrets | AzureSasTokenSecrets;

/** The arguments of an {@link AzureConnection} (Connections v1, type `azure`). */
export interface AzureConnectionArgs extends TestedConnectionArgs {
    /** The name of the storage account. Updated in place. */
    storageAccount: pulumi.Input<string>;
    /** The name of the container. Updated in place. */
    container: pulumi.Input<string>;
    /** Only blobs whose names begin with it can be read. Not empty. Default: all. Updated in place. */
    prefix?: pulumi.Input<string | undefined>;
    /** How to authenticate. Updated in place. */
    secrets: pulumi.Input<AzureSecrets>;
}

const definition: Definition = {
    noun: "AzureConnection",
    secrets: [
        ["secrets", "accessKeySecret"],
        ["secrets", "sasToken"],
    ],
    outputs: ["storageAccount", "container", "prefix", "secrets"],
};

/**
 * A connection of Imply Polaris to a container of Azure Blob Storage, from which batch jobs and SQL read, such as a
 * backfill beside a stream. A StreamingJob cannot read it. Its Pulumi id is its name: the argument `name`, or else the
 * resource's logical name.
 *
 * Source: "Connect to Azure Blob Storage"; Connections v1.
 */
export class AzureConnection extends PolarisConnection {
    /** The type by which the state, policies and mocks call the resource. */
    public static readonly __pulumiType = "pulumi-nodejs:dynamic/polaris:AzureConnection";

    /** The name of the storage account. */
    declare public readonly storageAccount: pulumi.Output<string>;
    /** The name of the container. */
    declare public readonly container: pulumi.Output<string>;
    /** What the names of all blobs begin with that can be read; undefined where none is set. */
    declare public readonly prefix: pulumi.Output<string | undefined>;
    /** How Imply Polaris authenticates, as in the arguments; `accessKeySecret` and `sasToken` are Pulumi secrets. */
    declare public readonly secrets: pulumi.Output<pulumi.Unwrap<AzureSecrets>>;

    // Without a comment here, editors show the text of the class at `new`.
    constructor(name: string, args: AzureConnectionArgs, options?: pulumi.CustomResourceOptions) {
        // A program in JavaScript can leave the arguments out; the check of the resource reports what is missing.
        super(definition, name, { ...args }, options);
    }

    /** Whether a value is an AzureConnection, also one of another copy of this package. */
    public static override isInstance(value: unknown): value is AzureConnection {
        return typeOf(value) === AzureConnection.__pulumiType;
    }

    /**
     * Reads an existing connection without managing it. Fails if there is none. Its secrets cannot be read.
     *
     * @param name The resource's logical name.
     * @param id The connection's name in Imply Polaris.
     * @param options Pulumi's options, and the `project` if it is not the configured one.
     */
    public static get(name: string, id: pulumi.Input<pulumi.ID>, options: GetOptions = {}): AzureConnection {
        const { project, ...rest } = options;
        return new AzureConnection(name, { project } as AzureConnectionArgs, { ...rest, id });
    }
}
