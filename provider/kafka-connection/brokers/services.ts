import type { secretsTypes } from "../partial-arguments";
import { eventHubsPasswordFault } from "./event-hubs-password";
import { mskDomain, multiVpc } from "./msk-hosts";

/** How a connection authenticates to its brokers. `none` is a client certificate alone (`ssl.keystore`). */
export type Authentication = (typeof secretsTypes)[number] | "none";

/** An authentication in the words of an error message. */
export const wordsFor = (authentication: Authentication) =>
    authentication === "none" ? "a client certificate alone" : authentication;

interface Port {
    readonly pattern: RegExp;
    /** The port in the words of an error message. */
    readonly advice: string;
}

/** A managed Kafka service, as far as its brokers have one form of host name. */
export interface Service {
    readonly name: string;
    /** The host names, in lower case. Those of Amazon MSK have the group `region`. */
    readonly host: RegExp;
    /** The port for each authentication that the service supports. */
    readonly ports: Partial<Record<Authentication, Port>>;
    /** Ports that serve something else; no other port is refused. Without it, every other port is refused. */
    readonly otherPorts?: RegExp;
    /** What to use in place of an authentication that the service does not support. */
    readonly alternative: string;
    /** A member of the secrets that can have only one value. */
    readonly fixed?: { readonly member: "mechanism" | "username"; readonly value: string; readonly message: string };
    readonly passwordFault?: typeof eventHubsPasswordFault;
}

const port = (pattern: RegExp, advice: string): Port => ({ pattern, advice });

const msk = {
    name: "an MSK broker",
    /** The brokers' own ports, public ones, those for IPv6, and ZooKeeper's. */
    otherPorts: /^(9[01]9\d|2009\d|218[12])$/,
    alternative:
        "aws_iam with port 9098 (9198 for public access), or sasl_scram with port 9096 (9196 for public access)",
    fixed: {
        member: "mechanism",
        value: "SCRAM-SHA-512",
        message: "an MSK broker does not support SCRAM-SHA-256: use SCRAM-SHA-512",
    },
} as const;

const mskMultiVpc = (label: string, authentication: Authentication): Service => ({
    ...msk,
    name: `a multi-VPC broker of MSK for ${label.toUpperCase()}`,
    host: new RegExp(`^b-\\d+${multiVpc(label)}`),
    ports: { [authentication]: port(/^14(0\d\d|100)$/, "the broker's own port from 14001 to 14100") },
    alternative: `${wordsFor(authentication)}, or the cluster's brokers for another authentication`,
});

const eventHubsPort = port(/^9093$/, "port 9093");
const confluentPort = port(/^9092$/, "port 9092");

/**
 * Sources: "Port information", "Multi-VPC private connectivity", "Limitations when using SCRAM secrets" and "What is MSK
 * Serverless?" (Amazon MSK); "Apache Kafka developer guide for Azure Event Hubs" (Microsoft); "Connection authentication
 * reference" (Imply Polaris).
 */
const services: readonly Service[] = [
    {
        name: "an MSK Serverless broker",
        host: /\.kafka-serverless\.(?<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?$/,
        ports: { aws_iam: port(/^(9098|20098)$/, "port 9098") },
        otherPorts: msk.otherPorts,
        alternative: "aws_iam with port 9098",
    },
    mskMultiVpc("iam", "aws_iam"),
    mskMultiVpc("scram", "sasl_scram"),
    mskMultiVpc("tls", "none"),
    {
        ...msk,
        host: new RegExp(`^b-\\d+-public\\..+${mskDomain}`),
        ports: {
            aws_iam: port(/^(9198|20098)$/, "port 9198 with its public host name"),
            sasl_scram: port(/^(9196|20096)$/, "port 9196 with its public host name"),
            none: port(/^(9194|20094)$/, "port 9194 with its public host name"),
        },
    },
    {
        ...msk,
        host: new RegExp(mskDomain),
        ports: {
            aws_iam: port(/^(9[01]98|20098)$/, "port 9098 (9198 for public access)"),
            sasl_scram: port(/^(9[01]96|20096)$/, "port 9096 (9196 for public access)"),
            none: port(/^(9[01]94|20094)$/, "port 9094 (9194 for public access)"),
        },
    },
    {
        name: "Event Hubs",
        host: /\.servicebus\.(windows\.net|chinacloudapi\.cn|usgovcloudapi\.net)$/,
        ports: { sasl_plain: eventHubsPort },
        alternative: "sasl_plain with the username $ConnectionString and the connection string as password",
        fixed: {
            member: "username",
            value: "$ConnectionString",
            message:
                "Event Hubs accepts only one username: use $ConnectionString, literally, with the connection string as password",
        },
        passwordFault: eventHubsPasswordFault,
    },
    {
        name: "Confluent Cloud",
        host: /\.confluent\.cloud$/,
        ports: { sasl_plain: confluentPort, none: confluentPort },
        alternative: "sasl_plain with an API key as username and its secret as password",
    },
];

/** The service of a host name in lower case: the first one with this form. */
export const serviceOf = (host: string): Service | undefined => services.find((service) => service.host.test(host));
