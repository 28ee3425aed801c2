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
    /** What responses carry besides the audit fields. */
    properties: Members;
    /** Write-only members that are set, by path. */
    credentials: Record<string, Credential>;
    /** Grows by one with each PATCH; a job records the revision that it started with. */
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
    /** Where an ingestion that signs in to brokers keeps the secrets, by their fingerprints. */
    vault?: Map<string, string> | undefined;
    rules: Rules;
    user: User;
    timestamp: string;
}

/** Stores a fingerprint of each write-only member. */
function storeFingerprints(
    connection: Connection,
    hidden: Members,
    path: "secrets" | "ssl.keystore",
    { salt, timestamp, vault }: Pick<Writer, "salt" | "timestamp" | "vault">,
): void {
    for (const [member, value] of Object.entries(hidden)) {
        const credential = { fingerprint: fingerprint(salt, String(value)), setOnTimestamp: timestamp };
        vault?.set(credential.fingerprint, String(value));
        connection.credentials[`${path}.${member}`] = credential;
    }
}

/** Stores fingerprints of the write-only members; returns the members that responses carry. */
function storeSecrets(connection: Connection, secrets: Members, writer: Writer): Members {
    const { visible, hidden } = split(secrets);
    storeFingerprints(connection, hidden, "secrets", writer);
    return visible;
}

function forget(connection: Connection, path: string): void {
    const others = Object.entries(connection.credentials).filter(([key]) => !key.startsWith(`${path}.`));
    connection.credentials = Object.fromEntries(others);
}

function writeSecrets(connection: Connection, secrets: Members, writer: Writer): void {
    const current = connection.properties.secrets;
    if (isMembers(current) && current.type === secrets.type) {
        connection.properties.secrets = { ...current, ...storeSecrets(connection, secrets, writer) };
        return;
    }
    if (isMembers(current) && writer.rules.secretsTypeChange === "refused") {
        throw badRequest("TypeCannotChange", "secrets.type: cannot be changed.", "secrets.type");
    }
    const type = secrets.type as SecretsType;
    const complete = connection.type === "azure" && type === "access_key" ? AZURE_ACCESS_KEY : SECRETS[type];
    validate<Members>(complete, secrets, ["secrets"]);
    forget(connection, "secrets");
    connection.properties.secrets = storeSecrets(connection, secrets, writer);
}

const hasKeystore = ({ credentials }: Connection) =>
    Object.keys(credentials).some((path) => path.startsWith("ssl.keystore."));

function writeSsl(connection: Connection, change: Members, writer: Writer): void {
    const ssl: Members = isMembers(connection.properties.ssl) ? { ...connection.properties.ssl } : {};
    if (change.keystore !== undefined) {
        forget(connection, "ssl.keystore");
    }
    if (isMembers(change.keystore)) {
        storeFingerprints(connection, change.keystore, "ssl.keystore", writer);
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

/** Writes the members of the body: `null` clears one, and an absent one stays. */
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

/** Java's regular expressions in JavaScript's syntax, as far as a syntax check needs it: flags, atomic and possessive groups. */
const inJavaScript = (pattern: string) =>
    pattern
        .replace(/(?<!\\)\(\?[idmsuxU]*(?:-[idmsuxU]+)?(:|\))/g, (_, end: string) => (end === ":" ? "(?:" : ""))
        .replaceAll("(?>", "(?:")
        .replace(/([*+?}])\+/g, "$1");

/** Rules that span several members, which no member's schema can check. */
function verify(connection: Connection, { secretsRequired, cloud }: Rules): void {
    const { type, properties } = connection;
    const { secrets, topicName, topicNameIsPattern, awsAssumedRoleArn } = properties;
    if (type === "kafka" && secretsRequired && secrets === undefined && !hasKeystore(connection)) {
        throw badRequest("MissingSecrets", "secrets: is required, except with an ssl.keystore.", "secrets");
    }
    if (cloud !== "aws" && (awsAssumedRoleArn !== undefined || (isMembers(secrets) && secrets.type === "aws_iam"))) {
        const message = "awsAssumedRoleArn: only projects hosted on AWS can assume an IAM role.";
        throw badRequest("NotOnAws", message, "awsAssumedRoleArn");
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

export function newConnection(body: Members & { name: string; type: ConnectionType }, writer: Writer): Connection {
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

/** A copy of the connection with the changes of a valid PATCH body. */
export function copyWithChanges(connection: Connection, body: Members, writer: Writer): Connection {
    const copy = structuredClone(connection);
    const members = Object.entries(body).filter(([member]) => member !== "type");
    write(copy, Object.fromEntries(members), writer);
    verify(copy, writer.rules);
    copy.revision += 1;
    copy.modifiedByUser = writer.user;
    copy.modifiedOnTimestamp = writer.timestamp;
    return copy;
}

/** A connection of a data file, without the keystore members that earlier versions wrote in plain text. */
export function withoutKeystore(connection: Connection, salt: string): Connection {
    const { ssl } = connection.properties;
    if (!isMembers(ssl) || !isMembers(ssl.keystore)) {
        return connection;
    }
    const { keystore, ...rest } = ssl;
    const copy = structuredClone({ ...connection, properties: { ...connection.properties, ssl: rest } });
    storeFingerprints(copy, keystore, "ssl.keystore", { salt, timestamp: connection.modifiedOnTimestamp });
    return copy;
}

/** The topic or stream to which the checkpoints of its readers belong. */
export function topicOf({ name, properties }: Connection): string {
    const topic = properties.topicName ?? properties.stream;
    return typeof topic === "string" ? topic : name;
}
