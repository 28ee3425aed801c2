import { kafka } from "../../kafka-connection/kafka-connection";
import { valueAt } from "../../values/json";
import type { Properties } from "../../values/json";
import type { HiddenSecret, ImportNoun } from "../noun";
import { placeholderKeystore } from "../placeholder-keystore";
import { connectionNoun } from "./connection";

const truststorePath = ["ssl", "truststore", "certificates"] as const;

/** Without a login there is a keystore, of which no answer holds anything. */
const hasKeystore = ({ secrets }: Properties) => secrets === undefined;

const placeholderCertificate = (id: string) =>
    `Replace this placeholder with the client's certificate chain of the connection ${id}.\n${placeholderKeystore().certificate}`;

const keystoreKey = (): HiddenSecret => ({
    path: ["ssl", "keystore", "key"],
    word: "keystore key",
    placeholder: placeholderKeystore().key,
    unknownPath: ["ssl", "keystore"],
    isNeverKnown: true,
});

const base = connectionNoun(kafka);

/** A connection of type `kafka`: one with certificates besides. */
export const kafkaConnectionNoun: ImportNoun = {
    ...base,
    spell: (args, id, project) => {
        const certificates = valueAt(
            project.connections.find(({ name }) => name === id),
            truststorePath,
        );
        const truststore = typeof certificates === "string" && { truststore: { certificates } };
        const keystore = hasKeystore(args) && { keystore: { certificates: placeholderCertificate(id) } };
        return {
            ...(base.spell?.(args, id, project) ?? args),
            ...((truststore || keystore) && { ssl: { ...truststore, ...keystore } }),
        };
    },
    hiddenSecrets: (args) => (hasKeystore(args) ? [keystoreKey()] : (base.hiddenSecrets?.(args) ?? [])),
    textFiles: [
        { path: truststorePath, ending: "truststore.pem" },
        { path: ["ssl", "keystore", "certificates"], ending: "keystore.pem" },
    ],
};
