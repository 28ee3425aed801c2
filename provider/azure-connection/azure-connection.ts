import type { ConnectionType } from "../connection/connection-type";
import { defineConnection } from "../connection/define-connection";
import { missingSecret } from "../connection/secrets";
import { azureKind } from "./kind";
import { azureConnection as object, azureConnectionInputs as schema, azureConnectionWarnings } from "./schema";

/** A connection of type `azure` (Connections v1), from which batch jobs read. */
export const azure: ConnectionType = {
    ...azureKind,
    object,
    schema,
    problems: missingSecret,
    warnings: azureConnectionWarnings,
    normalize: (given) => given,
    secrets: [
        ["secrets", "accessKeySecret"],
        ["secrets", "sasToken"],
    ],
    repeatedDefaults: {},
    inParts: {},
    destination: {
        code: "PolarisSourceUnreachable",
        noun: "the container",
        checked: "storageAccount, container, prefix, secrets",
        names: ["storageAccount", "container", "prefix", "secrets"],
        assumesRole: () => false,
    },
};

export const azureConnection = defineConnection(azure);
