import { Client } from "../api/client";
import type { ClientOptions } from "../api/client";
import { defaultPolicy } from "../api/retry";
import { ConfigurationError, addressOfProject, readCredentials, readAddress } from "../config";
import type { Credentials, KeyName, Lookup, ProjectAddress } from "../config";
import { isRecord } from "../values/json";
import type { Properties } from "../values/json";
import type { Mask } from "../values/mask";

/** The project that a program names for a resource, as its inputs hold it. */
interface NamedProject extends KeyName {
    readonly baseUrl: string;
}

const isNamedProject = (value: unknown): value is NamedProject => isRecord(value) && typeof value.baseUrl === "string";

const namedProject = ({ project }: Properties) => (isNamedProject(project) ? project : undefined);

const lookMs = 5_000;
const lookPolicy = { ...defaultPolicy, attempts: 2, totalMs: lookMs };

/** The clients of a run, one per project and key, as each keeps connections and the rate limit. */
export class Clients {
    private readonly clients = new Map<string, Client>();
    private stack: Lookup = () => undefined;

    constructor(private readonly mask: Mask) {}

    /**
     * Sets the stack's configuration. The engine's Node runtime lets operations run before an asynchronous `configure`
     * has ended, and after one that failed: so nothing is read here, and each operation reports what is missing.
     */
    configure(stack: Lookup): void {
        this.stack = stack;
    }

    /** The project of a declared resource: the one that it names, else the configured one. */
    declaredAddress({ project }: Properties): ProjectAddress {
        if (project === undefined) return readAddress(this.stack, process.env);
        if (isRecord(project)) return addressOfProject("project", project);
        throw new ConfigurationError(
            "project is not a Project; give it `new polaris.Project(…)`.",
            "PolarisArgumentInvalid",
        );
    }

    /** Where an existing object is: always its own project, at that project's configured address if there is one. */
    addressOf(properties: Properties): ProjectAddress {
        const { projectId, baseUrl } = properties;
        const named = namedProject(properties);
        if (named && typeof projectId === "string") return { projectId, baseUrl: named.baseUrl };
        const configured = this.declaredAddress(properties);
        if (typeof projectId !== "string" || projectId === configured.projectId) return configured;
        return { projectId, baseUrl: typeof baseUrl === "string" ? baseUrl : configured.baseUrl };
    }

    /** The key for a resource's project, looked up each time. */
    credentialsFor(properties: Properties): Credentials {
        const named = namedProject(properties);
        const hasOwnKey = named?.apiKeyEnv !== undefined || named?.apiKeyConfig !== undefined;
        return readCredentials(hasOwnKey ? named : undefined, this.stack, process.env);
    }

    for(properties: Properties): Client {
        return this.clientOf({ ...this.addressOf(properties), ...this.credentialsFor(properties) });
    }

    /** A client for what a preview can do without: it gives up soon. */
    forLook(properties: Properties): Client {
        const { requestTimeoutMs, apiKey } = this.credentialsFor(properties);
        const limits = { requestTimeoutMs: Math.min(requestTimeoutMs, lookMs), policy: lookPolicy };
        return this.clientOf({ ...this.addressOf(properties), apiKey, ...limits });
    }

    private clientOf(options: ClientOptions): Client {
        const { baseUrl, projectId, apiKey, policy } = options;
        const key = JSON.stringify([baseUrl, projectId, apiKey, policy]);
        const client = this.clients.get(key) ?? new Client(options, this.mask);
        this.clients.set(key, client);
        return client;
    }
}
