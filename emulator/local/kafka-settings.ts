import path from "node:path";
import type { Properties } from "./druid-settings";
import { LOOPBACK } from "./ports";

export const KAFKA_PORTS = ["plaintext", "controller", "sasl", "saslSsl", "ssl"] as const;
export type KafkaPorts = Record<(typeof KAFKA_PORTS)[number], number>;

/** The user that may sign in with SASL; the broker is reachable from this machine only. */
export const KAFKA_USER = { username: "polaris", password: "local-password" };

/** As `Certificates.java` protects the broker's keys. */
const KEY_PASSWORD = "local-certificates";

const scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;";
const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required user_${KAFKA_USER.username}="${KAFKA_USER.password}";`;

function sasl(listener: string): Properties {
    return {
        [`listener.name.${listener}.scram-sha-256.sasl.jaas.config`]: scram,
        [`listener.name.${listener}.scram-sha-512.sasl.jaas.config`]: scram,
        [`listener.name.${listener}.plain.sasl.jaas.config`]: plain,
    };
}

/** Settings of the one node: a listener without and with SASL, without and with TLS, and one for client certificates. */
export function kafkaSettings(folder: string, ports: KafkaPorts): Record<string, Properties> {
    const store = path.join(folder, "certificates", "broker.p12");
    const clients = { PLAINTEXT: ports.plaintext, SASL: ports.sasl, SASLTLS: ports.saslSsl, TLS: ports.ssl };
    const listeners = Object.entries(clients).map(([name, port]) => `${name}://${LOOPBACK}:${port}`);
    return {
        server: {
            "local.username": KAFKA_USER.username,
            "local.password": KAFKA_USER.password,
            "process.roles": "broker,controller",
            "node.id": 1,
            "controller.quorum.voters": `1@${LOOPBACK}:${ports.controller}`,
            listeners: [...listeners, `CONTROLLER://${LOOPBACK}:${ports.controller}`].join(","),
            "advertised.listeners": listeners.join(","),
            "listener.security.protocol.map":
                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_PLAINTEXT,SASLTLS:SASL_SSL,TLS:SSL",
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "PLAINTEXT",
            "sasl.enabled.mechanisms": "SCRAM-SHA-256,SCRAM-SHA-512,PLAIN",
            ...sasl("sasl"),
            ...sasl("sasltls"),
            "ssl.keystore.location": store,
            "ssl.keystore.password": KEY_PASSWORD,
            "ssl.key.password": KEY_PASSWORD,
            "ssl.truststore.location": store,
            "ssl.truststore.password": KEY_PASSWORD,
            "listener.name.tls.ssl.client.auth": "required",
            "log.dirs": path.join(folder, "log"),
            "num.partitions": 2,
            "auto.create.topics.enable": true,
            "default.replication.factor": 1,
            "offsets.topic.replication.factor": 1,
            "offsets.topic.num.partitions": 1,
            "transaction.state.log.replication.factor": 1,
            "transaction.state.log.min.isr": 1,
            "transaction.state.log.num.partitions": 1,
            "group.initial.rebalance.delay.ms": 0,
            "share.coordinator.state.topic.replication.factor": 1,
            "share.coordinator.state.topic.min.isr": 1,
        },
    };
}
