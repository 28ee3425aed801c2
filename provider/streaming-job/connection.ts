import type { ConnectionKind } from "../connection/connection-type";
import type { Declared } from "../engine/resource";
import { fingerprintOf, matches } from "../engine/secrets";
import { jobSettingsText, unknownJobNames } from "../connection/job-settings";
import { valueAt } from "../values/json";
import type { Properties } from "../values/json";
import { problemOf } from "../values/shape";
import type { Problem } from "../values/shape";
import { isUnknown } from "../values/unknown";
import { connectionNamed } from "./connection-kinds";

export const connectionNameOf = (properties: Properties): unknown => valueAt(properties, ["source", "connectionName"]);

/** The connection that a job reads, if the program declares it. */
export const declaredConnection = (properties: Properties, declared: Declared) =>
    connectionNamed(connectionNameOf(properties), declared);

/** The fingerprint of the connection with which a job starts now, if the job follows its connection. */
export function connectionFacts(inputs: Properties, declared: Declared) {
    const connection = inputs.restartOnConnectionChange === true ? declaredConnection(inputs, declared) : undefined;
    const origin = [inputs.projectId, valueAt(inputs, ["target", "tableName"])].map(String);
    return {
        connectionFingerprint: connection && fingerprintOf(jobSettingsText(connection.kind, connection), origin),
    };
}

/** How the connection of a job differs from the one that the job was started with, if the job follows it. */
export type ConnectionChange =
    | { readonly kind: "none" | "changed" | "unrecorded" }
    /** These arguments of the connection are not known in this preview. */
    | { readonly kind: "unknown"; readonly names: readonly string[] };

export function connectionChange(state: Properties, inputs: Properties, declared: Declared): ConnectionChange {
    const connection = inputs.restartOnConnectionChange === true ? declaredConnection(inputs, declared) : undefined;
    if (!connection) return { kind: "none" };
    const names = unknownJobNames(connection.kind, connection.inputs);
    if (names.length > 0) return { kind: "unknown", names };
    if (state.connectionFingerprint === undefined) return { kind: "unrecorded" };
    const isSame = matches(state.connectionFingerprint, jobSettingsText(connection.kind, connection));
    return { kind: isSame ? "none" : "changed" };
}

/** A job can only follow a connection that the program itself declares. */
export function connectionWarnings(given: Properties, declared: Declared): Problem[] {
    const isFollowing = given.restartOnConnectionChange === true && !isUnknown(connectionNameOf(given));
    const message =
        "has no effect in this run, as it declares no connection of that name; take connectionName from `connection.name`, or use restartTrigger";
    const isMissing = isFollowing && !declaredConnection(given, declared);
    return problemOf(["restartOnConnectionChange"], isMissing ? message : undefined);
}

/** What a job records of the connection that it reads. */
export function streamFacts(kind: ConnectionKind, connection: Properties) {
    const stream = kind.stream?.of(connection);
    const { bootstrapServers } = connection;
    return (
        stream && {
            topicName: stream.topicName,
            topicNameIsPattern: stream.topicNameIsPattern || undefined,
            bootstrapServers: typeof bootstrapServers === "string" ? bootstrapServers : undefined,
        }
    );
}

/** What a job reads that starts now, as far as the program declares it. */
export function topicFacts(inputs: Properties, declared: Declared) {
    const connection = declaredConnection(inputs, declared);
    return {
        ...connectionFacts(inputs, declared),
        ...(connection && streamFacts(connection.kind, connection.inputs)),
    };
}
