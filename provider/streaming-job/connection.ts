import type { Declared } from "../engine/resource";
import { topicOf } from "../kafka-connection/topics";
import { isRecord, valueAt } from "../values/json";
import type { Properties } from "../values/json";
import type { Problem } from "../values/shape";

export const connectionNameOf = (properties: Properties): unknown => valueAt(properties, ["source", "connectionName"]);

/** The connection that a job reads, if the program declares it. */
export function declaredConnection(properties: Properties, declared: Declared) {
    const name = connectionNameOf(properties);
    return typeof name === "string" ? declared("KafkaConnection", name) : undefined;
}

/** What a job reads that starts now, as far as the program declares it. */
export function topicFacts(inputs: Properties, declared: Declared) {
    const connection = declaredConnection(inputs, declared)?.inputs ?? {};
    const topic = topicOf(connection);
    if (!topic) return {};
    const { bootstrapServers } = connection;
    return {
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
