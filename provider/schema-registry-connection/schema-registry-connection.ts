import type { ConnectionType } from "../connection/connection-type";
import { defineConnection } from "../connection/define-connection";
import { missingSecret } from "../connection/secrets";
import { schemaRegistryKind } from "./kind";
import { schemaRegistryConnection as object, schemaRegistryConnectionInputs as schema } from "./schema";
import { schemaRegistryConnectionWarnings } from "./schema";

/** A connection of type `confluent_schema_registry` (Connections v1), from which jobs take the schemas of records. */
export const schemaRegistry: ConnectionType = {
    ...schemaRegistryKind,
    object,
    schema,
    problems: missingSecret,
    warnings: schemaRegistryConnectionWarnings,
    normalize: (given) => given,
    secrets: [["secrets", "password"]],
    repeatedDefaults: { urls: [] },
    inParts: {},
    destination: {
        code: "PolarisSourceUnreachable",
        noun: "the schema registry",
        checked: "urls, secrets",
        names: ["urls", "secrets"],
        assumesRole: () => false,
    },
};

export const schemaRegistryConnection = defineConnection(schemaRegistry);
