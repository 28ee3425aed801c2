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

const password: HiddenSecret = { path: ["secrets", "password"], word: "password" };
const keystoreKey: HiddenSecret = {
    path: ["ssl", "keystore", "key"],
    word: "keystore key",
    unknownPath: ["ssl", "keystore"],
    isNeverKnown: true,
};

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
    hiddenSecrets: (args) => {
        if (hasKeystore(args)) return [keystoreKey];
        const type = isRecord(args.secrets) ? args.secrets.type : undefined;
        return type === "sasl_plain" || type === "sasl_scram" ? [password] : [];
    },
    textFiles: [
        { path: certificates, ending: "truststore.pem" },
        { path: ["ssl", "keystore", "certificates"], ending: "keystore.pem" },
    ],
};
