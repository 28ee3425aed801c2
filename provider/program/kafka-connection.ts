import * as pulumi from "@pulumi/pulumi";
import { hasMocks } from "./per-run";
import { PolarisConnection } from "./polaris-connection";
import type { SecretVariable, TestedConnectionArgs } from "./polaris-connection";
import type { Definition } from "./polaris-resource";
import type { GetOptions } from "./project";
import { typeOf } from "./resource-options";

/** User name and password of SASL/PLAIN, or a Confluent Cloud API key and its secret (Connections v1, `sasl_plain`). */
export interface SaslPlainSecrets {
    /** `sasl_plain`: user name and password. */
    type: "sasl_plain";
    /** The user name, or the API key. Not blank. Updated in place. */
    username: pulumi.Input<string>;
    /**
     * The password, or the API key's secret. Not blank; always a Pulumi secret. Exactly one of this and `passwordFrom`
     * is required. Updated in place. Imply Polaris never shows it again.
     */
    password?: pulumi.Input<string | undefined>;
    /**
     * The environment variable that holds the password. State holds a salted fingerprint of the password, and nothing
     * else of it. Another value of the variable is a change, and updated in place.
     */
    passwordFrom?: pulumi.Input<SecretVariable | undefined>;
}

/** User name and password of SASL/SCRAM (Connections v1, `sasl_scram`). */
export interface SaslScramSecrets {
    /** `sasl_scram`: user name and password, by a challenge. */
    type: "sasl_scram";
    /** `SCRAM-SHA-256` or `SCRAM-SHA-512`; Amazon MSK has `SCRAM-SHA-512`. Updated in place. */
    mechanism: pulumi.Input<"SCRAM-SHA-256" | "SCRAM-SHA-512">;
    /** The user name. Not blank. Updated in place. */
    username: pulumi.Input<string>;
    /**
     * The password. Not blank; always a Pulumi secret. Exactly one of this and `passwordFrom` is required. Updated in
     * place. Imply Polaris never shows it again.
     */
    password?: pulumi.Input<string | undefined>;
    /**
     * The environment variable that holds the password. State holds a salted fingerprint of the password, and nothing
     * else of it. Another value of the variable is a change, and updated in place.
     */
    passwordFrom?: pulumi.Input<SecretVariable | undefined>;
}

/**
 * An IAM role that Imply Polaris assumes to reach Amazon MSK (Connections v1, `aws_iam`). Only for projects hosted on
 * AWS. `aws.assumeRolePolicy` and `aws.mskReadPolicy` give the role's policies.
 */
export interface AwsIamSecrets {
    /** `aws_iam`: an IAM role. */
    type: "aws_iam";
    /** The role's ARN, `arn:aws:iam::<account>:role/<name>`. Updated in place. */
    awsAssumedRoleArn: pulumi.Input<string>;
}

/** How Imply Polaris authenticates to the brokers ("Connection authentication reference"); `type` says which way. */
export type KafkaSecrets = SaslPlainSecrets | SaslScramSecrets | AwsIamSecrets;

/** The certificates by which Imply Polaris trusts the brokers (Connections v1, `ssl.truststore`). */
export interface KafkaTruststore {
    /** `pem`, which is the only value and the default. */
    type?: pulumi.Input<"pem" | undefined>;
    /**
     * One or more X.509 certificates in PEM, each BEGIN and END line on a line of its own. Line ends, line lengths and
     * text around the blocks mean nothing: each block is sent in its usual form. Updated in place.
     */
    certificates: pulumi.Input<string>;
}

/** The certificate and private key of the client, for mutual TLS (Connections v1, `ssl.keystore`). */
export interface KafkaKeystore {
    /** `pem`, which is the only value and the default. */
    type?: pulumi.Input<"pem" | undefined>;
    /**
     * The client's certificate, then the issuer of each (the root can be left out), in PEM as in the truststore.
     * Updated in place.
     */
    certificates: pulumi.Input<string>;
    /**
     * The private key of the first of `certificates`, in PEM; always a Pulumi secret. PKCS#8 of RSA, DSA or EC, as
     * Kafka's client loads no other: `openssl pkcs8 -topk8 -nocrypt -in key.pem` converts "RSA PRIVATE KEY" and "EC
     * PRIVATE KEY". Exactly one of this and `keyFrom` is required. Updated in place. Imply Polaris never shows it
     * again.
     */
    key?: pulumi.Input<string | undefined>;
    /**
     * The environment variable that holds the private key, of which state holds a salted fingerprint. Another value of
     * the variable is a change, and updated in place.
     */
    keyFrom?: pulumi.Input<SecretVariable | undefined>;
    /**
     * The password of an encrypted private key, in printable ASCII; always a Pulumi secret. Exactly one of this and
     * `keyPasswordFrom` is required for an encrypted key, and none for another key. Updated in place.
     */
    keyPassword?: pulumi.Input<string | undefined>;
    /**
     * The environment variable that holds the private key's password, of which state holds a salted fingerprint.
     * Another value of the variable is a change, and updated in place.
     */
    keyPasswordFrom?: pulumi.Input<SecretVariable | undefined>;
}

/** TLS to the brokers beyond publicly trusted certificates (Connections v1, `ssl`). */
export interface KafkaSsl {
    /** The certificates by which the brokers are trusted. Default: publicly trusted certificates. Updated in place. */
    truststore?: pulumi.Input<KafkaTruststore | undefined>;
    /** The client's certificate and private key, for mutual TLS. Default none. Updated in place. */
    keystore?: pulumi.Input<KafkaKeystore | undefined>;
}

/**
 * The arguments of a {@link KafkaConnection} (Connections v1, type `kafka`). After a change in place, running jobs
 * continue with the settings that they were started with, until they are restarted (`restartOnConnectionChange` or
 * `restartTrigger` of the job).
 */
export interface KafkaConnectionArgs extends TestedConnectionArgs {
    /** The brokers, `host:port,host:port` or a list. Order and spacing mean nothing. Updated in place. */
    bootstrapServers: pulumi.Input<string | pulumi.Input<string>[]>;
    /** The topic, or with `topicNameIsPattern` a regular expression of Java for whole names. Updated in place. */
    topicName: pulumi.Input<string>;
    /** Whether `topicName` is a regular expression. Default `false`. Updated in place. */
    topicNameIsPattern?: pulumi.Input<boolean | undefined>;
    /**
     * The rack to read from, not empty; on AWS the id of an availability zone, such as `use1-az4`. Default none.
     * Updated in place.
     */
    clientRack?: pulumi.Input<string | undefined>;
    /** How to authenticate. Required without an `ssl.keystore`. Updated in place. */
    secrets?: pulumi.Input<KafkaSecrets | undefined>;
    /** Truststore and keystore for TLS. Default none. Updated in place. */
    ssl?: pulumi.Input<KafkaSsl | undefined>;
}

const definition: Definition = {
    noun: "KafkaConnection",
    secrets: [
        ["secrets", "password"],
        ["ssl", "keystore", "key"],
        ["ssl", "keystore", "keyPassword"],
    ],
    outputs: ["bootstrapServers", "topicName", "topicNameIsPattern", "clientRack", "secrets", "ssl"],
};

/** Brokers as the check of the resource answers them, which a unit test with mocks does not run. */
export const oneText = (servers: KafkaConnectionArgs["bootstrapServers"]) =>
    pulumi.output(servers).apply((known) => (Array.isArray(known) ? known.join(",") : known));

/**
 * A connection of Imply Polaris to topics of an Apache Kafka cluster, such as Amazon MSK, Confluent Cloud or Azure
 * Event Hubs. Any number of jobs can read it. Its Pulumi id is its name: the argument `name`, or else the resource's
 * logical name.
 *
 * Source: "Ingest data from Apache Kafka by API"; Connections v1.
 */
export class KafkaConnection extends PolarisConnection {
    /** The type by which the state, policies and mocks call the resource. */
    public static readonly __pulumiType = "pulumi-nodejs:dynamic/polaris:KafkaConnection";

    /** The brokers as one text, `host:port,host:port`, also where the argument is a list. */
    declare public readonly bootstrapServers: pulumi.Output<string>;
    /** The topic, or the regular expression for topics. */
    declare public readonly topicName: pulumi.Output<string>;
    /** Whether `topicName` is a regular expression; undefined means `false`. */
    declare public readonly topicNameIsPattern: pulumi.Output<boolean | undefined>;
    /** The rack to read from; undefined where none is set. */
    declare public readonly clientRack: pulumi.Output<string | undefined>;
    /** How Imply Polaris authenticates, as in the arguments; `password` is a Pulumi secret. */
    declare public readonly secrets: pulumi.Output<pulumi.Unwrap<KafkaSecrets> | undefined>;
    /** Truststore and keystore, as in the arguments; `key` and `keyPassword` of the keystore are Pulumi secrets. */
    declare public readonly ssl: pulumi.Output<pulumi.Unwrap<KafkaSsl> | undefined>;
    // Without a comment here, editors show the text of the class at `new`.
    constructor(name: string, args: KafkaConnectionArgs, options?: pulumi.CustomResourceOptions) {
        // A program in JavaScript can leave the arguments out; the check of the resource reports what is missing.
        const given = { ...args };
        const { bootstrapServers } = given;
        const isMocked = hasMocks() && options?.id === undefined;
        super(definition, name, isMocked ? { ...given, bootstrapServers: oneText(bootstrapServers) } : given, options);
    }

    /** Whether a value is a KafkaConnection, also one of another copy of this package. */
    public static override isInstance(value: unknown): value is KafkaConnection {
        return typeOf(value) === KafkaConnection.__pulumiType;
    }

    /**
     * Reads an existing connection without managing it. Fails if there is none. Its secrets cannot be read.
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
