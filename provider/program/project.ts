import * as pulumi from "@pulumi/pulumi";
import { ConfigurationError, placeOfProject, readPlace } from "../config";
import type { KeyName, ProjectAddress } from "../config";

/** The arguments of a {@link Project}. */
export interface ProjectArgs {
    /** The project's UUID. */
    projectId: string;
    /** With `region` and `cloud` the address of the API: `https://{organization}.{region}.{cloud}.api.imply.io`. */
    organization?: string;
    /** Such as `us-east-1` or `germanywestcentral`. */
    region?: string;
    /** `aws` or `azure`. */
    cloud?: string;
    /** The address of the API, instead of organization, region and cloud. */
    baseUrl?: string;
    /** The environment variable that holds the project's API key. */
    apiKeyEnv?: string;
    /** The secret of the stack's configuration that holds the project's API key, such as `polaris:euApiKey`. */
    apiKeyConfig?: string;
}

/**
 * An Imply Polaris project other than the configured one, for the `project` of resources and functions. Makes nothing:
 * it says where they are. The key is looked up by its name at run time and never stored; without `apiKeyEnv` and
 * `apiKeyConfig` it is the default one. Changing a resource's project replaces it; another address or key of the same
 * project is recorded, without a request.
 */
export class Project implements ProjectAddress, KeyName {
    readonly projectId: string;
    readonly baseUrl: string;
    readonly apiKeyEnv?: string;
    readonly apiKeyConfig?: string;
    /** Only the constructor makes one: it has checked the address. */
    readonly #checked = true;

    /** @internal */
    static is(value: unknown): value is Project {
        return typeof value === "object" && value !== null && #checked in value;
    }

    /**
     * @param name How errors call it.
     * @throws If the arguments are not a project and an address, in one sentence.
     */
    constructor(name: string, args: ProjectArgs) {
        if (args.apiKeyEnv !== undefined && args.apiKeyConfig !== undefined) {
            throw new pulumi.RunError(`Project "${name}": give either apiKeyEnv or apiKeyConfig, not both.`);
        }
        const { projectId, baseUrl } = orRunError(() => placeOfProject(name, { ...args }));
        this.projectId = projectId;
        this.baseUrl = baseUrl;
        if (args.apiKeyEnv !== undefined) this.apiKeyEnv = args.apiKeyEnv;
        if (args.apiKeyConfig !== undefined) this.apiKeyConfig = qualified(args.apiKeyConfig);
    }
}

/** What `get` of a resource takes besides Pulumi's own options. */
export interface GetOptions extends pulumi.CustomResourceOptions {
    /** The Imply Polaris project to look in. Default: the configured one. */
    project?: Project;
}

/** A key of the configuration without a namespace is the program's own, as everywhere in Pulumi. */
const qualified = (key: string) => (key.includes(":") ? key : `${pulumi.getProject()}:${key}`);

/** The stack's own settings, as handlers see them too. */
export const stackSetting = (key: string): string | undefined => {
    const [namespace = "", name = ""] = key.split(":");
    return new pulumi.Config(namespace).get(name);
};

/** The id of the project in which something is declared; undefined where none is configured. */
export function projectIdOf(project: Project | undefined): string | undefined {
    if (project) return project.projectId;
    try {
        return readPlace(stackSetting, process.env).projectId;
    } catch {
        // The check of the resource says what is missing.
        return undefined;
    }
}

/** Configuration that is wrong ends the program with its sentence alone. */
export function orRunError<T>(read: () => T): T {
    try {
        return read();
    } catch (error) {
        throw error instanceof ConfigurationError ? new pulumi.RunError(error.message) : error;
    }
}
