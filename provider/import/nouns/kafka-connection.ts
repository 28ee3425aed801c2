import { defineResource } from "../../engine/define-resource";
import { brokersOf } from "../../kafka-connection/brokers/brokers";
import { kafkaConnection } from "../../kafka-connection/kafka-connection";
import { isRecord, valueAt } from "../../values/json";
import type { Properties } from "../../values/json";
import type { HiddenSecret, ImportNoun } from "../noun";
import { placeholderKeystore } from "../placeholder-keystore";

const certificates = ["ssl", "truststore", "certificates"] as const;

/** Without a login there is a keystore, of which no answer holds anything. */
const hasKeystore = ({ secrets }: Properties) => secrets === undefined;

/** Event Hubs takes connection strings of its namespace for passwords, and nothing else. */
function placeholderPassword(brokers: readonly string[]): string {
    const host = brokers[0]?.replace(/:\d+$/, "") ?? "";
    return /\.servicebus\./i.test(host)
        ? `Endpoint=sb://${host}/;SharedAccessKeyName=placeholder;SharedAccessKey=placeholder`
        : "placeholder";
}

function hiddenSecrets(args: Properties): HiddenSecret[] {
    if (hasKeystore(args)) {
        const { key } = placeholderKeystore();
        const path = ["ssl", "keystore", "key"] as const;
        return [{ path, word: "keystore key", placeholder: key, unknownPath: ["ssl", "keystore"], isNeverKnown: true }];
    }
    const type = isRecord(args.secrets) ? args.secrets.type : undefined;
    if (type !== "sasl_plain" && type !== "sasl_scram") return [];
    const placeholder = placeholderPassword([args.bootstrapServers].flat().map(String));
    return [{ path: ["secrets", "password"], word: "password", placeholder }];
}

const placeholderFor = (id: string) =>
    `Replace this placeholder with the client's certificate chain of the connection ${id}.\n${placeholderKeystore().certificate}`;

function spell(args: Properties, id: string, { connections }: Parameters<ImportNoun["candidates"]>[0]): Properties {
    const connection = connections.find(({ name }) => name === id);
    const servers = brokersOf(String(connection?.bootstrapServers));
    const text = valueAt(connection, certificates);
    const truststore = typeof text === "string" && { truststore: { certificates: text } };
    const keystore = hasKeystore(args) && { keystore: { certificates: placeholderFor(id) } };
    return {
        ...args,
        bootstrapServers: servers.length > 1 ? servers : servers[0],
        ...((truststore || keystore) && { ssl: { ...truststore, ...keystore } }),
    };
}

export const kafkaConnectionNoun: ImportNoun = {
    noun: "KafkaConnection",
    kind: "connection",
    handler: (session) => defineResource(kafkaConnection, session),
    candidates: ({ connections }) =>
        connections.filter(({ type }) => type === "kafka").map(({ name }) => ({ id: name, known: {} })),
    spell,
    hiddenSecrets,
    textFiles: [
        { path: certificates, ending: "truststore.pem" },
        { path: ["ssl", "keystore", "certificates"], ending: "keystore.pem" },
    ],
};
