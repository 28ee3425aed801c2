import * as pulumi from "@pulumi/pulumi";
import { askApi, askMocks } from "./ask-api";
import { hasMocks, perRun } from "./per-run";
import { ProgramError } from "./program-error";
import type { Project } from "./project";

/** The arguments of {@link getConnectionsMeta}. */
export interface GetConnectionsMetaArgs {
    /** The Imply Polaris project to ask. Default: the configured one. */
    project?: Project;
}

/** The values of an IAM role's trust policy by which Imply Polaris can assume it ("Secure connections to AWS"). */
export interface ConnectionsMeta {
    /** The ARN of the AWS principal of Imply Polaris, for the role's trust policy. */
    implyArn: string;
    /** The `sts:ExternalId` that the trust policy requires. */
    externalId: string;
}

const answers = perRun(() => new Map<string, Promise<ConnectionsMeta>>());

function request(project: Project | undefined): Promise<ConnectionsMeta> {
    return askApi({ title: "getConnectionsMeta", permission: "ManageConnections", project }, async (client) => {
        const connections = await import("../api/connections.js");
        const { implyArn, externalId } = await connections.getConnectionsMeta(client);
        if (implyArn && externalId) return { implyArn, externalId };
        throw new ProgramError(
            "getConnectionsMeta: the Imply Polaris project has no AWS principal, as only projects hosted on AWS have; use another kind of secrets than aws_iam.",
            "PolarisNotOnAws",
        );
    });
}

/**
 * Asks Imply Polaris which AWS principal an IAM role must trust (GET `/connectionsMeta`), for `aws.assumeRolePolicy`.
 * Each run asks once per project, previews too. Only for projects hosted on AWS. In unit tests with mocks, `call`
 * answers it, as `polaris:index:getConnectionsMeta`.
 *
 * @throws One sentence that says what to set or do.
 */
export function getConnectionsMeta(args: GetConnectionsMetaArgs = {}): Promise<ConnectionsMeta> {
    const { project } = args;
    if (hasMocks()) return askMocks("getConnectionsMeta", args);
    const key = project ? `${project.baseUrl} ${project.projectId}` : "";
    const known = answers();
    const answer = known.get(key) ?? request(project);
    known.set(key, answer);
    return answer;
}

/** {@link getConnectionsMeta} as an Output. */
export const getConnectionsMetaOutput = (args: GetConnectionsMetaArgs = {}): pulumi.Output<ConnectionsMeta> =>
    pulumi.output(getConnectionsMeta(args));
