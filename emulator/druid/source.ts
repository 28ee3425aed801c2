import { connect } from "node:tls";
import { isMembers } from "../credentials";
import type { Connection } from "../model/connection";
import type { Source } from "./consumer";
import { resolveBrokers, type Listeners } from "./listeners";

/** A connection with which Druid cannot sign in. */
export class UnusableConnection extends Error {}

const text = (value: unknown) => (typeof value === "string" ? value : "");

const textOrNone = (value: unknown) => (typeof value === "string" ? value : undefined);

/** A secret in plain text. */
function secretOf(vault: ReadonlyMap<string, string>, connection: Connection, path: string): string {
    const credential = connection.credentials[path];
    const value = credential === undefined ? undefined : vault.get(credential.fingerprint);
    if (value === undefined) {
        const { name } = connection;
        throw new UnusableConnection(
            `The emulator does not have ${path} of connection '${name}' any more; send it by PATCH.`,
        );
    }
    return value;
}

function saslOf(vault: ReadonlyMap<string, string>, connection: Connection, mayUseIam: boolean): Source["sasl"] {
    const { secrets } = connection.properties;
    if (!isMembers(secrets)) {
        return undefined;
    }
    switch (secrets.type) {
        case "sasl_plain":
            return {
                mechanism: "PLAIN",
                username: text(secrets.username),
                password: secretOf(vault, connection, "secrets.password"),
            };
        case "sasl_scram":
            return {
                mechanism: text(secrets.mechanism),
                username: text(secrets.username),
                password: secretOf(vault, connection, "secrets.password"),
            };
        case "confluent":
            return {
                mechanism: "PLAIN",
                username: text(secrets.key),
                password: secretOf(vault, connection, "secrets.secret"),
            };
        default:
            if (mayUseIam) {
                return undefined;
            }
            throw new UnusableConnection(
                "aws_iam is not possible here: a local Apache Druid has no AWS role. The rule awsIam=plaintext connects without signing in.",
            );
    }
}

function keystoreOf(vault: ReadonlyMap<string, string>, connection: Connection): Source["keystore"] {
    if (connection.credentials["ssl.keystore.key"] === undefined) {
        return undefined;
    }
    const hasPassword = connection.credentials["ssl.keystore.keyPassword"] !== undefined;
    return {
        certificates: secretOf(vault, connection, "ssl.keystore.certificates"),
        key: secretOf(vault, connection, "ssl.keystore.key"),
        keyPassword: hasPassword ? secretOf(vault, connection, "ssl.keystore.keyPassword") : undefined,
    };
}

function truststoreOf({ properties: { ssl } }: Connection): string | undefined {
    return isMembers(ssl) && isMembers(ssl.truststore) ? textOrNone(ssl.truststore.certificates) : undefined;
}

const PROBE_MS = 2000;

/** Whether the first broker that answers speaks TLS. The API does not say it; Imply Polaris finds it out too. */
export async function speaksTls(bootstrapServers: string): Promise<boolean> {
    for (const broker of bootstrapServers.split(",")) {
        const [, host = "", port = ""] = /^\s*\[?([^\]\s]+?)\]?:(\d+)\s*$/.exec(broker) ?? [];
        const answer = await probe(host, Number(port));
        if (answer !== undefined) {
            return answer;
        }
    }
    return false;
}

function probe(host: string, port: number): Promise<boolean | undefined> {
    return new Promise((resolve) => {
        let isConnected = false;
        const socket = connect({ host, port, rejectUnauthorized: false, servername: /[a-z]/i.test(host) ? host : "" });
        const end = (answer: boolean | undefined) => {
            socket.destroy();
            resolve(answer);
        };
        socket.setTimeout(PROBE_MS, () => end(isConnected ? false : undefined));
        socket.once("connect", () => (isConnected = true));
        socket.once("secureConnect", () => end(true));
        socket.once("error", () => end(isConnected ? false : undefined));
        socket.once("close", () => end(isConnected ? false : undefined));
    });
}

/** What a Kafka consumer needs of a connection, as it is now. */
export async function sourceOf(
    vault: ReadonlyMap<string, string>,
    connection: Connection,
    mayUseIam: boolean,
    listeners: Listeners | undefined,
): Promise<Source> {
    const { type, properties } = connection;
    if (type !== "kafka" && type !== "confluent") {
        throw new UnusableConnection(`Apache Druid cannot read a connection of type '${type}' here.`);
    }
    const truststore = truststoreOf(connection);
    const keystore = keystoreOf(vault, connection);
    const sasl = saslOf(vault, connection, mayUseIam);
    const security = { truststore, keystore, sasl };
    const bootstrapServers = resolveBrokers(listeners, text(properties.bootstrapServers), security);
    const isTls = truststore !== undefined || keystore !== undefined || (await speaksTls(bootstrapServers));
    return {
        bootstrapServers,
        topic: text(properties.topicName),
        isPattern: properties.topicNameIsPattern === true,
        clientRack: textOrNone(properties.clientRack),
        ...security,
        isTls,
    };
}
