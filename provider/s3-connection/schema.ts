import { z } from "zod";
import type { ConnectionType } from "../connection/connection-type";
import { awsEndpoint, named, roleArn, roleProblems, settings } from "../connection/schema";
import { missingSecret, secretText, secretTextWarnings } from "../connection/secrets";
import type { Properties } from "../values/json";
import { matching, nonEmpty, problemOf, strict, variable } from "../values/shape";
import type { Problem } from "../values/shape";

/** The arguments that Imply Polaris stores. Parsed arguments that mean the same are equal. */
export const s3Connection = strict({
    ...named,
    bucket: matching(/^[A-Za-z0-9][A-Za-z0-9._-]{2,254}$/, "the name of a bucket, without s3:// and without a path"),
    awsEndpoint: awsEndpoint("s3"),
    prefix: nonEmpty.optional(),
    awsAssumedRoleArn: roleArn.optional(),
    secrets: strict({
        type: z.literal("access_key", { error: 'expected "access_key"' }),
        accessKeyId: secretText,
        accessKeySecret: secretText.optional(),
        accessKeySecretFrom: variable,
    }).optional(),
});

export const s3ConnectionInputs = strict({ ...s3Connection.shape, ...settings });

/** The rules that look at several arguments. */
export const s3ConnectionProblems: ConnectionType["problems"] = (given, olds, _declared, facts) => {
    const isLoginMissing = given.secrets === undefined && given.awsAssumedRoleArn === undefined;
    return [
        ...problemOf(["secrets"], isLoginMissing ? "required without an awsAssumedRoleArn" : undefined),
        ...missingSecret(given, olds),
        ...roleProblems(given, facts),
    ];
};

export function s3ConnectionWarnings(given: Properties): Problem[] {
    const hasBoth = given.secrets !== undefined && given.awsAssumedRoleArn !== undefined;
    const message = "is given beside an awsAssumedRoleArn; Imply Polaris does not document which of the two it uses";
    return [
        ...problemOf(["secrets"], hasBoth ? message : undefined),
        ...secretTextWarnings(given, ["secrets", "accessKeyId"], ["secrets", "accessKeySecret"]),
    ];
}
