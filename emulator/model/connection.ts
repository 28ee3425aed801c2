import { fingerprint, isMembers, split, type Credential } from "../credentials";
import { badRequest } from "../errors";
import type { ConnectionType } from "../schemas/connections";
import { AZURE_ACCESS_KEY, SECRETS, type SecretsType } from "../schemas/secrets";
import { validate } from "../schemas/validate";
import type { Rules } from "../rules";
import type { User } from "../users";

type Members = Record<string, unknown>;

export interface Connection {
    name: string;
    type: ConnectionType;
    /** What responses carry, audit fields aside. */
    properties: Members;
    /** Write-only members that are set, by path. */
    credentials: Record<string, Credential>;
    /** Grows by one with each PATCH; a job remembers the one that it was started with. */
    revision: number;
    /** When set, `/test` fails with this message. */
    testError: string | null;
    /** How many more tests fail; `null` = all of them. */
    testErrorTimes: number | null;
    submittedByUser: User;
    submittedOnTimestamp: string;
    modifiedByUser: User;
    modifiedOnTimestamp: string;
}

interface Writer {
    salt: string;
    rules: Rules;
    user: User;
    timestamp: string;
}

/** Stores a fingerprint of each write-only member. */
function absorb(
    connection: Connection,
    hidden: Members,
    path: "secrets" | "ssl.keystore",
    { salt, timestamp }: Pick<Writer, "salt" | "timestamp">,
): void {
    for (const [member, value] of Object.entries(hidden)) {
        const credential = { fingerprint: fingerprint(salt, String(value)), setOnTimestamp: timestamp };
        connection.credentials[`${path}.${member}`] = credential;
    }
}

/** The members that responses carry. */
function absorbSecrets(connection: Connection, secrets: Members, writer: Writer): Members {
    const { visible, hidden } = split(secrets);
    absorb(connection, hidden, "secrets", writer);
    return visible;
}

function forget(connection: Connection, path: string): void {
    const kept = Object.entries(connection.credentials).filter(([key]) => !key.startsWith(`${path}.`));
    connection.credentials = Object.fromEntries(kept);
}

function writeSecrets(connection: Connection, secrets: Members, writer: Writer): void {
    const stored = connection.properties.secrets;
    if (isMembers(stored) && stored.type === secrets.type) {
        connection.properties.secrets = { ...stored, ...absorbSecrets(connection, secrets, writer) };
        return;
    }
    if (isMembers(stored) && writer.rules.secretsTypeChange === "refused") {
        throw badRequest("TypeCannotChange", "secrets.type: cannot be changed.", "secrets.type");
    }
    const type = secrets.type as SecretsType;
    const complete = connection.type === "azure" && type === "access_key" ? AZURE_ACCESS_KEY : SECRETS[type];
    validate<Members>(complete, secrets, ["secrets"]);
    forget(connection, "secrets");
    connection.properties.secrets = absorbSecrets(connection, secrets, writer);
}

const hasKeystore = ({ credentials }: Connection) =>
    Object.keys(credentials).some((path) => path.startsWith("ssl.keystore."));

function writeSsl(connection: Connection, change: Members, writer: Writer): void {
    const ssl: Members = isMembers(connection.properties.ssl) ? { ...connection.properties.ssl } : {};
    if (change.keystore !== undefined) {
        forget(connection, "ssl.keystore");
    }
    if (isMembers(change.keystore)) {
        absorb(connection, change.keystore, "ssl.keystore", writer);
    }
    if (change.truststore === null) {
        delete ssl.truststore;
    } else if (change.truststore !== undefined) {
        ssl.truststore = change.truststore;
    }
    if (Object.keys(ssl).length === 0 && !hasKeystore(connection)) {
        delete connection.properties.ssl;
    } else {
        connection.properties.ssl = ssl;
    }
}

/** Members that are sent are written, `null` clears, the others stay. */
function write(connection: Connection, change: Members, writer: Writer): void {
    for (const [member, value] of Object.entries(change)) {
        if (member === "description") {
            connection.properties.description = value ?? null;
        } else if (member === "ssl" && isMembers(value)) {
            writeSsl(connection, value, writer);
        } else if (member === "secrets" && isMembers(value)) {
            writeSecrets(connection, value, writer);
        } else if (value === null) {
            forget(connection, member);
            Reflect.deleteProperty(connection.properties, member);
        } else if (value !== undefined) {
            connection.properties[member] = value;
        }
    }
}

/** Java's regular expressions in JavaScript's words, as far as whether they are some: flags, atomic and possessive ones. */
const inJavaScript = (pattern: string) =>
    pattern
        .replace(/(?<!\\)\(\?[idmsuxU]*(?:-[idmsuxU]+)?(:|\))/g, (_, end: string) => (end === ":" ? "(?:" : ""))
        .replaceAll("(?>", "(?:")
        .replace(/([*+?}])\+/g, "$1");

/** What no single member's schema can tell. */
function verify(connection: Connection, { secretsRequired }: Rules): void {
    const { type, properties } = connection;
    const { secrets, topicName, topicNameIsPattern, awsAssumedRoleArn } = properties;
    if (type === "kafka" && secretsRequired && secrets === undefined && !hasKeystore(connection)) {
        throw badRequest("MissingSecrets", "secrets: is required, except with an ssl.keystore.", "secrets");
    }
    if (type === "s3" && secrets === undefined && awsAssumedRoleArn === undefined) {
        throw badRequest("MissingSecrets", "secrets: is required, except with an awsAssumedRoleArn.", "secrets");
    }
    if (topicNameIsPattern === true && typeof topicName === "string") {
        try {
            new RegExp(inJavaScript(topicName));
        } catch {
            throw badRequest("InvalidPattern", "topicName: is not a valid regular expression.", "topicName");
        }
    }
}

export function makeConnection(body: Members & { name: string; type: ConnectionType }, writer: Writer): Connection {
    const { name, type, ...members } = body;
    const connection: Connection = {
        name,
        type,
        properties: { description: null },
        credentials: {},
        revision: 1,
        testError: null,
        testErrorTimes: null,
        submittedByUser: writer.user,
        submittedOnTimestamp: writer.timestamp,
        modifiedByUser: writer.user,
        modifiedOnTimestamp: writer.timestamp,
    };
    write(connection, members, writer);
    verify(connection, writer.rules);
    return connection;
}

/** The connection as a valid PATCH body changes it; the given one is left as it is. */
export function patchedConnection(connection: Connection, body: Members, writer: Writer): Connection {
    const patched = structuredClone(connection);
    const members = Object.entries(body).filter(([member]) => member !== "type");
    write(patched, Object.fromEntries(members), writer);
    verify(patched, writer.rules);
    patched.revision += 1;
    patched.modifiedByUser = writer.user;
    patched.modifiedOnTimestamp = writer.timestamp;
    return patched;
}

/** A connection of a data file, without the keystore members that earlier versions wrote in plain. */
export function withoutKeystore(connection: Connection, salt: string): Connection {
    const { ssl } = connection.properties;
    if (!isMembers(ssl) || !isMembers(ssl.keystore)) {
        return connection;
    }
    const { keystore, ...rest } = ssl;
    const copy = structuredClone({ ...connection, properties: { ...connection.properties, ssl: rest } });
    absorb(copy, keystore, "ssl.keystore", { salt, timestamp: connection.modifiedOnTimestamp });
    return copy;
}

/** The topic, stream or other position that checkpoints of its readers are kept for. */
export function topicOf({ name, properties }: Connection): string {
    const topic = properties.topicName ?? properties.stream;
    return typeof topic === "string" ? topic : name;
}
