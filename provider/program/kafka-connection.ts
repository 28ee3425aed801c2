import * as pulumi from "@pulumi/pulumi";
import { rememberConnection } from "./connection-project";
import { owned } from "./unique-object";
import { PolarisResource } from "./polaris-resource";
import type { Definition } from "./polaris-resource";
import type { GetOptions, Project } from "./project";

/** Names an environment variable that holds a secret. */
export interface SecretVariable {
    /** The variable's name. Previews and `up` need it to be set; `refresh` and `destroy` do not. */
    env: pulumi.Input<string>;
}

/** User name and password of SASL/PLAIN, or a Confluent Cloud API key and its secret. */
export interface SaslPlainSecrets {
    type: pulumi.Input<"sasl_plain">;
    /** Not empty. Updated in place. */
    username: pulumi.Input<string>;
    /**
     * Not empty; always a Pulumi secret. Updated in place. Imply Polaris never shows it again. Exactly one of this and
     * `passwordFrom`.
     */
    password?: pulumi.Input<string | undefined>;
    /** The password by an environment variable: state holds a salted fingerprint of it, and nothing else. */
    passwordFrom?: pulumi.Input<SecretVariable | undefined>;
}

/** User name and password of SASL/SCRAM. */
export interface SaslScramSecrets {
    type: pulumi.Input<"sasl_scram">;
    /** `SCRAM-SHA-256` or `SCRAM-SHA-512` (the one that Amazon MSK has). Updated in place. */
    mechanism: pulumi.Input<"SCRAM-SHA-256" | "SCRAM-SHA-512">;
    /** Not empty. Updated in place. */
    username: pulumi.Input<string>;
    /**
     * Not empty; always a Pulumi secret. Updated in place. Imply Polaris never shows it again. Exactly one of this and
     * `passwordFrom`.
     */
    password?: pulumi.Input<string | undefined>;
    /** The password by an environment variable: state holds a salted fingerprint of it, and nothing else. */
    passwordFrom?: pulumi.Input<SecretVariable | undefined>;
}

/** An IAM role that Imply Polaris assumes to reach Amazon MSK. Works for projects hosted on AWS. */
export interface AwsIamSecrets {
    type: pulumi.Input<"aws_iam">;
    /** `arn:aws:iam::<account>:role/<name>`. Updated in place. */
    awsAssumedRoleArn: pulumi.Input<string>;
}

/** How Imply Polaris authenticates to the brokers (page "Connection authentication reference"). */
export type KafkaSecrets = SaslPlainSecrets | SaslScramSecrets | AwsIamSecrets;

/** Certificates by which the brokers are trusted. */
export interface KafkaTruststore {
    /** `pem`, which is also the default. */
    type?: pulumi.Input<"pem" | undefined>;
    /**
     * One or more X.509 certificates, PEM, each BEGIN and END line on a line of its own. Line ends, line lengths and
     * text around the blocks mean nothing; what is sent is each block in the usual form.
     */
    certificates: pulumi.Input<string>;
}

/** A client certificate, for mutual TLS. */
export interface KafkaKeystore {
    /** `pem`, which is also the default. */
    type?: pulumi.Input<"pem" | undefined>;
    /** The client's certificate, then the issuer of each (the root may be left out), PEM as in the truststore. */
    certificates: pulumi.Input<string>;
    /**
     * The private key of the first of `certificates`, PEM; always a Pulumi secret. PKCS#8 of RSA, DSA or EC, as Kafka's
     * client loads no other: `openssl pkcs8 -topk8 -nocrypt -in key.pem` converts "RSA PRIVATE KEY" and "EC PRIVATE
     * KEY". Imply Polaris never shows it again. Exactly one of this and `keyFrom`.
     */
    key?: pulumi.Input<string | undefined>;
    /** The private key by an environment variable, of which state holds a salted fingerprint. */
    keyFrom?: pulumi.Input<SecretVariable | undefined>;
    /** The password of an encrypted private key, printable ASCII; always a Pulumi secret. None for any other key. */
    keyPassword?: pulumi.Input<string | undefined>;
    /** The private key's password by an environment variable, of which state holds a salted fingerprint. */
    keyPasswordFrom?: pulumi.Input<SecretVariable | undefined>;
}

/** TLS to the brokers beyond publicly trusted certificates. */
export interface KafkaSsl {
    /** Which brokers are trusted. Default: those with a publicly trusted certificate. */
    truststore?: pulumi.Input<KafkaTruststore | undefined>;
    /** The client's certificate and key, for mutual TLS. */
    keystore?: pulumi.Input<KafkaKeystore | undefined>;
}

/** The arguments of a {@link KafkaConnection} (Connections v1, type `kafka`). */
export interface KafkaConnectionArgs {
    /**
     * The connection's name in Imply Polaris: 1 to 64 of ASCII letters, digits, `.`, `_`, `-`; unique in the project.
     * Default: the resource's logical name. A change replaces: the new connection is made before the old one is
     * deleted, and jobs that take `connection.name` move over in between.
     */
    name?: pulumi.Input<string | undefined>;
    /** A text for people. Updated in place, without effect on running jobs. */
    description?: pulumi.Input<string | undefined>;
    /**
     * The brokers, `host:port,host:port` or a list of `host:port`. Order and spacing mean nothing. Updated in place;
     * jobs that run already go on with what they have.
     */
    bootstrapServers: pulumi.Input<string | pulumi.Input<string>[]>;
    /**
     * The topic, or with `topicNameIsPattern` a regular expression over topics. Updated in place; jobs that run already
     * go on with what they have.
     */
    topicName: pulumi.Input<string>;
    /** Whether `topicName` is a regular expression. Default `false`. Updated in place. */
    topicNameIsPattern?: pulumi.Input<boolean | undefined>;
    /** The rack (on AWS the availability zone's id, such as `use1-az4`) to read from. Updated in place. */
    clientRack?: pulumi.Input<string | undefined>;
    /**
     * How to authenticate. Required, unless there is an `ssl.keystore`. Updated in place; jobs that run already go on
     * with what they have, until their `restartTrigger` changes.
     */
    secrets?: pulumi.Input<KafkaSecrets | undefined>;
    /** Truststore and keystore for TLS. Updated in place. */
    ssl?: pulumi.Input<KafkaSsl | undefined>;
    /**
     * What to do when Imply Polaris cannot reach the topic, tried after a create and after a change of brokers, topic,
     * secrets or ssl: `"warn"` (default), `"error"` (the resource stays in state and the next `up` tries again), or
     * `"off"`. A change of this alone does nothing.
     */
    testConnection?: pulumi.Input<"warn" | "error" | "off" | undefined>;
    /**
     * Takes over a connection of this name that exists already, instead of refusing to. `true`: updated where it differs,
     * its secrets in any case. `"unchanged"`: only if it is as declared, and nothing is written (secrets cannot be
     * compared, and stay as they are); else refuses with what differs. Default `false`. Has a meaning for the create
     * only; a change of this alone does nothing. For a resource that was renamed or moved in the program, use Pulumi's
     * `aliases` instead.
     */
    adopt?: pulumi.Input<boolean | "unchanged" | undefined>;
    /** The Imply Polaris project to live in. Default: the configured one. A change of the project replaces. */
    project?: Project;
}

/** Who did something: for an API key, `api-key-…` and the key's id. */
export interface PolarisUser {
    username: string;
    userId: string;
}

const definition: Definition = {
    noun: "KafkaConnection",
    secrets: [
        ["secrets", "password"],
        ["ssl", "keystore", "key"],
        ["ssl", "keystore", "keyPassword"],
    ],
    outputs: [
        "name",
        "description",
        "bootstrapServers",
        "topicName",
        "topicNameIsPattern",
        "clientRack",
        "secrets",
        "ssl",
        "submittedByUser",
        "submittedOnTimestamp",
        "modifiedOnTimestamp",
    ],
};

/**
 * A connection of Imply Polaris to topics of an Apache Kafka cluster, such as Amazon MSK, Confluent Cloud or Azure
 * Event Hubs. Any number of jobs may read it. Its Pulumi id is its name.
 *
 * Source: "Ingest data from Apache Kafka by API"; Connections v1.
 */
export class KafkaConnection extends PolarisResource {
    /** The connection's name; known in previews, so jobs should take it from here. */
    declare public readonly name: pulumi.Output<string>;
    declare public readonly description: pulumi.Output<string | undefined>;
    /** `host:port,host:port`, also where a list was given. */
    declare public readonly bootstrapServers: pulumi.Output<string>;
    declare public readonly topicName: pulumi.Output<string>;
    declare public readonly topicNameIsPattern: pulumi.Output<boolean | undefined>;
    declare public readonly clientRack: pulumi.Output<string | undefined>;
    declare public readonly secrets: pulumi.Output<pulumi.Unwrap<KafkaSecrets> | undefined>;
    declare public readonly ssl: pulumi.Output<pulumi.Unwrap<KafkaSsl> | undefined>;
    /** Who made the connection. */
    declare public readonly submittedByUser: pulumi.Output<PolarisUser>;
    /** When the connection was made, RFC 3339. */
    declare public readonly submittedOnTimestamp: pulumi.Output<string>;
    /** When this resource last wrote the connection, RFC 3339. */
    declare public readonly modifiedOnTimestamp: pulumi.Output<string>;

    /**
     * @param name The resource's logical name, and the connection's name unless `args.name` gives another.
     */
    constructor(name: string, args: KafkaConnectionArgs, options?: pulumi.CustomResourceOptions) {
        // A copy, as a program in JavaScript may leave the arguments out: the check of the resource says what is missing.
        const given = { ...args };
        const named = {
            ...given,
            name: owned(
                { noun: "KafkaConnection", name, project: given.project },
                pulumi.output(given.name).apply((own) => own ?? name),
                (own) => own,
                (own, owner) =>
                    `the connection "${own}" belongs to KafkaConnection "${owner}" of this program already; give one of them another name.`,
            ),
        };
        super(definition, name, options?.id === undefined ? named : given, options);
        rememberConnection(this, name, given.project);
    }

    /**
     * Reads a connection that exists already, without managing it. Fails if there is none. Its secrets cannot be read.
     *
     * @param name The resource's logical name.
     * @param id The connection's name in Imply Polaris.
     * @param options Pulumi's options, and the `project` if it is not the configured one.
     */
    public static get(name: string, id: pulumi.Input<pulumi.ID>, options: GetOptions = {}): KafkaConnection {
        const { project, ...rest } = options;
        return new KafkaConnection(name, { project } as KafkaConnectionArgs, { ...rest, id });
    }
}
