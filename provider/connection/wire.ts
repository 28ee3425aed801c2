import type { Connection } from "../client/connections";
import { isRecord, valueAt } from "../lifecycle/json";
import type { Properties } from "../lifecycle/json";
import { isSameTime } from "../lifecycle/ownership";
import { loadableStore } from "../schemas/tls";

/** Members of a connection that responses never carry. */
export const writeOnly = [
    ["secrets", "password"],
    ["ssl", "keystore", "key"],
    ["ssl", "keystore", "keyPassword"],
] as const;

const withPemType = (store: unknown) => (isRecord(store) ? { type: "pem", ...loadableStore(store) } : null);

/** The complete desired object, as PATCH takes it: what is not wanted is `null`, which clears it. */
export function patchBody(inputs: Properties): Properties {
    const { ssl } = inputs;
    return {
        type: "kafka",
        description: inputs.description ?? null,
        bootstrapServers: inputs.bootstrapServers,
        topicName: inputs.topicName,
        // The API's update schema repeats the default of create: an absent value could be taken for false.
        topicNameIsPattern: inputs.topicNameIsPattern ?? false,
        clientRack: inputs.clientRack ?? null,
        secrets: inputs.secrets ?? null,
        ssl: isRecord(ssl) ? { truststore: withPemType(ssl.truststore), keystore: withPemType(ssl.keystore) } : null,
    };
}

const set = (members: Properties) => Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));

/** The complete object, as POST takes it. */
export function createBody(inputs: Properties): Properties {
    const body = set({ name: inputs.name, ...patchBody(inputs) });
    return isRecord(body.ssl) ? { ...body, ssl: set(body.ssl) } : body;
}

const writtenAt = (connection: Connection) => connection.modifiedOnTimestamp ?? connection.submittedOnTimestamp;

/** Whether nobody else has written the connection since this resource did. */
export const isOurs = (connection: Connection, state: Properties) =>
    state.modifiedOnTimestamp === undefined || isSameTime(state.modifiedOnTimestamp, writtenAt(connection));

/**
 * A connection in the form of a program's arguments. What cannot be read back is taken from the state, unless somebody
 * else wrote the connection since: then it is not known, and the next preview plans to set it again.
 */
export function actualOf(connection: Connection, state: Properties): Properties {
    const actual = structuredClone<Properties>(connection);
    const sameSecrets = valueAt(actual, ["secrets", "type"]) === valueAt(state, ["secrets", "type"]);
    for (const path of writeOnly) {
        const holder = valueAt(actual, path.slice(0, -1));
        if (!isRecord(holder) || (path[0] === "secrets" && !sameSecrets)) continue;
        const [leaf, variable] = [path.at(-1) ?? "", `${path.at(-1) ?? ""}From`];
        if (isOurs(connection, state)) holder[leaf] = valueAt(state, path);
        holder[variable] = valueAt(state, [...path.slice(0, -1), variable]);
    }
    return actual;
}

const userOf = (user: Connection["submittedByUser"]) => user && { username: user.username, userId: user.userId };

/** The stable facts: who made it and when, and when this resource wrote it last. */
export const factsOf = (connection: Connection): Properties => ({
    submittedByUser: userOf(connection.submittedByUser),
    submittedOnTimestamp: connection.submittedOnTimestamp,
    modifiedOnTimestamp: writtenAt(connection),
});
