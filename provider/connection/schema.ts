import { z } from "zod";
import type { ProgramFacts } from "../engine/resource";
import type { Properties } from "../values/json";
import { adopt, matching, oneOf, problemOf, withDefault } from "../values/shape";
import type { Problem } from "../values/shape";
import { connectionName } from "./connection-name";

/** The arguments of every connection that Imply Polaris stores. */
export const named = { name: connectionName, description: z.string().optional() };

/** The arguments that say how this provider handles a connection. */
export const settings = { testConnection: withDefault(oneOf("warn", "error", "off"), "warn"), adopt };

export const roleArn = matching(
    /^arn:aws(-[a-z]+)*:iam::\d{12}:role\/([\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/,
    "the ARN of an IAM role (arn:aws:iam::123456789012:role/name)",
);

/** An IAM role that Imply Polaris can never assume: the address of the API names the cloud of the project. */
export function roleProblems({ awsAssumedRoleArn }: Properties, { baseUrl }: ProgramFacts): Problem[] {
    const isElsewhere = awsAssumedRoleArn !== undefined && /\.azure\.api\.imply\.io$/.test(new URL(baseUrl).hostname);
    const message =
        "expected a project that is hosted on AWS, as others cannot assume an IAM role; this one is on Azure";
    return problemOf(["awsAssumedRoleArn"], isElsewhere ? message : undefined);
}

const hostName = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/i;

/** The host name of a service of AWS. A host of AWS itself names its service. */
export const awsEndpoint = (service: "kinesis" | "s3") =>
    z
        .string()
        .refine(
            (text) =>
                hostName.test(text) && (!/\.(amazonaws\.com(\.cn)?|api\.aws)$/i.test(text) || text.includes(service)),
            `expected the host name of a regional endpoint, such as "${service}.us-east-1.amazonaws.com"`,
        );
