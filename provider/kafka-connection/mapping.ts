import { isDeepStrictEqual } from "node:util";
import type { Connection } from "../api/connections";
import type { Context, State } from "../engine/resource";
import type { SecretPath } from "../engine/secrets";
import { lastWriter } from "../identity/identity";
import { meaningOf, meansTheSame } from "../values/canonical";
import { isRecord, valueAt } from "../values/json";
import type { Properties } from "../values/json";
import { kafkaConnection } from "./schema";
import type { KafkaConnectionInputs } from "./schema";
import { loadableStore } from "./tls/stores";

/** What the state records of a connection besides its arguments. */
export type ConnectionFacts = {
    readonly submittedByUser: { readonly username: string; readonly userId: string } | undefined;
    readonly submittedOnTimestamp: string;
    /** When this resource last wrote the connection. */
    readonly modifiedOnTimestamp: string;
    /** A later write of another user, which a refresh has shown. */
    readonly seenOnTimestamp: string | undefined;
};

export type ConnectionState = State<KafkaConnectionInputs, ConnectionFacts>;
export type ConnectionContext = Context<KafkaConnectionInputs, ConnectionFacts>;

/** The secrets of a connection. Of `ssl.keystore` answers carry nothing at all, its certificates neither. */
export const secretPaths = [
    ["secrets", "password"],
    ["ssl", "keystore", "key"],
    ["ssl", "keystore", "keyPassword"],
] as const;

type StoreName = "truststore" | "keystore";

const storeBody = ({ ssl }: KafkaConnectionInputs, name: StoreName) => {
    const store: Properties | undefined = ssl?.[name];
    return store && { type: "pem", ...loadableStore(store) };
};

/** The members that are set; undefined if none is. */
function definedMembers(members: Properties): Properties | undefined {
    const set = Object.entries(members).filter(([, value]) => value !== undefined);
    return set.length > 0 ? Object.fromEntries(set) : undefined;
}

/** The complete object, as POST takes it. */
export const createBody = (inputs: KafkaConnectionInputs): object => ({
    type: "kafka",
    name: inputs.name,
    description: inputs.description,
    bootstrapServers: inputs.bootstrapServers,
    topicName: inputs.topicName,
    topicNameIsPattern: inputs.topicNameIsPattern ?? false,
    clientRack: inputs.clientRack,
    secrets: inputs.secrets,
    ssl: definedMembers({ truststore: storeBody(inputs, "truststore"), keystore: storeBody(inputs, "keystore") }),
});

/** What an update has to bring to a connection. */
export interface Write {
    /** Arguments that are sent if they differ from what is there. */
    readonly names: readonly string[];
    /** Secrets that are sent; others stay as they are. */
    readonly secrets: readonly SecretPath[];
}

const sends = ({ secrets }: Write, ...path: string[]) => secrets.some((secret) => isDeepStrictEqual(secret, path));

/** `null` only clears what is known to be set: its effect elsewhere is not documented. */
const orCleared = (value: unknown, current: unknown) =>
    value ?? (current === undefined || current === null ? undefined : null);

function secretsChange(write: Write, declared: KafkaConnectionInputs["secrets"], current: unknown): unknown {
    if (declared === undefined) return orCleared(undefined, current);
    if (!isRecord(current) || current.type !== declared.type) return declared;
    const members = Object.entries(declared).filter(([name, value]) =>
        name === "password" ? sends(write, "secrets", name) : !isDeepStrictEqual(current[name], value),
    );
    return definedMembers({ ...Object.fromEntries(members), type: members.length > 0 ? declared.type : undefined });
}

const storeMeaning = (ssl: unknown, ...path: [StoreName, ...string[]]) =>
    valueAt(meaningOf(kafkaConnection.shape.ssl, ssl), path);

/** A store is sent whole or not at all. Only the state knows whether there is a keystore. */
function sslChange(
    write: Write,
    inputs: KafkaConnectionInputs,
    state: Partial<ConnectionState>,
    found: Connection,
): unknown {
    const isTruststoreSame = isDeepStrictEqual(
        storeMeaning(inputs.ssl, "truststore"),
        storeMeaning(found.ssl, "truststore"),
    );
    const isKeystoreSame =
        !write.secrets.some(([name]) => name === "ssl") &&
        isDeepStrictEqual(
            storeMeaning(inputs.ssl, "keystore", "certificates"),
            storeMeaning(state.ssl, "keystore", "certificates"),
        );
    const current = valueAt(found, ["ssl", "truststore"]);
    return definedMembers({
        truststore: isTruststoreSame ? undefined : orCleared(storeBody(inputs, "truststore"), current),
        keystore: isKeystoreSame ? undefined : orCleared(storeBody(inputs, "keystore"), state.ssl?.keystore),
    });
}

const plainNames = ["description", "bootstrapServers", "topicName", "clientRack"] as const;

/** What PATCH has to carry, and no more: members that it lacks stay as they are. Undefined where nothing differs. */
export function patchBody(
    write: Write,
    inputs: KafkaConnectionInputs,
    state: Partial<ConnectionState>,
    found: Connection,
): Properties | undefined {
    const writes = (name: string) => write.names.includes(name);
    const plain = plainNames.filter(writes).map((name) => [name, orCleared(inputs[name], found[name])] as const);
    const members = definedMembers({
        ...Object.fromEntries(plain),
        secrets: writes("secrets") ? secretsChange(write, inputs.secrets, found.secrets) : undefined,
        ssl: writes("ssl") ? sslChange(write, inputs, state, found) : undefined,
    });
    const isPattern = found.topicNameIsPattern ?? false;
    const topicNameIsPattern = writes("topicNameIsPattern") ? (inputs.topicNameIsPattern ?? false) : isPattern;
    if (!members && topicNameIsPattern === isPattern) return undefined;
    // The API's update schema repeats the default of create: an absent value could be taken for false.
    return { type: "kafka", topicNameIsPattern, ...members };
}

/** The members that a body clears, by path. */
export function clearedPaths(body: Properties): string[] {
    return Object.entries(body).flatMap(([name, value]) => {
        if (value === null) return [name];
        if (name !== "ssl" || !isRecord(value)) return [];
        return Object.keys(value).flatMap((store) => (value[store] === null ? [`ssl.${store}`] : []));
    });
}

const lastWriteTime = (connection: Connection) => connection.modifiedOnTimestamp ?? connection.submittedOnTimestamp;

/** Whose the last write of a connection is, as far as its state tells. */
export const lastWriterOf = (connection: Connection, state: Partial<ConnectionState>) =>
    lastWriter(lastWriteTime(connection), { own: state.modifiedOnTimestamp, seen: state.seenOnTimestamp });

/**
 * A connection in the form of a program's arguments. What cannot be read back is taken from the state; secrets only
 * where our write is the last one: otherwise they are unknown, and the next preview plans to set them again.
 */
export function actualOf(connection: Connection, state: Partial<ConnectionState>): Properties {
    const actual = structuredClone<Properties>(connection);
    const keystore = state.ssl?.keystore;
    const truststore = valueAt(actual, ["ssl", "truststore"]);
    actual.ssl = { ...(truststore !== undefined && { truststore }), ...(keystore && { keystore: { ...keystore } }) };
    const isSameType = valueAt(actual, ["secrets", "type"]) === state.secrets?.type;
    for (const path of secretPaths) {
        const holder = valueAt(actual, path.slice(0, -1));
        if (!isRecord(holder) || (path[0] === "secrets" && !isSameType)) continue;
        const [leaf, variable] = [path.at(-1) ?? "", `${path.at(-1) ?? ""}From`];
        holder[leaf] = lastWriterOf(connection, state) === "own" ? valueAt(state, path) : undefined;
        holder[variable] = valueAt(state, [...path.slice(0, -1), variable]);
    }
    return actual;
}

/** Arguments in which a connection differs from given ones, as far as it can be read back. */
export function differences(connection: Connection, inputs: KafkaConnectionInputs): string[] {
    // Without a recorded write, the secrets count as equal.
    const actual = actualOf(connection, { secrets: inputs.secrets, ssl: inputs.ssl });
    const members: [string, unknown][] = Object.entries(inputs);
    const given = Object.fromEntries(members);
    return Object.entries(kafkaConnection.shape).flatMap(([name, schema]) =>
        meansTheSame(schema, given[name], actual[name]) ? [] : [name],
    );
}

/** The lasting facts: who created the connection and when, and when this resource wrote it last. */
export const factsOf = (connection: Connection) => ({
    submittedByUser: connection.submittedByUser
        ? { username: connection.submittedByUser.username, userId: connection.submittedByUser.userId }
        : undefined,
    submittedOnTimestamp: connection.submittedOnTimestamp,
    modifiedOnTimestamp: lastWriteTime(connection),
});

/** Who created a connection and when, for a user who has to decide. */
export const creatorOf = (connection: Connection) =>
    `created by ${connection.submittedByUser?.username ?? "another user"} on ${connection.submittedOnTimestamp}`;

/** Who wrote a connection last and when. */
export const writerOf = (connection: Connection) =>
    `${connection.modifiedByUser?.username ?? "another user"} changed it on ${lastWriteTime(connection)}`;
