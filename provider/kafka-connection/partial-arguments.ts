import { z } from "zod";
import { isUnknown } from "../values/unknown";

export const secretsTypes = ["sasl_plain", "sasl_scram", "aws_iam"] as const;

const optional = <S extends z.ZodType>(schema: S) => schema.nullish().catch(null);

const text = optional(z.string().refine((value) => !isUnknown(value)));
const variable = z.unknown().optional();

/** The certificates and keys of a connection, as far as they can be read. */
export const partialSsl = optional(
    z.object({
        truststore: optional(z.object({ certificates: text })),
        keystore: optional(
            z.object({
                certificates: text,
                key: text,
                keyFrom: variable,
                keyPassword: text,
                keyPasswordFrom: variable,
            }),
        ),
    }),
);

/**
 * A connection's arguments as far as they can be read, for the rules that look at several of them. `null` is a
 * value that is not known yet or not valid; the schema reports what is not valid.
 */
export const partialArguments = z.object({
    bootstrapServers: z
        .preprocess((servers) => (typeof servers === "string" ? servers.split(",") : servers), z.array(text))
        .catch([]),
    topicName: text,
    topicNameIsPattern: optional(z.boolean()),
    clientRack: text,
    secrets: optional(
        z.object({
            type: optional(z.enum(secretsTypes)),
            mechanism: text,
            username: text,
            password: text,
            passwordFrom: variable,
        }),
    ),
    ssl: partialSsl,
});

export type PartialArguments = z.output<typeof partialArguments>;
export type PartialKeystore = NonNullable<PartialArguments["ssl"]>["keystore"];
