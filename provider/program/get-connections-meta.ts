import * as pulumi from "@pulumi/pulumi";
import { ConfigurationError, readAccess, readPlace } from "../config";
import type { ProjectAddress } from "../config";
import { hasMocks, perRun } from "./per-run";
import { isInlineProgram } from "./program-folder";
import { ProgramError } from "./program-error";
import { Project, stackSetting } from "./project";

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

/** The token by which `call` of `pulumi.runtime.setMocks` knows the function. */
const token = "polaris:index:getConnectionsMeta";

function settingsFor(project: Project | undefined) {
    const hasKey = project?.apiKeyEnv !== undefined || project?.apiKeyConfig !== undefined;
    try {
        const place: ProjectAddress = project ?? readPlace(stackSetting, process.env);
        return { place, access: readAccess(hasKey ? project : undefined, stackSetting, process.env) };
    } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        const hint = isInlineProgram()
            ? " This process does not have the envVars of an Automation API workspace: use stack.setConfig, or process.env."
            : "";
        throw new ProgramError(`${error.message}${hint}`, error.code);
    }
}

/** Imports the HTTP client only here, so that a program that only declares resources does not load it. */
async function request(project: Project | undefined): Promise<ConnectionsMeta> {
    if (project !== undefined && !Project.is(project)) {
        throw new ProgramError(
            "getConnectionsMeta: project is not a Project; give it `new polaris.Project(…)`.",
            "PolarisArgumentInvalid",
        );
    }
    const { place, access } = settingsFor(project);
    const { Client } = await import("../api/client.js");
    const { Mask } = await import("../values/mask.js");
    const client = new Client({ projectId: place.projectId, baseUrl: place.baseUrl, ...access }, new Mask());
    const connections = await import("../api/connections.js");
    try {
        const { implyArn, externalId } = await connections.getConnectionsMeta(client);
        if (implyArn && externalId) return { implyArn, externalId };
        throw new ProgramError(
            "getConnectionsMeta: the Imply Polaris project has no AWS principal, as only projects hosted on AWS have; use another kind of secrets than aws_iam.",
            "PolarisNotOnAws",
        );
    } catch (error) {
        if (pulumi.RunError.isInstance(error)) throw error;
        const { sentenceOf } = await import("../engine/error-messages.js");
        const at = { title: "getConnectionsMeta", operation: "read", permission: "ManageConnections" } as const;
        throw new pulumi.RunError(sentenceOf(error, at));
    } finally {
        client.close();
    }
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
    if (hasMocks()) return pulumi.runtime.invoke(token, { ...args }) as Promise<ConnectionsMeta>;
    const key = project ? `${project.baseUrl} ${project.projectId}` : "";
    const known = answers();
    const answer = known.get(key) ?? request(project);
    known.set(key, answer);
    return answer;
}

/** {@link getConnectionsMeta} as an Output. */
export const getConnectionsMetaOutput = (args: GetConnectionsMetaArgs = {}): pulumi.Output<ConnectionsMeta> =>
    pulumi.output(getConnectionsMeta(args));
