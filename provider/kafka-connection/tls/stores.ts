import { z } from "zod";
import { certificatesFault, certificatesIn, isChain, loadableCertificates } from "./certificates";
import { keyFault, loadableKey, openedKey, openedKeyFault, passwordFault, privateKeyIn } from "./private-key";
import { memberOf, nonEmpty, strict, variable, withDefault } from "../../values/shape";
import type { Problem } from "../../values/shape";

const pemType = withDefault(z.literal("pem", { error: 'expected "pem"' }), "pem");
const certificates = z.string().transform(loadableCertificates);

/**
 * Parsed, texts are those from which Kafka's client loads the same. What it cannot load stands for itself and is no
 * fault here: state of earlier versions holds such texts, and has to be compared as well.
 */
export const ssl = strict({
    truststore: strict({ type: pemType, certificates }).optional(),
    keystore: strict({
        type: pemType,
        certificates,
        key: z.string().transform(loadableKey).optional(),
        keyFrom: variable,
        keyPassword: nonEmpty.optional(),
        keyPasswordFrom: variable,
    }).optional(),
});

/** A store with texts that load the same whoever reads them, for the API. */
export const loadableStore = <S extends Record<string, unknown>>(store: S): S => ({
    ...store,
    ...(typeof store.certificates === "string" && { certificates: loadableCertificates(store.certificates) }),
    ...(typeof store.key === "string" && { key: loadableKey(store.key) }),
});

type IsUnknown = (value: unknown) => boolean;

/** What is wrong with certificates and keys, each by itself and all together. */
export function sslProblems(given: unknown, isUnknown: IsUnknown): Problem[] {
    const textOf = (store: string, name: string) => {
        const text = memberOf(memberOf(given, store), name);
        return typeof text === "string" && !isUnknown(text) ? text : undefined;
    };
    const problems: Problem[] = [];
    const add = (name: string, message: string | undefined, store = "keystore") => {
        if (message !== undefined) problems.push({ path: ["ssl", store, name], message });
    };
    for (const store of ["truststore", "keystore"]) {
        const text = textOf(store, "certificates");
        if (text !== undefined) add("certificates", certificatesFault(text), store);
    }
    const chain = textOf("keystore", "certificates");
    const keystore = memberOf(given, "keystore");
    const key = textOf("keystore", "key");
    const password = textOf("keystore", "keyPassword");
    if (password !== undefined) add("keyPassword", passwordFault(key, password));
    if (key !== undefined) add("key", keyFault(key) ?? openedKeyFault(key, password));
    const hasPassword = ["keyPassword", "keyPasswordFrom"].some((name) => memberOf(keystore, name) !== undefined);
    if (key !== undefined && privateKeyIn(key)?.isEncrypted === true && !hasPassword) {
        add("keyPassword", "required, or ssl.keystore.keyPasswordFrom, as the key is encrypted");
    }
    const isFine = (name: string) => !problems.some(({ path }) => path[1] === "keystore" && path[2] === name);
    if (chain === undefined || !isFine("certificates")) return problems;
    return [...problems, ...pairProblems(chain, isFine("key") ? key : undefined, password)];
}

/** What is wrong between a chain and its key. */
function pairProblems(chainText: string, keyText: string | undefined, password?: string): Problem[] {
    const chain = certificatesIn(chainText);
    const [own, ...issuers] = chain;
    if (!own) return [];
    const key = keyText === undefined ? undefined : openedKey(keyText, password);
    const isMisplaced = key && !own.checkPrivateKey(key) && issuers.some((other) => other.checkPrivateKey(key));
    if (isMisplaced === true || !isChain(chain)) {
        const message =
            "expected the client's own certificate, then the issuer of each, none twice: Kafka's client loads no other chain";
        return [{ path: ["ssl", "keystore", "certificates"], message }];
    }
    if (!key || own.checkPrivateKey(key)) return [];
    const message = "expected the key of the first of ssl.keystore.certificates, found the key of another certificate";
    return [{ path: ["ssl", "keystore", "key"], message }];
}
