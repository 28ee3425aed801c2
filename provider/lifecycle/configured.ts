import { Client } from "../client/client";
import { ConfigurationError, readConfiguration } from "../config";
import type { Configuration, Place } from "../config";

let configuration: Configuration | ConfigurationError | undefined;
const clients = new Map<string, Client>();

/**
 * Takes over the stack's configuration. The engine's Node runtime lets operations run before an asynchronous
 * `configure` has ended, and on after one that failed: so this is synchronous and keeps its error for all of them.
 */
export function configureFrom(stack: (key: string) => string | undefined): void {
    try {
        configuration = readConfiguration(stack, process.env);
    } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        configuration = error;
    }
}

export function configured(): Configuration {
    configuration ??= new ConfigurationError("The provider was used before it was configured.");
    if (configuration instanceof ConfigurationError) throw configuration;
    return configuration;
}

/** Where an existing object is: always its own project, at that project's configured address if there is one. */
export function placeOf(properties: Record<string, unknown>): Place {
    const { projectId, baseUrl } = configured();
    const own = properties.projectId;
    if (typeof own !== "string" || own === projectId) return { projectId, baseUrl };
    return { projectId: own, baseUrl: typeof properties.baseUrl === "string" ? properties.baseUrl : baseUrl };
}

export function clientAt(place: Place): Client {
    const { apiKey, requestTimeoutMs } = configured();
    const key = `${place.baseUrl} ${place.projectId}`;
    const client = clients.get(key) ?? new Client({ ...place, apiKey, requestTimeoutMs });
    clients.set(key, client);
    return client;
}
