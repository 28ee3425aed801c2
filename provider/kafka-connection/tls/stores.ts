import { z } from "zod";
import { nonEmpty, problemOf, strict, variable, withDefault } from "../../values/shape";
import type { Problem } from "../../values/shape";
import type { PartialArguments, PartialKeystore } from "../partial-arguments";
import { certificatesFault, certificatesIn, isChain, loadableCertificates } from "./certificates";
import { decryptedKey, decryptedKeyFault, keyFault, keyPasswordFault, loadableKey, privateKeyIn } from "./private-key";

const pemType = withDefault(z.literal("pem", { error: 'expected "pem"' }), "pem");
const certificates = z.string().transform(loadableCertificates);

/**
 * Parsed, texts from which Kafka's client loads the same are equal. A text from which it loads nothing stays unchanged
 * and is valid here, because the state of earlier versions holds such texts, and they are compared too.
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

/** A store for the API, with texts from which every reader loads the same. */
export const loadableStore = <S extends { certificates?: unknown; key?: unknown }>(store: S): S => ({
    ...store,
    ...(typeof store.certificates === "string" && { certificates: loadableCertificates(store.certificates) }),
    ...(typeof store.key === "string" && { key: loadableKey(store.key) }),
});

/** What is wrong with certificates and keys, each alone and all together. */
export function sslProblems(stores: PartialArguments["ssl"]): Problem[] {
    const trusted = stores?.truststore?.certificates;
    return [
        ...problemOf(
            ["ssl", "truststore", "certificates"],
            typeof trusted === "string" ? certificatesFault(trusted) : undefined,
        ),
        ...keystoreProblems(stores?.keystore),
    ];
}

function keystoreProblems(keystore: PartialKeystore): Problem[] {
    const chain = keystore?.certificates ?? undefined;
    const key = keystore?.key ?? undefined;
    const password = keystore?.keyPassword ?? undefined;
    const chainFault = chain === undefined ? undefined : certificatesFault(chain);
    const fault = key === undefined ? undefined : (keyFault(key) ?? decryptedKeyFault(key, password));
    const hasPassword = keystore?.keyPassword !== undefined || keystore?.keyPasswordFrom !== undefined;
    const needsPassword = key !== undefined && privateKeyIn(key)?.isEncrypted === true && !hasPassword;
    const required = "required, or ssl.keystore.keyPasswordFrom, because the key is encrypted";
    return [
        ...problemOf(["ssl", "keystore", "certificates"], chainFault),
        ...problemOf(
            ["ssl", "keystore", "keyPassword"],
            password === undefined ? undefined : keyPasswordFault(key, password),
        ),
        ...problemOf(["ssl", "keystore", "key"], fault),
        ...problemOf(["ssl", "keystore", "keyPassword"], needsPassword ? required : undefined),
        ...(chain === undefined || chainFault !== undefined
            ? []
            : pairProblems(chain, fault === undefined ? key : undefined, password)),
    ];
}

/** What is wrong between a chain and its key. */
function pairProblems(chainText: string, keyText: string | undefined, password?: string): Problem[] {
    const chain = certificatesIn(chainText);
    const [first, ...issuers] = chain;
    const key = keyText === undefined ? undefined : decryptedKey(keyText, password);
    const isOther = key && first && !first.checkPrivateKey(key);
    if (!isChain(chain) || (isOther && issuers.some((issuer) => issuer.checkPrivateKey(key)))) {
        const message =
            "expected the client's own certificate, then the issuer of each, and none twice: Kafka's client loads no other chain";
        return problemOf(["ssl", "keystore", "certificates"], message);
    }
    const message = "expected the key of the first of ssl.keystore.certificates, found the key of another certificate";
    return problemOf(["ssl", "keystore", "key"], isOther ? message : undefined);
}
