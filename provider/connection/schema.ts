import { z } from "zod";
import { adopt, matching, oneOf, withDefault } from "../values/shape";
import { connectionName } from "./connection-name";

/** The arguments of every connection that Imply Polaris stores. */
export const named = { name: connectionName, description: z.string().optional() };

/** The arguments that say how this provider handles a connection. */
export const settings = { testConnection: withDefault(oneOf("warn", "error", "off"), "warn"), adopt };

export const roleArn = matching(
    /^arn:aws(-[a-z]+)*:iam::\d{12}:role\/([\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/,
    "the ARN of an IAM role (arn:aws:iam::123456789012:role/name)",
);
