import type * as pulumi from "@pulumi/pulumi";
import { oneText } from "./kafka-connection";
import type { SaslPlainSecrets } from "./kafka-connection";
import { hasMocks } from "./per-run";
import { PolarisConnection } from "./polaris-connection";
import type { TestedConnectionArgs } from "./polaris-connection";
import type { Definition } from "./polaris-resource";
import type { GetOptions } from "./project";
import { typeOf } from "./resource-options";

/**
 * The arguments of a {@link ConfluentConnection} (Connections v1, type `confluent`). After a change in place, running
 * jobs continue with the settings that they were started with, until they are restarted (`restartTrigger`).
 */
export interface ConfluentConnectionArgs extends TestedConnectionArgs {
    /**
     * The brokers of the cluster (Confluent Cloud's "Bootstrap server"), `host:port,host:port` or a list. Order, spacing
     * and `SASL_SSL://` mean nothing. Updated in place.
     */
    bootstrapServers: pulumi.Input<string | pulumi.Input<string>[]>;
    /** The topic, or with `topicNameIsPattern` a regular expression of Java for whole names. Updated in place. */
    topicName: pulumi.Input<string>;
    /** Whether `topicName` is a regular expression. Default `false`. Updated in place. */
    topicNameIsPattern?: pulumi.Input<boolean | undefined>;
    /** An API key of the cluster as user name, and its secret as password. Updated in place. */
    secrets: pulumi.Input<SaslPlainSecrets>;
}

const definition: Definition = {
    noun: "ConfluentConnection",
    secrets: [["secrets", "password"]],
    outputs: ["bootstrapServers", "topicName", "topicNameIsPattern", "secrets"],
};

/**
 * A connection of Imply Polaris to topics of Confluent Cloud. Any number of jobs can read it. Its Pulumi id is its name:
 * the argument `name`, or else the resource's logical name.
 *
 * Source: "Ingest data from Confluent Cloud by API"; Connections v1.
 */
export class ConfluentConnection extends PolarisConnection {
    /** The type by which the state, policies and mocks call the resource. */
    public static readonly __pulumiType = "pulumi-nodejs:dynamic/polaris:ConfluentConnection";

    /** The brokers as one text, `host:port,host:port`, also where the argument is a list. */
    declare public readonly bootstrapServers: pulumi.Output<string>;
    /** The topic, or the regular expression for topics. */
    declare public readonly topicName: pulumi.Output<string>;
    /** Whether `topicName` is a regular expression; undefined means `false`. */
    declare public readonly topicNameIsPattern: pulumi.Output<boolean | undefined>;
    /** The API key, as in the arguments; `password` is a Pulumi secret. */
    declare public readonly secrets: pulumi.Output<pulumi.Unwrap<SaslPlainSecrets>>;

    // Without a comment here, editors show the text of the class at `new`.
    constructor(name: string, args: ConfluentConnectionArgs, options?: pulumi.CustomResourceOptions) {
        const given = { ...args };
        const { bootstrapServers } = given;
        const isMocked = hasMocks() && options?.id === undefined;
        super(definition, name, isMocked ? { ...given, bootstrapServers: oneText(bootstrapServers) } : given, options);
    }

    /** Whether a value is a ConfluentConnection, also one of another copy of this package. */
    public static override isInstance(value: unknown): value is ConfluentConnection {
        return typeOf(value) === ConfluentConnection.__pulumiType;
    }

    /**
     * Reads an existing connection without managing it. Fails if there is none. Its secrets cannot be read.
     *
     * @param name The resource's logical name.
     * @param id The connection's name in Imply Polaris.
     * @param options Pulumi's options, and the `project` if it is not the configured one.
     */
    public static get(name: string, id: pulumi.Input<pulumi.ID>, options: GetOptions = {}): ConfluentConnection {
        const { project, ...rest } = options;
        return new ConfluentConnection(name, { project } as ConfluentConnectionArgs, { ...rest, id });
    }
}
