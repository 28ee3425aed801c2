import { z } from "zod";

const text = z.string().min(1);
const mechanism = z.enum(["SCRAM-SHA-256", "SCRAM-SHA-512"]);
const pem = text.refine((value) => value.includes("-----BEGIN "), { error: "expected PEM text" });

/** All members are required when secrets are set for the first time or change their type. */
export const SECRETS = {
    sasl_plain: z.strictObject({ type: z.literal("sasl_plain"), username: text, password: text }),
    sasl_scram: z.strictObject({ type: z.literal("sasl_scram"), mechanism, username: text, password: text }),
    aws_iam: z.strictObject({ type: z.literal("aws_iam"), awsAssumedRoleArn: text }),
    confluent: z.strictObject({ type: z.literal("confluent"), key: text, secret: text }),
    basic: z.strictObject({ type: z.literal("basic"), username: text, password: text }),
    access_key: z.strictObject({ type: z.literal("access_key"), accessKeyId: text, accessKeySecret: text }),
    sas_token: z.strictObject({ type: z.literal("sas_token"), sasToken: text }),
} as const;

export type SecretsType = keyof typeof SECRETS;

/** An Azure storage account key has no id. */
export const AZURE_ACCESS_KEY = z.strictObject({
    type: z.literal("access_key"),
    accessKeyId: text.optional(),
    accessKeySecret: text,
});

const truststore = z.strictObject({ type: z.literal("pem"), certificates: pem });
const keystore = z.strictObject({
    type: z.literal("pem"),
    certificates: pem,
    key: pem,
    keyPassword: text.optional(),
});

export const ssl = z.strictObject({ truststore: truststore.optional(), keystore: keystore.optional() });

/** In a PATCH, `null` clears a store; what is absent stays. */
export const sslPatch = z.strictObject({
    truststore: truststore.nullable().optional(),
    keystore: keystore.nullable().optional(),
});
