import { isRecord, valueAt } from "../values/json";
import type { Properties } from "../values/json";
import type { Declared } from "../engine/resource";
import type { Problem } from "../values/shape";
import { connectionNameOf } from "../kafka-connection/topics";

/** The format settings and those within them, with the path of each. */
function formatsIn(settings: unknown, path: readonly string[]): { settings: Properties; path: readonly string[] }[] {
    if (!isRecord(settings)) return [];
    return [
        { settings, path },
        ...["valueFormat", "keyFormat"].flatMap((member) => formatsIn(settings[member], [...path, member])),
    ];
}

/** What cannot be read by a connection of another type, where the program itself declares the connection. */
export function connectionTypeProblems(given: Properties, declaration: Declared): Problem[] {
    const isKafka = (name: unknown) => typeof name === "string" && declaration("KafkaConnection", name) !== undefined;
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
