import * as pulumi from "@pulumi/pulumi";
import { readCredentials, readAddress } from "../config";
import type { ProjectAddress } from "../config";
import { ProgramError } from "./program-error";
import { orRunError, Project, stackSetting } from "./project";

/** Imports the HTTP client only here, so that a program that only declares resources does not load it. */
async function clientOf(title: string, project: Project | undefined) {
    if (project !== undefined && !Project.is(project)) {
        throw new ProgramError(
            `${title}: project is not a Project; give it \`new polaris.Project(…)\`.`,
            "PolarisArgumentInvalid",
        );
    }
    const place: ProjectAddress = project ?? orRunError(() => readAddress(stackSetting, process.env));
    const hasKey = project?.apiKeyEnv !== undefined || project?.apiKeyConfig !== undefined;
    const access = orRunError(() => readCredentials(hasKey ? project : undefined, stackSetting, process.env));
    const { Client } = await import("../api/client.js");
    const { Mask } = await import("../values/mask.js");
    return new Client({ projectId: place.projectId, baseUrl: place.baseUrl, ...access }, new Mask());
}

interface Question {
    /** The function's name, for messages. */
    readonly title: string;
    /** The permission that the API key needs. */
    readonly permission: string;
    readonly project: Project | undefined;
}

/** Asks the API of a project for a function of the program; an error ends the program with one sentence. */
export async function askApi<T>(
    { title, permission, project }: Question,
    ask: (client: Awaited<ReturnType<typeof clientOf>>) => Promise<T>,
): Promise<T> {
    const client = await clientOf(title, project);
    try {
        return await ask(client);
    } catch (error) {
        if (pulumi.RunError.isInstance(error)) throw error;
        const { sentenceOf } = await import("../engine/error-messages.js");
        throw new pulumi.RunError(sentenceOf(error, { title, operation: "read", permission }));
    } finally {
        client.close();
    }
}
