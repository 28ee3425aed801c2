import * as pulumi from "@pulumi/pulumi";
import { ConfigurationError, addressOfProject, readAddress } from "../config";
import type { KeyName, ProjectAddress } from "../config";
import { ProgramError } from "./program-error";

/**
 * The arguments of a {@link Project}. The address is either `baseUrl`, or `organization`, `region` and `cloud`.
 * A change of the address or of the key's name, with the same project, is recorded in state without a request.
 */
export interface ProjectArgs {
    /** The project's UUID. A change replaces the resources of the project. */
    projectId: string;
    /**
     * The organization's name in the API's address, `https://{organization}.{region}.{cloud}.api.imply.io`: letters,
     * digits and `-`, such as `acme`.
     */
    organization?: string;
    /** The region in the API's address, such as `us-east-1` or `germanywestcentral`. */
    region?: string;
    /** The cloud in the API's address, `aws` or `azure`. */
    cloud?: string;
    /** The API's address as an https URL, instead of organization, region and cloud. */
    baseUrl?: string;
    /** The environment variable that holds the project's API key. Not together with `apiKeyConfig`. */
    apiKeyEnv?: string;
    /**
     * The secret of the stack's configuration that holds the project's API key, such as `polaris:euApiKey`. Without a
     * namespace it is the program's own. Not together with `apiKeyEnv`.
     */
    apiKeyConfig?: string;
}

/** What the constructor has checked. */
const projects = new WeakSet<object>();

/**
 * An Imply Polaris project other than the configured one, for the `project` of resources and functions. It creates
 * nothing: it says where they are. The key is read by its name at run time and never stored; without `apiKeyEnv` and
 * `apiKeyConfig` it is the default key. Another project replaces a resource; another address or key of the same project
 * is recorded in state, without a request. The logical name is for error messages. Arguments that are not valid end the
 * program with one sentence.
 */
export class Project implements ProjectAddress, KeyName {
    /** The project's UUID, in lower case. */
    readonly projectId: string;
    /** The API's address (URL), without a slash at its end. */
    readonly baseUrl: string;
    /** The environment variable that holds the API key; undefined where none is given. */
    readonly apiKeyEnv?: string;
    /** The configuration's secret that holds the API key, with its namespace; undefined where none is given. */
    readonly apiKeyConfig?: string;
    /**
     * An object of the same form is no Project, for the compiler either. A `#private` field would do the same, but a
     * program with the target ES5 could not check the types of this package.
     * @internal
     */
    declare protected readonly isChecked: true;

    /** @internal */
    static is(value: unknown): value is Project {
        return typeof value === "object" && value !== null && projects.has(value);
    }

    // Without a comment here, editors show the text of the class at `new`.
    constructor(name: string, args: ProjectArgs) {
        if (args.apiKeyEnv !== undefined && args.apiKeyConfig !== undefined) {
            throw new ProgramError(
                `Project "${name}": give either apiKeyEnv or apiKeyConfig, not both.`,
                "PolarisConfigurationInvalid",
            );
        }
        const { projectId, baseUrl } = orRunError(() => addressOfProject(name, { ...args }));
        this.projectId = projectId;
        this.baseUrl = baseUrl;
        if (args.apiKeyEnv !== undefined) this.apiKeyEnv = args.apiKeyEnv;
        if (args.apiKeyConfig !== undefined) this.apiKeyConfig = withNamespace(args.apiKeyConfig);
        projects.add(this);
    }
}

/** The options of a resource's `get`: Pulumi's own, and the project. */
export interface GetOptions extends pulumi.CustomResourceOptions {
    /** The Imply Polaris project that holds the object. Default: the configured one. */
    project?: Project;
}

/** As everywhere in Pulumi, a key of the configuration without a namespace has the program's own. */
const withNamespace = (key: string) => (key.includes(":") ? key : `${pulumi.getProject()}:${key}`);

/** A setting of the stack's configuration, which handlers read as well. */
export const stackSetting = (key: string): string | undefined => {
    const [namespace = "", name = ""] = key.split(":");
    return new pulumi.Config(namespace).get(name);
};

/** The id of the project of a declared resource; undefined where none is configured. */
export function projectIdOf(project: Project | undefined): string | undefined {
    if (project) return project.projectId;
    try {
        return readAddress(stackSetting, process.env).projectId;
    } catch {
        // The check of the resource reports what is missing.
        return undefined;
    }
}

/** Reads configuration. If that is invalid, the program ends with its sentence alone. */
function orRunError<T>(read: () => T): T {
    try {
        return read();
    } catch (error) {
        throw error instanceof ConfigurationError ? new ProgramError(error.message, error.code) : error;
    }
}
