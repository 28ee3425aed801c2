/** A connection as properties of a Kafka consumer. */
type Members = Record<string, unknown>;

/** What the consumer needs of a connection, with its secrets in plain text. */
export interface Source {
    bootstrapServers: string;
    topic: string;
    isPattern: boolean;
    isTls: boolean;
    clientRack?: string | undefined;
    truststore?: string | undefined;
    keystore?: { certificates: string; key: string; keyPassword?: string | undefined } | undefined;
    sasl?: { mechanism: string; username: string; password: string } | undefined;
}

/** Without these, Kafka's client reports brokers that do not answer only after a minute, and creates missing topics. */
const LIMITS = {
    "allow.auto.create.topics": "false",
    "default.api.timeout.ms": "5000",
    "request.timeout.ms": "3000",
    "socket.connection.setup.timeout.ms": "2000",
    "socket.connection.setup.timeout.max.ms": "3000",
};

const quoted = (text: string) => `"${text.replace(/[\\"]/g, "\\$&")}"`;

function jaas({ mechanism, username, password }: NonNullable<Source["sasl"]>): string {
    const login = mechanism === "PLAIN" ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
    const options = `username=${quoted(username)} password=${quoted(password)}`;
    return `org.apache.kafka.common.security.${login} required ${options};`;
}

function securityOf({ truststore, keystore, sasl, isTls }: Source): Members {
    const protocol = `${sasl === undefined ? "" : "SASL_"}${isTls ? "SSL" : "PLAINTEXT"}`;
    return {
        "security.protocol": protocol,
        ...(sasl === undefined ? {} : { "sasl.mechanism": sasl.mechanism, "sasl.jaas.config": jaas(sasl) }),
        ...(truststore === undefined
            ? {}
            : { "ssl.truststore.type": "PEM", "ssl.truststore.certificates": truststore }),
        ...(keystore === undefined
            ? {}
            : {
                  "ssl.keystore.type": "PEM",
                  "ssl.keystore.certificate.chain": keystore.certificates,
                  "ssl.keystore.key": keystore.key,
                  ...(keystore.keyPassword === undefined ? {} : { "ssl.key.password": keystore.keyPassword }),
              }),
    };
}

export const consumerProperties = (source: Source): Members => ({
    "bootstrap.servers": source.bootstrapServers,
    ...LIMITS,
    ...(source.clientRack === undefined ? {} : { "client.rack": source.clientRack }),
    ...securityOf(source),
});

/** The stream of a supervisor's ioConfig. */
export const streamOf = ({ topic, isPattern }: Source): Members => (isPattern ? { topicPattern: topic } : { topic });
