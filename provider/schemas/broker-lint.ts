import type { Problem } from "./shape";

/** How a connection presents itself to its brokers. `none` is a client certificate alone (`ssl.keystore`). */
export type BrokerAuthentication = "sasl_plain" | "sasl_scram" | "aws_iam" | "none";

/** What is known of a connection. What is left out is not known (yet), and nothing is refused on its account. */
export interface BrokerLintArgs {
    /** The brokers, as host:port or several with commas; an entry that is not known is undefined, so that the others keep their places. */
    readonly bootstrapServers: readonly (string | undefined)[];
    /** The kind of the connection's secrets. */
    readonly secretsType?: BrokerAuthentication;
    /** The mechanism of `sasl_scram` secrets. */
    readonly mechanism?: string;
    /** The user of `sasl_plain` secrets. */
    readonly username?: string;
}

interface Broker extends Omit<BrokerLintArgs, "bootstrapServers"> {
    readonly host: string;
    readonly port: number;
    /** The place of this broker in the connection's arguments. */
    readonly path: readonly (string | number)[];
}

const msk = /\.kafka(-[a-z0-9]+)?\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/;
const mskServerless = /\.kafka-serverless\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/;
const eventHubs = /\.servicebus\.(windows\.net|chinacloudapi\.cn|usgovcloudapi\.net)$/;
const confluentCloud = /\.confluent\.cloud$/;

/** The listeners of MSK by the last digit of their ports: inside AWS 909x, public 919x, for IPv6 2009x. */
const mskListeners = { "2": "plaintext", "4": "TLS", "6": "SASL/SCRAM", "8": "SASL/IAM" } as const;
const mskNeeds = {
    aws_iam: { listener: "SASL/IAM", digit: "8" },
    sasl_scram: { listener: "SASL/SCRAM", digit: "6" },
    none: { listener: "TLS", digit: "4" },
} as const;

/**
 * Finds what can never work between a connection and brokers whose service is known by their host names: Amazon MSK
 * (provisioned and serverless), Azure Event Hubs, Confluent Cloud. Messages name the service and the port, and how to
 * put it right, never a host or a user. Ports at which these services may be reached by other ways (multi-VPC
 * connectivity, load balancers) and all other hosts are left alone.
 *
 * Sources: "Port information", "Limitations when using SCRAM secrets" and "What is MSK Serverless?" (Amazon MSK);
 * "Apache Kafka developer guide for Azure Event Hubs" (Microsoft); "Connection authentication reference" (Imply
 * Polaris).
 */
export function lintBrokers(args: BrokerLintArgs): Problem[] {
    const found = args.bootstrapServers.flatMap((entry, index) => {
        const path = ["bootstrapServers", ...(args.bootstrapServers.length > 1 ? [index] : [])];
        return (entry ?? "").split(",").flatMap((broker) => {
            const [, host, port] = /^\s*([^:\s]+):(\d{1,5})\s*$/.exec(broker) ?? [];
            if (host === undefined || port === undefined) return [];
            return problemsOf({ ...args, host: host.toLowerCase().replace(/\.$/, ""), port: Number(port), path });
        });
    });
    const texts = found.map(({ path, message }) => JSON.stringify([path, message]));
    return found.filter((_, index) => texts.indexOf(texts[index] ?? "") === index);
}

function problemsOf(broker: Broker): Problem[] {
    if (mskServerless.test(broker.host)) return mskServerlessProblems(broker);
    if (msk.test(broker.host)) return mskProblems(broker);
    if (eventHubs.test(broker.host)) return eventHubsProblems(broker);
    if (confluentCloud.test(broker.host)) return confluentCloudProblems(broker);
    return [];
}

const at = (path: readonly (string | number)[], message: string): Problem => ({ path: [...path], message });

/** The listener of MSK at a port; `internal` for those among its ports that are the brokers' own. */
function mskListener(port: number) {
    const digit = /^(?:909|919|2009)(\d)$/.exec(String(port))?.[1];
    if (digit === undefined) return undefined;
    return digit in mskListeners ? mskListeners[digit as keyof typeof mskListeners] : "internal";
}

function mskProblems({ secretsType, mechanism, host, port, path }: Broker): Problem[] {
    if (secretsType === undefined) return [];
    if (secretsType === "sasl_plain") {
        return [
            at(
                ["secrets", "type"],
                "an MSK broker has no SASL/PLAIN: use aws_iam with port 9098 (9198 for public access), or sasl_scram with port 9096 (9196 for public access)",
            ),
        ];
    }
    const problems: Problem[] = [];
    if (secretsType === "sasl_scram" && mechanism === "SCRAM-SHA-256") {
        problems.push(at(["secrets", "mechanism"], "an MSK broker has no SCRAM-SHA-256: use SCRAM-SHA-512"));
    }
    const needed = mskNeeds[secretsType];
    const listener = mskListener(port);
    const isPublic = /^b-\d+-public\./.test(host);
    const forWhat = secretsType === "none" ? "a client certificate" : secretsType;
    if (isPublic && port === Number(`909${needed.digit}`)) {
        problems.push(
            at(path, `port ${port} of an MSK broker is not public: ${forWhat} needs port 919${needed.digit}`),
        );
    }
    if (listener !== undefined && listener !== needed.listener) {
        const use = isPublic
            ? `port 919${needed.digit}`
            : `port 909${needed.digit} (919${needed.digit} for public access)`;
        const serves = listener === "internal" ? "serves no clients" : `serves ${listener}`;
        problems.push(at(path, `port ${port} of an MSK broker ${serves}: ${forWhat} needs ${use}`));
    }
    return problems;
}

function mskServerlessProblems({ secretsType, port, path }: Broker): Problem[] {
    if (secretsType !== undefined && secretsType !== "aws_iam") {
        return [
            at(
                secretsType === "none" ? ["secrets"] : ["secrets", "type"],
                "an MSK Serverless broker authenticates with IAM alone: use aws_iam with port 9098",
            ),
        ];
    }
    const listener = mskListener(port);
    if (listener === undefined || port === 9098 || port === 20098) return [];
    return [at(path, `port ${port} is none of an MSK Serverless broker: use port 9098`)];
}

function eventHubsProblems({ secretsType, username, port, path }: Broker): Problem[] {
    const problems: Problem[] = [];
    if (port !== 9093) problems.push(at(path, `port ${port} of Event Hubs does not serve Kafka: use port 9093`));
    if (secretsType !== undefined && secretsType !== "sasl_plain") {
        const what = secretsType === "none" ? "a client certificate alone" : secretsType;
        problems.push(
            at(
                secretsType === "none" ? ["secrets"] : ["secrets", "type"],
                `Event Hubs does not take ${what}: use sasl_plain with the username $ConnectionString and the connection string as password`,
            ),
        );
    }
    if (secretsType === "sasl_plain" && username !== undefined && username !== "$ConnectionString") {
        problems.push(
            at(
                ["secrets", "username"],
                "Event Hubs takes one username: use $ConnectionString, literally, with the connection string as password",
            ),
        );
    }
    return problems;
}

function confluentCloudProblems({ secretsType, port, path }: Broker): Problem[] {
    const problems: Problem[] = [];
    if (port !== 9092) problems.push(at(path, `port ${port} of Confluent Cloud does not serve Kafka: use port 9092`));
    if (secretsType === "sasl_scram" || secretsType === "aws_iam") {
        problems.push(
            at(
                ["secrets", "type"],
                `Confluent Cloud does not take ${secretsType}: use sasl_plain with an API key as username and its secret as password`,
            ),
        );
    }
    return problems;
}
