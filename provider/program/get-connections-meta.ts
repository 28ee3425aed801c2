import * as pulumi from "@pulumi/pulumi";
import { readAccess, readPlace } from "../config";
import type { ProjectAddress } from "../config";
import { orRunError, Project, stackSetting } from "./project";
import { perRun } from "./per-run";

/** The arguments of {@link getConnectionsMeta}. */
export interface GetConnectionsMetaArgs {
    /** The project to ask; by default the configured one. */
    project?: Project;
}

/** Whom an IAM role has to trust, so that Imply Polaris can assume it ("Secure connections to AWS"). */
export interface ConnectionsMeta {
    /** The AWS principal of Imply Polaris, for the role's trust policy. */
    implyArn: string;
    /** The `sts:ExternalId` that the trust policy has to ask for. */
    externalId: string;
}

const asked = perRun(() => new Map<string, Promise<ConnectionsMeta>>());

/** The HTTP client is loaded where a program asks for something, and not where it only declares resources. */
async function ask(project: Project | undefined): Promise<ConnectionsMeta> {
    if (project !== undefined && !Project.is(project)) {
        throw new pulumi.RunError("getConnectionsMeta: project is not a Project; give it `new polaris.Project(…)`.");
    }
    const place: ProjectAddress = project ?? orRunError(() => readPlace(stackSetting, process.env));
    const hasKey = project?.apiKeyEnv !== undefined || project?.apiKeyConfig !== undefined;
    const access = orRunError(() => readAccess(hasKey ? project : undefined, stackSetting, process.env));
    const { Client } = await import("../api/client.js");
    const client = new Client({ projectId: place.projectId, baseUrl: place.baseUrl, ...access });
    const connections = await import("../api/connections.js");
    try {
        const { implyArn, externalId } = await connections.getConnectionsMeta(client);
        if (implyArn && externalId) return { implyArn, externalId };
        throw new pulumi.RunError(
            "getConnectionsMeta: the Imply Polaris project has no AWS principal, as only projects hosted on AWS have; use another kind of secrets than aws_iam.",
        );
    } catch (error) {
        if (pulumi.RunError.isInstance(error)) throw error;
        const { sentenceOf } = await import("../engine/errors.js");
        const at = { title: "getConnectionsMeta", operation: "read", permission: "ManageConnections" } as const;
        throw new pulumi.RunError(sentenceOf(error, at));
    } finally {
        client.close();
    }
}

/**
 * Asks Imply Polaris whom an IAM role has to trust (GET `/connectionsMeta`): give the answer to
 * `aws.assumeRolePolicy`. Asked once a run for each project, in previews too. Projects hosted on AWS only.
 *
 * @throws One sentence that says what to set or do.
 */
export function getConnectionsMeta(args: GetConnectionsMetaArgs = {}): Promise<ConnectionsMeta> {
    const { project } = args;
    const key = project ? `${project.baseUrl} ${project.projectId}` : "";
    const answers = asked();
    const answer = answers.get(key) ?? ask(project);
    answers.set(key, answer);
    return answer;
}

/** {@link getConnectionsMeta} as an Output. */
export const getConnectionsMetaOutput = (args: GetConnectionsMetaArgs = {}): pulumi.Output<ConnectionsMeta> =>
    pulumi.output(getConnectionsMeta(args));
