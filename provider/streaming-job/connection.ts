import type { ConnectionKind } from "../connection/connection-type";
import type { Declared } from "../engine/resource";
import { fingerprintOf, matches } from "../engine/secrets";
import { jobSettingsText, unknownJobNames } from "../connection/job-settings";
import { valueAt } from "../values/json";
import type { Properties } from "../values/json";
import { problemOf } from "../values/shape";
import type { Problem } from "../values/shape";
import { isUnknown } from "../values/unknown";
import { connectionKinds, connectionNamed, registriesOf } from "./connection-kinds";

export const connectionNameOf = (properties: Properties): unknown => valueAt(properties, ["source", "connectionName"]);

/** The connections and the table that a job uses. */
export const neededObjects = (state: Properties): [noun: string, id: string][] => [
    ["Table", String(valueAt(state, ["target", "tableName"]))],
    ...[connectionNameOf(state), ...registriesOf(state)].flatMap((name) =>
        connectionKinds.map(({ noun }): [string, string] => [noun, String(name)]),
    ),
];

/** The connection that a job reads, if the program declares it. */
export const declaredConnection = (properties: Properties, declared: Declared) =>
    connectionNamed(connectionNameOf(properties), declared);

const nouns = { source: "connection", registry: "schema registry" } as const;
type Role = keyof typeof nouns;

/** The connections of which a change restarts the job: its source and the registries of its schemas. */
function followedConnections(inputs: Properties, declared: Declared) {
    if (inputs.restartOnConnectionChange !== true) return [];
    const names: readonly (readonly [Role, unknown])[] = [
        ["source", connectionNameOf(inputs)],
        ...registriesOf(inputs).map((name) => ["registry", name] as const),
    ];
    return names.flatMap(([role, name]) => {
        const connection = connectionNamed(name, declared);
        const isOfRole = role === "source" || connection?.kind.type === "confluent_schema_registry";
        return connection && isOfRole ? [{ role, name: String(name), connection }] : [];
    });
}

type Followed = ReturnType<typeof followedConnections>[number];

const settingsOf = ({ connection }: Followed) => jobSettingsText(connection.kind, connection);

/**
 * The fingerprints of the connections with which a job starts now, if the job follows them. A run with `--target` may
 * leave a connection out: then what the state has still holds.
 */
export function connectionFacts(inputs: Properties, declared: Declared) {
    const origin = [inputs.projectId, valueAt(inputs, ["target", "tableName"])].map(String);
    if (inputs.restartOnConnectionChange !== true) {
        return { connectionFingerprint: undefined, registryFingerprints: undefined };
    }
    const followed = followedConnections(inputs, declared);
    const printsOf = (role: Role) =>
        followed
            .filter((one) => one.role === role)
            .map((one) => [one.name, fingerprintOf(settingsOf(one), origin)] as const);
    const [[, source] = []] = printsOf("source");
    const registries = printsOf("registry");
    return {
        ...(source && { connectionFingerprint: source }),
        ...(registries.length > 0 && { registryFingerprints: Object.fromEntries(registries) }),
    };
}

/** How the connections of a job differ from those that the job was started with, if the job follows them. */
export type ConnectionChange =
    | { readonly kind: "none" }
    /** `connection` names the one that differs, in words. */
    | { readonly kind: "changed" | "unrecorded"; readonly connection: string }
    /** These arguments of the connections are not known in this preview. */
    | { readonly kind: "unknown"; readonly names: readonly string[] };

export function connectionChange(state: Properties, inputs: Properties, declared: Declared): ConnectionChange {
    const followed = followedConnections(inputs, declared);
    const names = followed.flatMap((one) =>
        unknownJobNames(one.connection.kind, one.connection.inputs).map((name) => `${name} of its ${nouns[one.role]}`),
    );
    if (names.length > 0) return { kind: "unknown", names };
    for (const one of followed) {
        const path = one.role === "source" ? ["connectionFingerprint"] : ["registryFingerprints", one.name];
        const recorded = valueAt(state, path);
        const connection = nouns[one.role];
        if (recorded === undefined) return { kind: "unrecorded", connection };
        if (!matches(recorded, settingsOf(one))) return { kind: "changed", connection };
    }
    return { kind: "none" };
}

/** A job can only follow connections that the program itself declares. */
export function connectionWarnings(given: Properties, declared: Declared): Problem[] {
    const isFollowing = given.restartOnConnectionChange === true && !isUnknown(connectionNameOf(given));
    const message =
        "does nothing in this run, in which the connection is not declared: that is so with --target; else take connectionName from `connection.name`, or use restartTrigger";
    const isMissing = isFollowing && followedConnections(given, declared).length === 0;
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
