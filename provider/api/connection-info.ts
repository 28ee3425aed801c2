import { z } from "zod";
import type { Client } from "./client";
import { connectionPath } from "./connections";

const optional = <S extends z.ZodType>(schema: S) => schema.nullish().transform((value) => value ?? undefined);
const text = optional(z.string());
const person = optional(z.object({ username: z.string(), userId: z.string() }));

/** The members of all types that are no secrets: what is not listed here, such as `sasToken`, is not shown. */
const connectionInfo = z.object({
    name: z.string(),
    type: z.string(),
    description: text,
    bootstrapServers: text,
    topicName: text,
    topicNameIsPattern: optional(z.boolean()),
    clientRack: text,
    urls: optional(z.array(z.string())),
    stream: text,
    awsEndpoint: text,
    awsAssumedRoleArn: text,
    bucket: text,
    storageAccount: text,
    container: text,
    prefix: text,
    endpointUrl: text,
    secrets: optional(z.object({ type: z.string(), username: text, accessKeyId: text, awsAssumedRoleArn: text })),
    submittedByUser: person,
    submittedOnTimestamp: z.string(),
    modifiedByUser: person,
    modifiedOnTimestamp: text,
});

/** GET `/connections/{name}` for a program; undefined where there is none. */
export async function getConnectionInfo(client: Client, name: string) {
    const info = await client.find("GET", connectionPath(name), { repeat: "always" }, connectionInfo);
    return info?.endpointUrl ? { ...info, endpointUrl: client.resolve(info.endpointUrl) } : info;
}
