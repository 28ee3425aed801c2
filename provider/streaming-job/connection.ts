import type { Declared } from "../engine/resource";
import { fingerprintOf, matches } from "../engine/secrets";
import { jobSettingsText, unknownJobNames } from "../connection/job-settings";
import { kafka } from "../kafka-connection/kafka-connection";
import { topicOf } from "../kafka-connection/topics";
import { isRecord, valueAt } from "../values/json";
import type { Properties } from "../values/json";
import { problemOf } from "../values/shape";
import type { Problem } from "../values/shape";
import { isUnknown } from "../values/unknown";

export const connectionNameOf = (properties: Properties): unknown => valueAt(properties, ["source", "connectionName"]);

/** The connection that a job reads, if the program declares it. */
export function declaredConnection(properties: Properties, declared: Declared) {
    const name = connectionNameOf(properties);
    return typeof name === "string" ? declared("KafkaConnection", name) : undefined;
}

/** The fingerprint of the connection with which a job starts now, if the job follows its connection. */
export function connectionFacts(inputs: Properties, declared: Declared) {
    const connection = inputs.restartOnConnectionChange === true ? declaredConnection(inputs, declared) : undefined;
    const origin = [inputs.projectId, valueAt(inputs, ["target", "tableName"])].map(String);
    return {
        connectionFingerprint: connection && fingerprintOf(jobSettingsText(kafka, connection.inputs), origin),
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
    const names = unknownJobNames(kafka, connection.inputs);
    if (names.length > 0) return { kind: "unknown", names };
    if (state.connectionFingerprint === undefined) return { kind: "unrecorded" };
    const isSame = matches(state.connectionFingerprint, jobSettingsText(kafka, connection.inputs));
    return { kind: isSame ? "none" : "changed" };
}

/** A job can only follow a connection that the program itself declares. */
export function connectionWarnings(given: Properties, declared: Declared): Problem[] {
    const isFollowing = given.restartOnConnectionChange === true && !isUnknown(connectionNameOf(given));
    const message =
        "has no effect in this run, as it declares no KafkaConnection of that name; take connectionName from `connection.name`, or use restartTrigger";
    const isMissing = isFollowing && !declaredConnection(given, declared);
    return problemOf(["restartOnConnectionChange"], isMissing ? message : undefined);
}

/** What a job reads that starts now, as far as the program declares it. */
export function topicFacts(inputs: Properties, declared: Declared) {
    const connection = declaredConnection(inputs, declared)?.inputs ?? {};
    const topic = topicOf(connection);
    const followed = connectionFacts(inputs, declared);
    if (!topic) return followed;
    const { bootstrapServers } = connection;
    return {
        ...followed,
        topicName: topic.topicName,
        topicNameIsPattern: topic.topicNameIsPattern || undefined,
        bootstrapServers: typeof bootstrapServers === "string" ? bootstrapServers : undefined,
    };
}

/** The format settings and those within them, with the path of each. */
function formatsIn(settings: unknown, path: readonly string[]): { settings: Properties; path: readonly string[] }[] {
    if (!isRecord(settings)) return [];
    const inner = ["valueFormat", "keyFormat"].flatMap((member) => formatsIn(settings[member], [...path, member]));
    return [{ settings, path }, ...inner];
}

/** Whether a job takes schemas from a registry, which it reaches by a connection of its own. */
export const readsSchemaRegistry = (spec: Properties): boolean =>
    formatsIn(valueAt(spec, ["source", "formatSettings"]), []).some(
        ({ settings }) => valueAt(settings, ["parseSchemaProvider", "connectionName"]) !== undefined,
    );

/** What a job cannot read from a connection of this type, where the program itself declares the connection. */
export function connectionTypeProblems(given: Properties, declared: Declared): Problem[] {
    const isKafka = (name: unknown) => typeof name === "string" && declared("KafkaConnection", name) !== undefined;
    const formats = formatsIn(valueAt(given, ["source", "formatSettings"]), ["source", "formatSettings"]);
    return formats.flatMap(({ settings, path }): Problem[] => {
        if (settings.format === "kinesis" && isKafka(connectionNameOf(given))) {
            const message =
                'expected another format than "kinesis", as the connection is one of Kafka (metadata: "kafka")';
            return [{ path: [...path, "format"], message }];
        }
        if (!isKafka(valueAt(settings, ["parseSchemaProvider", "connectionName"]))) return [];
        const message =
            "expected a connection of type confluent_schema_registry, found a KafkaConnection of this program";
        return [{ path: [...path, "parseSchemaProvider", "connectionName"], message }];
    });
}
