import * as pulumi from "@pulumi/pulumi";
import { ConfigurationError, readAddress, readCredentials } from "../config";
import type { ProjectAddress } from "../config";
import { ProgramError } from "./program-error";
import { isInlineProgram } from "./program-folder";
import { Project, stackSetting } from "./project";

function settingsFor(project: Project | undefined) {
    const hasKey = project?.apiKeyEnv !== undefined || project?.apiKeyConfig !== undefined;
    try {
        const { projectId, baseUrl }: ProjectAddress = project ?? readAddress(stackSetting, process.env);
        return { projectId, baseUrl, ...readCredentials(hasKey ? project : undefined, stackSetting, process.env) };
    } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        const hint = isInlineProgram()
            ? " This process does not have the envVars of an Automation API workspace: use stack.setConfig, or process.env."
            : "";
        throw new ProgramError(`${error.message}${hint}`, error.code);
    }
}

/** An ESM bundle cannot load the CommonJS packages below the HTTP client. */
async function assertHttpClientLoads(title: string): Promise<void> {
    try {
        await import("../api/transport.js");
    } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new ProgramError(
            `${title}: the HTTP client cannot be loaded (${reason}); where a bundle in ESM contains this package, leave packages out of it (esbuild: --packages=external), or bundle as CommonJS.`,
            "PolarisPackageNotFound",
        );
    }
}

/** Imports the HTTP client only here, so that a program that only declares resources does not load it. */
async function clientOf(title: string, project: Project | undefined) {
    if (project !== undefined && !Project.is(project)) {
        throw new ProgramError(
            `${title}: project is not a Project; give it \`new polaris.Project(…)\`.`,
            "PolarisArgumentInvalid",
        );
    }
    const settings = settingsFor(project);
    await assertHttpClientLoads(title);
    const { Client } = await import("../api/client.js");
    const { Mask } = await import("../values/mask.js");
    return new Client(settings, new Mask());
}

export type ApiClient = Awaited<ReturnType<typeof clientOf>>;

interface Question {
    /** The function's name, for messages. */
    readonly title: string;
    /** The permission that the API key needs. */
    readonly permission: string;
    readonly project: Project | undefined;
}

/** Asks the `call` of `pulumi.runtime.setMocks` for a function of the program, which knows it as `polaris:index:NAME`. */
export const askMocks = <T>(name: string, args: object): Promise<T> =>
    pulumi.runtime.invoke(`polaris:index:${name}`, { ...args }) as Promise<T>;

/** Refuses a name that a program in JavaScript leaves out, or gives as an Output. */
export function requireName(title: string, noun: string, name: unknown): void {
    if (typeof name === "string" && name !== "") return;
    throw new ProgramError(`${title}: give the name of a ${noun}.`, "PolarisArgumentInvalid");
}

/** Asks the API of a project for a function of the program; an error ends the program with one sentence. */
export async function askApi<T>(
    { title, permission, project }: Question,
    ask: (client: ApiClient) => Promise<T>,
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
