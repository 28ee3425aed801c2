import { azureKind } from "../azure-connection/kind";
import { confluentKind } from "../confluent-connection/kind";
import type { ConnectionKind } from "../connection/connection-type";
import type { Declaration } from "../engine/declarations";
import type { Declared, ProgramFacts } from "../engine/resource";
import { kafkaKind } from "../kafka-connection/kind";
import { kinesisKind } from "../kinesis-connection/kind";
import { pushStreamingKind } from "../push-streaming-connection/kind";
import { s3Kind } from "../s3-connection/kind";
import { schemaRegistryKind } from "../schema-registry-connection/kind";
import { isRecord, pathText, valueAt } from "../values/json";
import type { Properties } from "../values/json";
import type { Problem } from "../values/shape";
import { isUnknown } from "../values/unknown";

/** The kinds of connection that a program can declare. */
export const connectionKinds: readonly ConnectionKind[] = [
    kafkaKind,
    confluentKind,
    kinesisKind,
    azureKind,
    s3Kind,
    pushStreamingKind,
    schemaRegistryKind,
];

/** The formats that each stream cannot have, and what to use instead. */
const refusals: Record<string, { readonly formats: readonly string[]; readonly advice: string }> = {
    kafka: { formats: ["kinesis"], advice: 'one of Kafka (metadata: "kafka")' },
    confluent: { formats: ["kinesis"], advice: 'one of Confluent Cloud (metadata: "kafka")' },
    kinesis: { formats: ["kafka"], advice: 'one of Kinesis (metadata: "kinesis")' },
    push_streaming: {
        formats: ["avro_stream", "protobuf", "kafka", "kinesis"],
        advice: 'one of pushed events, which can be "nd-json", "csv" or "regex"',
    },
};

const streamTypes = () => connectionKinds.filter(({ stream }) => stream).map(({ type }) => type);

/** A connection that the program declares. */
export interface DeclaredConnection extends Declaration {
    readonly kind: ConnectionKind;
}

/** The connection of a name that the program declares, of any kind. */
export function connectionNamed(name: unknown, declared: Declared): DeclaredConnection | undefined {
    if (typeof name !== "string") return undefined;
    for (const kind of connectionKinds) {
        const declaration = declared(kind.noun, name);
        if (declaration) return { ...declaration, kind };
    }
    return undefined;
}

/** The format settings and those within them, with the path of each. */
function formatsIn(settings: unknown, path: readonly string[]): { settings: Properties; path: readonly string[] }[] {
    if (!isRecord(settings)) return [];
    const inner = ["valueFormat", "keyFormat"].flatMap((member) => formatsIn(settings[member], [...path, member]));
    return [{ settings, path }, ...inner];
}

const formatsOf = (properties: Properties) =>
    formatsIn(valueAt(properties, ["source", "formatSettings"]), ["source", "formatSettings"]);

/** The connections of schema registries from which a job takes schemas. */
export const registriesOf = (spec: Properties): unknown[] =>
    formatsOf(spec)
        .map(({ settings }) => valueAt(settings, ["parseSchemaProvider", "connectionName"]))
        .filter((name) => name !== undefined);

const listOf = (words: readonly string[]) => words.join(", ").replace(/, ([^,]*)$/, " or $1");

/** What a job cannot read from a connection, where the program shows its type: it declares or gets the connection. */
export function connectionTypeProblems(given: Properties, declared: Declared, { classes }: ProgramFacts): Problem[] {
    const typeAt = (path: readonly string[]) => {
        const noun = classes[pathText(path)];
        return (
            connectionNamed(valueAt(given, path), declared)?.kind ?? connectionKinds.find((one) => one.noun === noun)
        );
    };
    const unless = (path: readonly string[], types: readonly string[]): Problem[] => {
        const type = typeAt(path)?.type;
        if (type === undefined || types.includes(type)) return [];
        // What is wrong with a value that is not known yet is reported of its holder: the class is known all the same.
        const shownPath = isUnknown(valueAt(given, path)) ? path.slice(0, -1) : path;
        const message = `expected a connection of type ${listOf(types)}, found one of type ${type}`;
        return [{ path: shownPath, message }];
    };
    const sourcePath = ["source", "connectionName"];
    const refusal = refusals[typeAt(sourcePath)?.type ?? ""];
    const formats = formatsOf(given);
    return [
        ...unless(sourcePath, streamTypes()),
        ...formats.flatMap(({ settings: { format }, path }) => {
            if (typeof format !== "string" || !refusal?.formats.includes(format)) return [];
            const message = `expected another format than "${format}", as the connection is ${refusal.advice}`;
            return [{ path: [...path, "format"], message }];
        }),
        ...formats.flatMap(({ path }) =>
            unless([...path, "parseSchemaProvider", "connectionName"], ["confluent_schema_registry"]),
        ),
    ];
}
