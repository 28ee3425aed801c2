import type * as pulumi from "@pulumi/pulumi";
import { PolarisConnection } from "./polaris-connection";
import type { TestedConnectionArgs } from "./polaris-connection";
import type { Definition } from "./polaris-resource";
import type { GetOptions } from "./project";
import { typeOf } from "./resource-options";

/**
 * The arguments of a {@link KinesisConnection} (Connections v1, type `kinesis`). After a change in place, running jobs
 * continue with the settings that they were started with, until they are restarted (`restartTrigger`).
 */
export interface KinesisConnectionArgs extends TestedConnectionArgs {
    /** The name of the stream: 1 to 128 of ASCII letters, digits, `_`, `.`, `-`. Updated in place. */
    stream: pulumi.Input<string>;
    /** The host name of Kinesis in the stream's region, such as `kinesis.us-east-1.amazonaws.com`. Updated in place. */
    awsEndpoint: pulumi.Input<string>;
    /**
     * The ARN of the IAM role that Imply Polaris assumes to read the stream, `arn:aws:iam::<account>:role/<name>`.
     * `aws.assumeRolePolicy` and `aws.kinesisReadPolicy` give its policies. Updated in place.
     */
    awsAssumedRoleArn: pulumi.Input<string>;
}

const definition: Definition = {
    noun: "KinesisConnection",
    secrets: [],
    outputs: ["stream", "awsEndpoint", "awsAssumedRoleArn"],
};

/**
 * A connection of Imply Polaris to a stream of Amazon Kinesis. Only for projects hosted on AWS. Any number of jobs can
 * read it. Its Pulumi id is its name: the argument `name`, or else the resource's logical name.
 *
 * Source: "Ingest data from Amazon Kinesis by API"; Connections v1.
 */
export class KinesisConnection extends PolarisConnection {
    /** The type by which the state, policies and mocks call the resource. */
    public static readonly __pulumiType = "pulumi-nodejs:dynamic/polaris:KinesisConnection";

    /** The name of the stream. */
    declare public readonly stream: pulumi.Output<string>;
    /** The host name of Kinesis. */
    declare public readonly awsEndpoint: pulumi.Output<string>;
    /** The ARN of the role that Imply Polaris assumes. */
    declare public readonly awsAssumedRoleArn: pulumi.Output<string>;

    // Without a comment here, editors show the text of the class at `new`.
    constructor(name: string, args: KinesisConnectionArgs, options?: pulumi.CustomResourceOptions) {
        // A program in JavaScript can leave the arguments out; the check of the resource reports what is missing.
        super(definition, name, { ...args }, options);
    }

    /** Whether a value is a KinesisConnection, also one of another copy of this package. */
    public static override isInstance(value: unknown): value is KinesisConnection {
        return typeOf(value) === KinesisConnection.__pulumiType;
    }

    /**
     * Reads an existing connection without managing it. Fails if there is none.
     *
     * @param name The resource's logical name.
     * @param id The connection's name in Imply Polaris.
     * @param options Pulumi's options, and the `project` if it is not the configured one.
     */
    public static get(name: string, id: pulumi.Input<pulumi.ID>, options: GetOptions = {}): KinesisConnection {
        const { project, ...rest } = options;
        return new KinesisConnection(name, { project } as KinesisConnectionArgs, { ...rest, id });
    }
}
