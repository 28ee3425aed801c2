import { Client } from "../api/client";
import { ConfigurationError, placeOfProject, readAccess, readPlace } from "../config";
import type { Credentials, KeyName, Lookup, ProjectAddress } from "../config";
import { isRecord } from "../values/json";
import type { Properties } from "../values/json";

let stack: Lookup = () => undefined;
const clients = new Map<string, Client>();

/**
 * Takes over the stack's configuration. The engine's Node runtime lets operations run before an asynchronous
 * `configure` has ended, and on after one that failed: so nothing is read here, and each operation finds what is
 * missing or malformed by itself.
 */
export function configureFrom(lookup: Lookup): void {
    stack = lookup;
}

/** What a resource records of a project that the program names, besides its id. */
interface NamedProject extends KeyName {
    readonly baseUrl: string;
}

const namedProject = ({ project }: Properties) =>
    isRecord(project) ? (project as unknown as NamedProject) : undefined;

/** The project of what is declared: the one that it names, else the configured one. */
export function declaredPlace(inputs: Properties): ProjectAddress {
    const { project } = inputs;
    if (project === undefined) return readPlace(stack, process.env);
    if (!isRecord(project)) throw new ConfigurationError("project is not a Project; give it `new polaris.Project(…)`.");
    return placeOfProject("project", project);
}

/** Where an existing object is: always its own project, at that project's configured address if there is one. */
export function placeOf(properties: Properties): ProjectAddress {
    const own = properties.projectId;
    const named = namedProject(properties);
    if (named && typeof own === "string") return { projectId: own, baseUrl: named.baseUrl };
    const configured = declaredPlace(properties);
    if (typeof own !== "string" || own === configured.projectId) return configured;
    return {
        projectId: own,
        baseUrl: typeof properties.baseUrl === "string" ? properties.baseUrl : configured.baseUrl,
    };
}

/** The key for a resource's project, looked up anew each time. */
export function accessTo(properties: Properties): Credentials {
    const named = namedProject(properties);
    const hasKey = named?.apiKeyEnv !== undefined || named?.apiKeyConfig !== undefined;
    return readAccess(hasKey ? named : undefined, stack, process.env);
}

/** The client for a resource: one for each project and key, as it keeps connections and the pace. */
export function clientFor(properties: Properties): Client {
    const place = placeOf(properties);
    const access = accessTo(properties);
    const key = JSON.stringify([place.baseUrl, place.projectId, access.apiKey]);
    const client = clients.get(key) ?? new Client({ ...place, ...access });
    clients.set(key, client);
    return client;
}
