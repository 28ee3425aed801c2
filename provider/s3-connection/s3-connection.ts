import type { ConnectionType } from "../connection/connection-type";
import { defineConnection } from "../connection/define-connection";
import { s3Kind } from "./kind";
import { s3Connection as object, s3ConnectionInputs as schema } from "./schema";
import { s3ConnectionProblems, s3ConnectionWarnings } from "./schema";

/** A connection of type `s3` (Connections v1), from which batch jobs read. */
export const s3: ConnectionType = {
    ...s3Kind,
    object,
    schema,
    problems: s3ConnectionProblems,
    warnings: s3ConnectionWarnings,
    normalize: (given) => given,
    secrets: [["secrets", "accessKeySecret"]],
    repeatedDefaults: {},
    inParts: {},
    destination: {
        code: "PolarisSourceUnreachable",
        noun: "the bucket",
        checked: "bucket, awsEndpoint, prefix, secrets or the role and its policies",
        names: ["bucket", "awsEndpoint", "prefix", "awsAssumedRoleArn", "secrets"],
        assumesRole: ({ awsAssumedRoleArn }) => awsAssumedRoleArn !== undefined,
    },
};

export const s3Connection = defineConnection(s3);
