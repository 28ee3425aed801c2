import type { ConnectionKind } from "../connection/connection-type";

export const schemaRegistryKind: ConnectionKind = {
    noun: "SchemaRegistryConnection",
    type: "confluent_schema_registry",
    jobNames: ["urls", "secrets"],
    stream: undefined,
};
