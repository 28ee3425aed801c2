import { eventHubsPasswordFault } from "./event-hubs-password";
import { mskDomain, multiVpc } from "./msk-hosts";

/** How a connection presents itself to its brokers. `none` is a client certificate alone (`ssl.keystore`). */
export type BrokerAuthentication = "sasl_plain" | "sasl_scram" | "aws_iam" | "none";

interface Ports {
    readonly served: RegExp;
    /** As messages advise it. */
    readonly advice: string;
}

/** What is known of a service's brokers with one form of host name. */
export interface HostForm {
    readonly name: string;
    readonly host: RegExp;
    /** The ports for each way to authenticate; a way that is not here is not taken. */
    readonly ports: Partial<Record<BrokerAuthentication, Ports>>;
    /** Ports known to serve something else; others are left alone. Where it is left out, there are no others. */
    readonly otherPorts?: RegExp;
    /** What to use instead of a way to authenticate that is not taken. */
    readonly instead: string;
    /** A member of the secrets that can have one value alone. */
    readonly only?: { readonly member: "mechanism" | "username"; readonly value: string; readonly message: string };
    readonly passwordFault?: (password: string, host: string, topicName?: string) => string | undefined;
}

const ports = (served: RegExp, advice: string): Ports => ({ served, advice });

/** The brokers' own ports, public ones, those for IPv6, and ZooKeeper's. */
const mskPorts = /^(9[01]9\d|2009\d|218[12])$/;
const mskInstead =
    "aws_iam with port 9098 (9198 for public access), or sasl_scram with port 9096 (9196 for public access)";
const scram512 = {
    member: "mechanism",
    value: "SCRAM-SHA-512",
    message: "an MSK broker has no SCRAM-SHA-256: use SCRAM-SHA-512",
} as const;

const multiVpcForm = (label: string, type: BrokerAuthentication, instead: string): HostForm => ({
    name: `a multi-VPC broker of MSK for ${label.toUpperCase()}`,
    host: new RegExp(`^b-\\d+${multiVpc(label)}`),
    ports: { [type]: ports(/^14(0\d\d|100)$/, "the broker's own port from 14001 to 14100") },
    otherPorts: mskPorts,
    instead: `${instead}, or the cluster's brokers for the other way to authenticate`,
    only: scram512,
});

const eventHubsPort = ports(/^9093$/, "port 9093");
const confluentPort = ports(/^9092$/, "port 9092");

/**
 * The first form that fits a host counts.
 *
 * Sources: "Port information", "Multi-VPC private connectivity", "Limitations when using SCRAM secrets" and "What is MSK
 * Serverless?" (Amazon MSK); "Apache Kafka developer guide for Azure Event Hubs" (Microsoft); "Connection authentication
 * reference" (Imply Polaris).
 */
export const hostForms: readonly HostForm[] = [
    {
        name: "an MSK Serverless broker",
        host: /\.kafka-serverless\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/,
        ports: { aws_iam: ports(/^(9098|20098)$/, "port 9098") },
        otherPorts: mskPorts,
        instead: "aws_iam with port 9098",
    },
    multiVpcForm("iam", "aws_iam", "aws_iam"),
    multiVpcForm("scram", "sasl_scram", "sasl_scram"),
    multiVpcForm("tls", "none", "a client certificate alone"),
    {
        name: "an MSK broker",
        host: new RegExp(`^b-\\d+-public\\..+${mskDomain}`),
        ports: {
            aws_iam: ports(/^(9198|20098)$/, "port 9198 with its public host name"),
            sasl_scram: ports(/^(9196|20096)$/, "port 9196 with its public host name"),
            none: ports(/^(9194|20094)$/, "port 9194 with its public host name"),
        },
        otherPorts: mskPorts,
        instead: mskInstead,
        only: scram512,
    },
    {
        name: "an MSK broker",
        host: new RegExp(mskDomain),
        ports: {
            aws_iam: ports(/^(9[01]98|20098)$/, "port 9098 (9198 for public access)"),
            sasl_scram: ports(/^(9[01]96|20096)$/, "port 9096 (9196 for public access)"),
            none: ports(/^(9[01]94|20094)$/, "port 9094 (9194 for public access)"),
        },
        otherPorts: mskPorts,
        instead: mskInstead,
        only: scram512,
    },
    {
        name: "Event Hubs",
        host: /\.servicebus\.(windows\.net|chinacloudapi\.cn|usgovcloudapi\.net)$/,
        ports: { sasl_plain: eventHubsPort },
        instead: "sasl_plain with the username $ConnectionString and the connection string as password",
        only: {
            member: "username",
            value: "$ConnectionString",
            message:
                "Event Hubs takes one username: use $ConnectionString, literally, with the connection string as password",
        },
        passwordFault: eventHubsPasswordFault,
    },
    {
        name: "Confluent Cloud",
        host: /\.confluent\.cloud$/,
        ports: { sasl_plain: confluentPort, none: confluentPort },
        instead: "sasl_plain with an API key as username and its secret as password",
    },
];
