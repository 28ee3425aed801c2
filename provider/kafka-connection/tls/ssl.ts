import { isDeepStrictEqual } from "node:util";
import type { MemberInParts } from "../../connection/connection-type";
import { definedMembers, orCleared } from "../../connection/mapping";
import { meaningOf } from "../../values/canonical";
import { isRecord, valueAt } from "../../values/json";
import { kafkaConnection } from "../schema";
import { loadableStore } from "./stores";

function storeBody(ssl: unknown, name: "truststore" | "keystore") {
    const store = valueAt(ssl, [name]);
    return isRecord(store) ? { type: "pem", ...loadableStore(store) } : undefined;
}

const meaningAt = (ssl: unknown, ...path: string[]) => valueAt(meaningOf(kafkaConnection.shape.ssl, ssl), path);

/** Truststore and keystore. Each is sent whole or not at all; only the state knows whether there is a keystore. */
export const ssl: MemberInParts = {
    body: (declared) =>
        definedMembers({ truststore: storeBody(declared, "truststore"), keystore: storeBody(declared, "keystore") }),
    change(write, declared, recorded, found) {
        const isTruststoreSame = isDeepStrictEqual(meaningAt(declared, "truststore"), meaningAt(found, "truststore"));
        const isKeystoreSame =
            !write.secrets.some(([name]) => name === "ssl") &&
            isDeepStrictEqual(
                meaningAt(declared, "keystore", "certificates"),
                meaningAt(recorded, "keystore", "certificates"),
            );
        return definedMembers({
            truststore: isTruststoreSame
                ? undefined
                : orCleared(storeBody(declared, "truststore"), valueAt(found, ["truststore"])),
            keystore: isKeystoreSame
                ? undefined
                : orCleared(storeBody(declared, "keystore"), valueAt(recorded, ["keystore"])),
        });
    },
    actual(found, recorded) {
        const truststore = valueAt(found, ["truststore"]);
        const keystore = valueAt(recorded, ["keystore"]);
        return {
            ...(truststore !== undefined && { truststore }),
            ...(isRecord(keystore) && { keystore: { ...keystore } }),
        };
    },
    clearedNote: (paths) =>
        paths.includes("ssl.keystore")
            ? "asked Imply Polaris to remove ssl.keystore, which it never shows: if the brokers still see the client certificate, declare the connection under another name"
            : undefined,
};
