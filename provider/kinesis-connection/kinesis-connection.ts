import type { ConnectionType } from "../connection/connection-type";
import { defineConnection } from "../connection/define-connection";
import { roleProblems } from "../connection/schema";
import { streamNamed } from "../connection/stream";
import { kinesisConnection as object, kinesisConnectionInputs as schema } from "./schema";

const names = ["stream", "awsEndpoint", "awsAssumedRoleArn"];

/** A connection of type `kinesis` (Connections v1). */
export const kinesis: ConnectionType = {
    noun: "KinesisConnection",
    type: "kinesis",
    object,
    schema,
    problems: (given, _olds, _declared, facts) => roleProblems(given, facts),
    warnings: () => [],
    normalize: (given) => given,
    secrets: [],
    repeatedDefaults: {},
    inParts: {},
    jobNames: names,
    stream: { noun: "the stream", of: ({ stream }) => streamNamed(stream) },
    destination: {
        code: "PolarisSourceUnreachable",
        noun: "the stream",
        checked: "stream, awsEndpoint, the role and its policies",
        names,
        assumesRole: () => true,
    },
};

export const kinesisConnection = defineConnection(kinesis);
