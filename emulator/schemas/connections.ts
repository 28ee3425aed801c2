import { z } from "zod";
import { AZURE_ACCESS_KEY, SECRETS, ssl, sslPatch } from "./secrets";

const text = z.string().min(1);
const name = z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/, { error: "expected 1 to 64 ASCII letters, digits, '.', '_' or '-'" });

const isBroker = (entry: string) => {
    const port = /^(?:\[[0-9A-Fa-f:.]+\]|[^\s:]+):(\d{1,5})$/.exec(entry.trim())?.[1];
    return port !== undefined && Number(port) >= 1 && Number(port) <= 65535;
};
const bootstrapServers = text.refine((list) => list.split(",").every(isBroker), {
    error: "expected a comma-separated list of host:port",
});

const kafka = { bootstrapServers, topicName: text, topicNameIsPattern: z.boolean() };
const kafkaSecrets = z.discriminatedUnion("type", [SECRETS.sasl_plain, SECRETS.sasl_scram, SECRETS.aws_iam]);
const confluentSecrets = z.discriminatedUnion("type", [SECRETS.sasl_plain, SECRETS.confluent]);
const registrySecrets = z.discriminatedUnion("type", [SECRETS.basic, SECRETS.sasl_plain, SECRETS.sasl_scram]);
const azureSecrets = z.discriminatedUnion("type", [AZURE_ACCESS_KEY, SECRETS.sas_token]);

const url = text.refine((value) => /^https?:\/\/[^\s/]/.test(value), { error: "expected a URL" });
const stream = z.string().regex(/^[A-Za-z0-9_.-]{1,128}$/, { error: "expected the name of a stream" });

const description = z.string().nullable();

const create = <Type extends string, Shape extends z.core.$ZodLooseShape>(type: Type, shape: Shape) =>
    z.strictObject({ type: z.literal(type), name, description: description.optional(), ...shape });

/** Bodies of POST /connections. */
export const createConnection = z.discriminatedUnion("type", [
    create("kafka", {
        ...kafka,
        topicNameIsPattern: kafka.topicNameIsPattern.default(false),
        clientRack: text.optional(),
        secrets: kafkaSecrets.optional(),
        ssl: ssl.optional(),
    }),
    create("confluent", {
        ...kafka,
        topicNameIsPattern: kafka.topicNameIsPattern.default(false),
        secrets: confluentSecrets,
    }),
    create("confluent_schema_registry", { urls: z.array(url).min(1), secrets: registrySecrets }),
    create("kinesis", { awsAssumedRoleArn: text, awsEndpoint: text, stream }),
    create("s3", {
        awsEndpoint: text,
        bucket: text,
        awsAssumedRoleArn: text.optional(),
        prefix: z.string().optional(),
        secrets: SECRETS.access_key.optional(),
    }),
    create("azure", { storageAccount: text, container: text, prefix: z.string().optional(), secrets: azureSecrets }),
    create("push_streaming", {}),
]);

export type CreateConnection = z.output<typeof createConnection>;
export type ConnectionType = CreateConnection["type"];

const partial = (secrets: z.ZodObject) => secrets.partial().required({ type: true });

const patch = (type: ConnectionType, shape: z.core.$ZodLooseShape) =>
    z.strictObject({ type: z.literal(type), description: description.optional(), ...shape });

const kafkaPatch = {
    bootstrapServers: bootstrapServers.optional(),
    topicName: text.optional(),
    topicNameIsPattern: z.boolean().optional(),
};
const clearable = text.nullable().optional();
const secretsOf = (...options: [z.ZodObject, ...z.ZodObject[]]) =>
    z.discriminatedUnion("type", options.map(partial) as [z.ZodObject, ...z.ZodObject[]]).optional();

/** Bodies of PATCH /connections/{name}: an absent member stays as it is, and `null` clears an optional one. */
export const patchConnection: Record<ConnectionType, z.ZodType<Record<string, unknown>>> = {
    kafka: patch("kafka", {
        ...kafkaPatch,
        clientRack: clearable,
        secrets: secretsOf(SECRETS.sasl_plain, SECRETS.sasl_scram, SECRETS.aws_iam).nullable(),
        ssl: sslPatch.nullable().optional(),
    }),
    confluent: patch("confluent", { ...kafkaPatch, secrets: secretsOf(SECRETS.sasl_plain, SECRETS.confluent) }),
    confluent_schema_registry: patch("confluent_schema_registry", {
        urls: z.array(url).min(1).optional(),
        secrets: secretsOf(SECRETS.basic, SECRETS.sasl_plain, SECRETS.sasl_scram),
    }),
    kinesis: patch("kinesis", {
        awsAssumedRoleArn: text.optional(),
        awsEndpoint: text.optional(),
        stream: stream.optional(),
    }),
    s3: patch("s3", {
        awsEndpoint: text.optional(),
        bucket: text.optional(),
        awsAssumedRoleArn: clearable,
        prefix: z.string().nullable().optional(),
        secrets: secretsOf(SECRETS.access_key).nullable(),
    }),
    azure: patch("azure", {
        storageAccount: text.optional(),
        container: text.optional(),
        prefix: z.string().nullable().optional(),
        secrets: secretsOf(AZURE_ACCESS_KEY, SECRETS.sas_token),
    }),
    push_streaming: patch("push_streaming", {}),
};
