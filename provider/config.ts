import type { PolarisErrorCode } from "./error-codes";

/** Where a resource lives: the address of the API and the project. */
export interface Place {
    readonly projectId: string;
    /** Without a trailing slash. */
    readonly baseUrl: string;
}

export interface Access {
    readonly apiKey: string;
    /** For one request, from its start to the last byte of the answer. */
    readonly requestTimeoutMs: number;
}

export interface Configuration extends Place, Access {}

/** Configuration that is missing or malformed. The message says what to set and how. */
export class ConfigurationError extends Error {
    override readonly name = "ConfigurationError";
    readonly code: PolarisErrorCode = "PolarisConfigurationInvalid";
}

/** There is no API key. A preview, which sends no requests, can do without. */
export class MissingKeyError extends ConfigurationError {
    override readonly code = "PolarisApiKeyMissing";
}

/** A setting of the stack (`polaris:projectId`) or of the environment (`POLARIS_PROJECT_ID`). */
export type Lookup = (key: string) => string | undefined;

interface Source {
    readonly get: Lookup;
    readonly spell: (key: Key) => string;
    /** What to say when it has nothing, if there is no other source. */
    readonly missing?: string;
}

const sourceOf = (lookup: Lookup, name: string, missing: string): Source => ({
    get: () => present(lookup(name)),
    spell: () => name,
    missing,
});

type Key = "projectId" | "baseUrl" | "organization" | "region" | "cloud" | "apiKey" | "requestTimeout";

const environmentName = (key: Key) => `POLARIS_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

const present = (value: string | undefined) => {
    const trimmed = value?.trim();
    return trimmed === "" ? undefined : trimmed;
};

function sources(stack: Lookup, environment: NodeJS.ProcessEnv): { stack: Source; environment: Source } {
    return {
        stack: { get: (key) => present(stack(`polaris:${key}`)), spell: (key) => `polaris:${key}` },
        environment: {
            get: (key) => present(environment[environmentName(key as Key)]),
            spell: environmentName,
        },
    };
}

const addressKeys = ["baseUrl", "organization", "region", "cloud"] as const;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const loopbackHost = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether an address is on this machine alone. */
export const isLoopback = (baseUrl: string) => loopbackHost.test(new URL(baseUrl).hostname);

/**
 * Reads the configuration. Project and address come from the stack first, so that a variable left in a shell never
 * redirects a stack; the key comes from the environment first, because refresh and destroy see the stack's settings
 * as of the last `up`, and a rotated key has to work there too.
 */
export function readConfiguration(stack: Lookup, environment: NodeJS.ProcessEnv): Configuration {
    return { ...readPlace(stack, environment), ...readAccess(undefined, stack, environment) };
}

/** The default project and its address. */
export function readPlace(stack: Lookup, environment: NodeJS.ProcessEnv): Place {
    const from = sources(stack, environment);
    return {
        projectId: readProjectId(from.stack, from.environment),
        baseUrl: readBaseUrl(from.stack, from.environment),
    };
}

/** A project and its address as a program gives them, under the name by which errors call it. */
export function placeOfProject(name: string, given: Partial<Record<Key, string>>): Place {
    const source: Source = { get: (key) => present(given[key as Key]), spell: (key) => `Project "${name}": ${key}` };
    return { projectId: readProjectId(source), baseUrl: readBaseUrl(source) };
}

/** Where a project's own key is looked up at run time. */
export interface KeyName {
    /** An environment variable. */
    readonly apiKeyEnv?: string;
    /** A secret of the stack's configuration, such as `polaris:euApiKey`. */
    readonly apiKeyConfig?: string;
}

/** The key, by name or else the default one, and the time limit of a request. */
export function readAccess(named: KeyName | undefined, stack: Lookup, environment: NodeJS.ProcessEnv): Access {
    const from = sources(stack, environment);
    const apiKey =
        named === undefined ? readApiKey(from.environment, from.stack) : readNamedKey(named, stack, environment);
    return { apiKey, requestTimeoutMs: readTimeout(from.stack, from.environment) };
}

function readNamedKey(
    { apiKeyEnv, apiKeyConfig = "" }: KeyName,
    stack: Lookup,
    environment: NodeJS.ProcessEnv,
): string {
    if (apiKeyEnv === undefined) {
        const missing = `The Imply Polaris API key ${apiKeyConfig} is not configured; run \`pulumi config set --secret ${apiKeyConfig}\`.`;
        return readApiKey(sourceOf(stack, apiKeyConfig, missing));
    }
    const missing = `The environment variable ${apiKeyEnv}, which is to hold an Imply Polaris API key, is not set; set it.`;
    return readApiKey(sourceOf((name) => environment[name], apiKeyEnv, missing));
}

function readProjectId(...order: Source[]): string {
    for (const source of order) {
        const value = source.get("projectId");
        if (value === undefined) continue;
        if (uuid.test(value)) return value.toLowerCase();
        throw new ConfigurationError(
            `${source.spell("projectId")} is not the id of an Imply Polaris project; set it to the UUID in the project's address, such as 0f3a8a52-6c0e-4b0b-9b52-5f0b0b8f6d10.`,
        );
    }
    if (order.length === 1)
        throw new ConfigurationError(`${order[0]?.spell("projectId") ?? ""} is missing; give it the project's UUID.`);
    throw new ConfigurationError(
        "The Imply Polaris project is not configured; run `pulumi config set polaris:projectId <uuid>` or set POLARIS_PROJECT_ID.",
    );
}

/** One source gives the whole address: half of it from the stack and half from a shell would be nobody's wish. */
function readBaseUrl(...order: Source[]): string {
    const source = order.find(({ get }) => addressKeys.some((key) => get(key) !== undefined));
    if (!source) {
        const only = order.length === 1 ? order[0] : undefined;
        if (only)
            throw new ConfigurationError(
                `${only.spell("baseUrl")} is missing; give it, or organization, region and cloud.`,
            );
        throw new ConfigurationError(
            "The Imply Polaris address is not configured; run `pulumi config set` for polaris:organization, polaris:region and polaris:cloud (or for polaris:baseUrl), or set POLARIS_ORGANIZATION, POLARIS_REGION and POLARIS_CLOUD (or POLARIS_BASE_URL).",
        );
    }
    const baseUrl = source.get("baseUrl");
    return baseUrl === undefined ? assembled(source) : checked(baseUrl, source.spell("baseUrl"));
}

const direction = "(north|south|east|west|central)+";
const awsRegion = new RegExp(`^[a-z]{2}(-[a-z]+)*-${direction}-\\d+$`);
const azureRegion = new RegExp(`^([a-z]*${direction}|${direction}(us|europe|asia|india))\\d?$`);

/** Regions of the other cloud by their form: either cloud gets new ones at any time. */
const formOfOther: Record<string, RegExp> = { aws: azureRegion, azure: awsRegion };

/** What is wrong with the region of an address. */
function regionFault(region: string, cloud: string): string | undefined {
    if (/-\d+(-[a-z-]+\d+)?[a-z]$|-az\d+$/.test(region)) return "names a zone instead of a region";
    return formOfOther[cloud]?.test(region) ? `names a region that ${cloud} does not have` : undefined;
}

/** Why Imply serves no API at that address; other hosts (gateways, emulators) are free. */
function implyAddressFault({ hostname, port, pathname }: URL): string | undefined {
    if (!/(^|\.)imply\.io\.?$/.test(hostname)) return undefined;
    const [, region, cloud] = /^[a-z0-9-]+\.([a-z0-9-]+)\.(aws|azure)\.api\.imply\.io\.?$/.exec(hostname) ?? [];
    if (region === undefined || cloud === undefined) return "is not the address of a region's API";
    if (port !== "" || /[^/]/.test(pathname)) return "holds more than the address of a region's API";
    return regionFault(region, cloud);
}

const label = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const addressParts = {
    organization: { valid: label, expected: 'letters, digits and "-" alone, such as "acme"' },
    region: { valid: label, expected: 'letters, digits and "-" alone, such as "us-east-1"' },
    cloud: { valid: /^(aws|azure)$/, expected: '"aws" or "azure"' },
};

function assembled({ get, spell }: Source): string {
    const [organization = "", region = "", cloud = ""] = (["organization", "region", "cloud"] as const).map((key) => {
        const value = get(key)?.toLowerCase();
        if (value === undefined) {
            throw new ConfigurationError(
                `${spell(key)} is not set; the Imply Polaris address needs ${spell("organization")}, ${spell("region")} and ${spell("cloud")} together, or ${spell("baseUrl")}.`,
            );
        }
        const { valid, expected } = addressParts[key];
        if (valid.test(value)) return value;
        const fault = /[a-z0-9][.:/]/.test(value) ? "holds more of an address than its own part" : "is malformed";
        throw new ConfigurationError(`${spell(key)} ${fault}; set it to ${expected}.`);
    });
    const fault = regionFault(region, cloud);
    if (fault !== undefined) {
        const example = cloud === "azure" ? "eastus" : "us-east-1";
        throw new ConfigurationError(
            `${spell("region")} ${fault}; set it to a region of ${cloud}, such as "${example}".`,
        );
    }
    return `https://${organization}.${region}.${cloud}.api.imply.io`;
}

function checked(text: string, name: string): string {
    const refuse = (fault: string) =>
        new ConfigurationError(
            `${name} ${fault}; set it to an address of the form https://ORGANIZATION.REGION.CLOUD.api.imply.io.`,
        );
    let url: URL;
    try {
        url = new URL(text);
    } catch {
        throw refuse("is not an address");
    }
    if (url.protocol !== "https:" && url.protocol !== "http:") throw refuse("is not an https address");
    if (url.protocol === "http:" && !loopbackHost.test(url.hostname)) {
        throw refuse("uses http, which would show the API key to the network (only a loopback address may)");
    }
    if (url.username || url.password) throw refuse("holds credentials, which belong into POLARIS_API_KEY");
    if (url.search || url.hash) throw refuse("holds a query or a fragment");
    if (/\/v1(\/|$)/.test(url.pathname)) throw refuse("holds the path of the API, which is added to it");
    const fault = implyAddressFault(url);
    if (fault !== undefined) throw refuse(fault);
    return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

function readApiKey(...order: Source[]): string {
    for (const source of order) {
        const value = source.get("apiKey");
        if (value === undefined) continue;
        if (/^[\x21-\x7e]+$/.test(value)) return value;
        throw new ConfigurationError(
            `${source.spell("apiKey")} holds white space or characters that no API key has; set it to the key as Imply Polaris shows it.`,
        );
    }
    throw new MissingKeyError(
        order[0]?.missing ??
            "The Imply Polaris API key is not configured; set POLARIS_API_KEY or run `pulumi config set --secret polaris:apiKey`.",
    );
}

function readTimeout(...order: Source[]): number {
    for (const source of order) {
        const value = source.get("requestTimeout");
        if (value === undefined) continue;
        const seconds = Number(value);
        if (seconds > 0 && seconds <= 600) return seconds * 1000;
        throw new ConfigurationError(
            `${source.spell("requestTimeout")} is not a number of seconds up to 600; leave it out for 30.`,
        );
    }
    return 30_000;
}
