import type { ConnectionType } from "../connection/connection-type";
import { defineConnection } from "../connection/define-connection";
import { roleProblems } from "../connection/schema";
import { kinesisKind } from "./kind";
import { kinesisConnection as object, kinesisConnectionInputs as schema } from "./schema";

/** A connection of type `kinesis` (Connections v1). */
export const kinesis: ConnectionType = {
    ...kinesisKind,
    object,
    schema,
    problems: (given, _olds, _declared, facts) => roleProblems(given, facts),
    warnings: () => [],
    normalize: (given) => given,
    secrets: [],
    repeatedDefaults: {},
    inParts: {},
    destination: {
        code: "PolarisSourceUnreachable",
        noun: "the stream",
        checked: "stream, awsEndpoint, the role and its policies",
        names: kinesisKind.jobNames,
        assumesRole: () => true,
    },
};

export const kinesisConnection = defineConnection(kinesis);
