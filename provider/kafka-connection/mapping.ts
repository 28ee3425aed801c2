import { isDeepStrictEqual } from "node:util";
import type { Connection } from "../api/connections";
import { isRecord, valueAt } from "../values/json";
import type { Properties } from "../values/json";
import { meaningOf } from "../values/canonical";
import { isSameTime } from "../identity/identity";
import type { SecretPath } from "../engine/secrets";
import { kafkaConnection } from "./schema";
import { loadableStore } from "./tls/stores";

/** The secrets of a connection. Of `ssl.keystore` responses carry nothing at all, its certificates neither. */
export const secretPaths = [
    ["secrets", "password"],
    ["ssl", "keystore", "key"],
    ["ssl", "keystore", "keyPassword"],
] as const;

const withPemType = (store: unknown) => (isRecord(store) ? { type: "pem", ...loadableStore(store) } : undefined);

/** The members that are set: JSON leaves out what is undefined, and this what is empty without it. */
function defined(members: Properties): Properties | undefined {
    const set = Object.entries(members).filter(([, value]) => value !== undefined);
    return set.length > 0 ? Object.fromEntries(set) : undefined;
}

/** The complete object, as POST takes it. */
export function createBody(inputs: Properties): Properties {
    const ssl = isRecord(inputs.ssl) ? inputs.ssl : {};
    return {
        type: "kafka",
        name: inputs.name,
        description: inputs.description,
        bootstrapServers: inputs.bootstrapServers,
        topicName: inputs.topicName,
        topicNameIsPattern: inputs.topicNameIsPattern ?? false,
        clientRack: inputs.clientRack,
        secrets: inputs.secrets,
        ssl: defined({ truststore: withPemType(ssl.truststore), keystore: withPemType(ssl.keystore) }),
    };
}

/** What an update has to bring to a connection. */
export interface Change {
    /** Arguments that are sent, if they differ from what is there. */
    readonly names: readonly string[];
    /** Secrets that are sent; those of other names stay as they are. */
    readonly secrets: readonly SecretPath[];
}

const isSent = ({ secrets }: Change, ...path: string[]) => secrets.some((secret) => isDeepStrictEqual(secret, path));

/** `null` only clears what is known to be set: nobody documents what it does elsewhere. */
const orCleared = (value: unknown, current: unknown) =>
    value ?? (current === undefined || current === null ? undefined : null);

function secretsChange(change: Change, inputs: Properties, found: Connection): unknown {
    const [declared, current] = [inputs.secrets, found.secrets];
    if (!isRecord(declared)) return orCleared(undefined, current);
    if (!isRecord(current) || current.type !== declared.type) return declared;
    const members = Object.entries(declared).filter(([name, value]) =>
        name === "password" ? isSent(change, "secrets", name) : !isDeepStrictEqual(current[name], value),
    );
    return defined({ ...Object.fromEntries(members), type: members.length > 0 ? declared.type : undefined });
}

const storeMeaning = (ssl: unknown, store: string, ...members: string[]) =>
    valueAt(meaningOf(kafkaConnection.shape.ssl, ssl), [store, ...members]);

/** A store is sent whole or not at all. Whether there is a keystore, only the state knows. */
function sslChange(change: Change, inputs: Properties, state: Properties, found: Connection): unknown {
    const store = (name: string) => withPemType(valueAt(inputs, ["ssl", name]));
    const [trusted, before] = [valueAt(found, ["ssl", "truststore"]), valueAt(state, ["ssl", "keystore"])];
    const isTrustSame = isDeepStrictEqual(
        storeMeaning(inputs.ssl, "truststore"),
        storeMeaning(found.ssl, "truststore"),
    );
    const isKeySame =
        isDeepStrictEqual(
            storeMeaning(inputs.ssl, "keystore", "certificates"),
            storeMeaning(state.ssl, "keystore", "certificates"),
        ) && !change.secrets.some(([name]) => name === "ssl");
    return defined({
        truststore: isTrustSame ? undefined : orCleared(store("truststore"), trusted),
        keystore: isKeySame ? undefined : orCleared(store("keystore"), before),
    });
}

/** What PATCH has to carry, and no more: what it leaves out stays as it is. Undefined where nothing differs. */
export function patchBody(
    change: Change,
    inputs: Properties,
    state: Properties,
    found: Connection,
): Properties | undefined {
    const isChanged = (name: string) => change.names.includes(name);
    const pattern = found.topicNameIsPattern ?? false;
    const topicNameIsPattern = isChanged("topicNameIsPattern") ? (inputs.topicNameIsPattern ?? false) : pattern;
    const members = defined({
        ...Object.fromEntries(
            ["description", "bootstrapServers", "topicName", "clientRack"]
                .filter(isChanged)
                .map((name) => [name, orCleared(inputs[name], found[name])]),
        ),
        secrets: isChanged("secrets") ? secretsChange(change, inputs, found) : undefined,
        ssl: isChanged("ssl") ? sslChange(change, inputs, state, found) : undefined,
    });
    if (!members && topicNameIsPattern === pattern) return undefined;
    // The API's update schema repeats the default of create: an absent value could be taken for false.
    return { type: "kafka", topicNameIsPattern, ...members };
}

/** The members that a body clears, by path. */
export function clearedIn(body: Properties): string[] {
    return Object.entries(body).flatMap(([name, value]) => {
        if (value === null) return [name];
        if (name !== "ssl" || !isRecord(value)) return [];
        return Object.keys(value).flatMap((store) => (value[store] === null ? [`ssl.${store}`] : []));
    });
}

export const lastWrite = (connection: Connection) => connection.modifiedOnTimestamp ?? connection.submittedOnTimestamp;

/** Set by a refresh that found a later write than this resource's own: the user has seen what that one changed. */
export const seenFact = "seenOnTimestamp";

/** Whether the last write that there was is this resource's own, so that it knows the secrets. */
export const isOwnWrite = (connection: Connection, state: Properties) =>
    state.modifiedOnTimestamp === undefined || isSameTime(state.modifiedOnTimestamp, lastWrite(connection));

/** Whether the last write is one that the state knows of: its own, or another's that a refresh has shown. */
export const isKnownWrite = (connection: Connection, state: Properties) =>
    isOwnWrite(connection, state) || isSameTime(state[seenFact], lastWrite(connection));

/**
 * A connection in the form of a program's arguments. What cannot be read back is taken from the state; secrets only
 * where its own write is the last one: else they are not known, and the next preview plans to set them again.
 */
export function actualOf(connection: Connection, state: Properties): Properties {
    const actual = structuredClone<Properties>(connection);
    const keystore = valueAt(state, ["ssl", "keystore"]);
    const ssl = isRecord(actual.ssl) ? { truststore: actual.ssl.truststore } : {};
    actual.ssl = { ...ssl, ...(isRecord(keystore) && { keystore: structuredClone(keystore) }) };
    const sameSecrets = valueAt(actual, ["secrets", "type"]) === valueAt(state, ["secrets", "type"]);
    for (const path of secretPaths) {
        const holder = valueAt(actual, path.slice(0, -1));
        if (!isRecord(holder) || (path[0] === "secrets" && !sameSecrets)) continue;
        const [leaf, variable] = [path.at(-1) ?? "", `${path.at(-1) ?? ""}From`];
        holder[leaf] = isOwnWrite(connection, state) ? valueAt(state, path) : undefined;
        holder[variable] = valueAt(state, [...path.slice(0, -1), variable]);
    }
    return actual;
}

const userOf = (user: Connection["submittedByUser"]) => user && { username: user.username, userId: user.userId };

/** The stable facts: who created it and when, and when this resource wrote it last. */
export const factsOf = (connection: Connection): Properties => ({
    submittedByUser: userOf(connection.submittedByUser),
    submittedOnTimestamp: connection.submittedOnTimestamp,
    modifiedOnTimestamp: lastWrite(connection),
});
