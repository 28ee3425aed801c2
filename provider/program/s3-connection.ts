import type * as pulumi from "@pulumi/pulumi";
import { PolarisConnection } from "./polaris-connection";
import type { SecretVariable, TestedConnectionArgs } from "./polaris-connection";
import type { Definition } from "./polaris-resource";
import type { GetOptions } from "./project";
import { typeOf } from "./resource-options";

/** An access key of AWS (Connections v1, `access_key`). Imply advises a role instead. */
export interface S3AccessKeySecrets {
    /** `access_key`: the id of an access key and its secret. */
    type: "access_key";
    /** The id of the access key. Not blank. Updated in place. */
    accessKeyId: pulumi.Input<string>;
    /**
     * The secret of the access key. Not blank; always a Pulumi secret. Exactly one of this and `accessKeySecretFrom` is
     * required. Updated in place. Imply Polaris never shows it again.
     */
    accessKeySecret?: pulumi.Input<string | undefined>;
    /**
     * The environment variable that holds the secret of the key. State holds a salted fingerprint of it, and nothing else. Another value of
     * the variable is a change, and updated in place.
     */
    accessKeySecretFrom?: pulumi.Input<SecretVariable | undefined>;
}

/** The arguments of an {@link S3Connection} (Connections v1, type `s3`). */
export interface S3ConnectionArgs extends TestedConnectionArgs {
    /** The name of the bucket. Updated in place. */
    bucket: pulumi.Input<string>;
    /** The host name of S3 in the bucket's region, such as `s3.us-east-1.amazonaws.com`. Updated in place. */
    awsEndpoint: pulumi.Input<string>;
    /** Only objects whose names begin with it can be read. Not empty. Default: all. Updated in place. */
    prefix?: pulumi.Input<string | undefined>;
    /**
     * The ARN of the IAM role that Imply Polaris assumes, `arn:aws:iam::<account>:role/<name>`. Required without
     * `secrets`. Only for projects hosted on AWS. Updated in place.
     */
    awsAssumedRoleArn?: pulumi.Input<string | undefined>;
    /** An access key. Required without an `awsAssumedRoleArn`. Updated in place. */
    secrets?: pulumi.Input<S3AccessKeySecrets | undefined>;
}

const definition: Definition = {
    noun: "S3Connection",
    secrets: [["secrets", "accessKeySecret"]],
    outputs: ["bucket", "awsEndpoint", "prefix", "awsAssumedRoleArn", "secrets"],
};

/**
 * A connection of Imply Polaris to a bucket of Amazon S3, from which batch jobs and SQL read, such as a backfill beside
 * a stream. A StreamingJob cannot read it. Its Pulumi id is its name: the argument `name`, or else the resource's
 * logical name.
 *
 * Source: "Connect to Amazon S3"; Connections v1.
 */
export class S3Connection extends PolarisConnection {
    /** The type by which the state, policies and mocks call the resource. */
    public static readonly __pulumiType = "pulumi-nodejs:dynamic/polaris:S3Connection";

    /** The name of the bucket. */
    declare public readonly bucket: pulumi.Output<string>;
    /** The host name of S3. */
    declare public readonly awsEndpoint: pulumi.Output<string>;
    /** What the names of all objects begin with that can be read; undefined where none is set. */
    declare public readonly prefix: pulumi.Output<string | undefined>;
    /** The ARN of the role that Imply Polaris assumes; undefined where none is set. */
    declare public readonly awsAssumedRoleArn: pulumi.Output<string | undefined>;
    /** The access key, as in the arguments; `accessKeySecret` is a Pulumi secret. */
    declare public readonly secrets: pulumi.Output<pulumi.Unwrap<S3AccessKeySecrets> | undefined>;

    // Without a comment here, editors show the text of the class at `new`.
    constructor(name: string, args: S3ConnectionArgs, options?: pulumi.CustomResourceOptions) {
        // A program in JavaScript can leave the arguments out; the check of the resource reports what is missing.
        super(definition, name, { ...args }, options);
    }

    /** Whether a value is an S3Connection, also one of another copy of this package. */
    public static override isInstance(value: unknown): value is S3Connection {
        return typeOf(value) === S3Connection.__pulumiType;
    }

    /**
     * Reads an existing connection without managing it. Fails if there is none. Its secrets cannot be read.
     *
     * @param name The resource's logical name.
     * @param id The connection's name in Imply Polaris.
     * @param options Pulumi's options, and the `project` if it is not the configured one.
     */
    public static get(name: string, id: pulumi.Input<pulumi.ID>, options: GetOptions = {}): S3Connection {
        const { project, ...rest } = options;
        return new S3Connection(name, { project } as S3ConnectionArgs, { ...rest, id });
    }
}
