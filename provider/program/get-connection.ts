import * as pulumi from "@pulumi/pulumi";
import { askApi, askMocks, requireName } from "./ask-api";
import { hasMocks } from "./per-run";
import { ProgramError } from "./program-error";
import type { Project } from "./project";
import type { PolarisUser } from "./types";

/** The arguments of {@link getConnection}. */
export interface GetConnectionArgs {
    /** The connection's name in Imply Polaris. */
    name: string;
    /** The Imply Polaris project to ask. Default: the configured one. */
    project?: Project;
}

/** The arguments of {@link getConnectionOutput}. */
export interface GetConnectionOutputArgs {
    /** The connection's name in Imply Polaris. */
    name: pulumi.Input<string>;
    /** The Imply Polaris project to ask. Default: the configured one. */
    project?: Project;
}

/** How Imply Polaris authenticates with a connection, without any secret. */
export interface ConnectionLogin {
    /** The type of the secrets, such as `sasl_plain`. */
    type: string;
    /** The user name, or the API key. */
    username?: string | undefined;
    /** The id of the access key, of type `access_key`. */
    accessKeyId?: string | undefined;
    /** The ARN of the IAM role, of type `aws_iam`. */
    awsAssumedRoleArn?: string | undefined;
}

/** A connection as Imply Polaris shows it (Connections v1). Members that its type does not have are left out. */
export interface ConnectionInfo {
    /** The connection's name. */
    name: string;
    /** `kafka`, `confluent`, `confluent_schema_registry`, `kinesis`, `push_streaming`, `s3` or `azure`. */
    type: string;
    /** The text for people. */
    description?: string | undefined;
    /** The brokers, `host:port,host:port` (`kafka`, `confluent`). */
    bootstrapServers?: string | undefined;
    /** The topic, or the regular expression for topics (`kafka`, `confluent`). */
    topicName?: string | undefined;
    /** Whether `topicName` is a regular expression (`kafka`, `confluent`). */
    topicNameIsPattern?: boolean | undefined;
    /** The rack to read from (`kafka`). */
    clientRack?: string | undefined;
    /** The addresses of the registry (`confluent_schema_registry`). */
    urls?: string[] | undefined;
    /** The name of the stream (`kinesis`). */
    stream?: string | undefined;
    /** The host name of the service of AWS (`kinesis`, `s3`). */
    awsEndpoint?: string | undefined;
    /** The ARN of the IAM role (`kinesis`, `s3`). */
    awsAssumedRoleArn?: string | undefined;
    /** The name of the bucket (`s3`). */
    bucket?: string | undefined;
    /** The name of the storage account (`azure`). */
    storageAccount?: string | undefined;
    /** The name of the container (`azure`). */
    container?: string | undefined;
    /** What the names of all objects begin with that can be read (`s3`, `azure`). */
    prefix?: string | undefined;
    /** The address to which producers POST events (`push_streaming`). */
    endpointUrl?: string | undefined;
    /** How Imply Polaris authenticates, without any secret. */
    secrets?: ConnectionLogin | undefined;
    /** The user who created the connection. */
    submittedByUser?: PolarisUser | undefined;
    /** When the connection was created, RFC 3339. */
    submittedOnTimestamp: string;
    /** The user who changed it last. */
    modifiedByUser?: PolarisUser | undefined;
    /** When it was changed last, RFC 3339. */
    modifiedOnTimestamp?: string | undefined;
}

const title = "getConnection";

/**
 * Reads a connection of any type (GET `/connections/{name}`), without managing it and without its secrets. Each run asks
 * again, previews too; the answer is in no resource's state. Fails where there is no such connection. In unit tests with
 * mocks, `call` answers it, as `polaris:index:getConnection`.
 *
 * @throws One sentence that says what to set or do.
 */
export async function getConnection(args: GetConnectionArgs): Promise<ConnectionInfo> {
    const { name, project } = args;
    requireName(title, "connection", name);
    if (hasMocks()) return askMocks(title, args);
    return askApi({ title, permission: "ManageConnections", project }, async (client) => {
        const { getConnectionInfo } = await import("../api/connection-info.js");
        const info = await getConnectionInfo(client, name);
        if (info) return info;
        throw new ProgramError(
            `${title}: there is no connection ${JSON.stringify(name)}; correct the name, or use getConnectionOutput with name: connection.id, which waits until the program has created it.`,
            "PolarisObjectNotFound",
        );
    });
}

/**
 * {@link getConnection} as an Output. While the name is not known in a preview, neither is the Output, and nothing is
 * asked.
 */
export const getConnectionOutput = ({ name, project }: GetConnectionOutputArgs): pulumi.Output<ConnectionInfo> =>
    pulumi.output(name).apply((known) => getConnection({ name: known, ...(project && { project }) }));
