import { baseUrlFault, regionFault } from "./address";
import type { PolarisErrorCode } from "./error-codes";

/** Where a resource lives: the address of the API and the project. */
export interface ProjectAddress {
    readonly projectId: string;
    /** Without a trailing slash. */
    readonly baseUrl: string;
}

export interface Credentials {
    readonly apiKey: string;
    /** For one request, from its start to the last byte of the answer. */
    readonly requestTimeoutMs: number;
}

export interface Configuration extends ProjectAddress, Credentials {}

/** Configuration that is missing or malformed. The message says what to set and how. */
export class ConfigurationError extends Error {
    override readonly name = "ConfigurationError";

    constructor(
        message?: string,
        readonly code: PolarisErrorCode = "PolarisConfigurationInvalid",
    ) {
        super(message);
    }
}

/** There is no API key. A preview, which needs no requests, can do without. */
export class MissingKeyError extends ConfigurationError {
    constructor(message?: string) {
        super(message, "PolarisApiKeyMissing");
    }
}

/** A setting of the stack (`polaris:projectId`) or of the environment (`POLARIS_PROJECT_ID`). */
export type Lookup = (key: string) => string | undefined;

type Key = "projectId" | "baseUrl" | "organization" | "region" | "cloud" | "apiKey" | "requestTimeout";

interface Setting {
    /** Which source wins where both have the setting. */
    readonly first: "stack" | "environment";
    /** What is wrong with a value; undefined for a valid one. */
    readonly faultOf: (value: string) => string | undefined;
    /** What to do about a malformed value. */
    readonly remedy: string;
    /** The one form of a valid value. */
    readonly normalize?: (value: string) => string;
    /** What to say where no source has it. */
    readonly missing?: string;
}

const label = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const lowerCase = (value: string) => value.toLowerCase();
const unless = (form: RegExp, fault: string) => (value: string) => (form.test(value) ? undefined : fault);
const addressPart = (form: RegExp, expected: string): Setting => ({
    first: "stack",
    faultOf: (value) => {
        if (form.test(value)) return undefined;
        return /[a-z0-9][.:/]/i.test(value) ? "holds more of an address than its own part" : "is malformed";
    },
    remedy: `set it to ${expected}`,
    normalize: lowerCase,
});

/**
 * All settings. Project and address come from the stack first, so that a variable left in a shell never redirects a
 * stack; the key comes from the environment first, because refresh and destroy see the stack's settings as of the last
 * `up`, and a rotated key has to work there too.
 */
const settings: Readonly<Record<Key, Setting>> = {
    projectId: {
        first: "stack",
        faultOf: unless(uuid, "is not the id of an Imply Polaris project"),
        remedy: "set it to the UUID in the project's address, such as 0f3a8a52-6c0e-4b0b-9b52-5f0b0b8f6d10",
        normalize: lowerCase,
        missing:
            "The Imply Polaris project is not configured; run `pulumi config set polaris:projectId <uuid>` or set POLARIS_PROJECT_ID.",
    },
    baseUrl: {
        first: "stack",
        faultOf: baseUrlFault,
        remedy: "set it to an address of the form https://ORGANIZATION.REGION.CLOUD.api.imply.io",
        normalize: (value) => {
            const { origin, pathname } = new URL(value);
            return `${origin}${pathname.replace(/\/+$/, "")}`;
        },
        missing:
            "The Imply Polaris address is not configured; set polaris:organization, polaris:region and polaris:cloud, or polaris:baseUrl; or POLARIS_ORGANIZATION, POLARIS_REGION and POLARIS_CLOUD, or POLARIS_BASE_URL.",
    },
    organization: addressPart(label, 'letters, digits and "-" alone, such as "acme"'),
    region: addressPart(label, 'letters, digits and "-" alone, such as "us-east-1"'),
    cloud: addressPart(/^(aws|azure)$/i, '"aws" or "azure"'),
    apiKey: {
        first: "environment",
        faultOf: unless(/^[\x21-\x7e]+$/, "holds white space or characters that no API key has"),
        remedy: "set it to the key as Imply Polaris shows it",
        missing:
            "The Imply Polaris API key is not configured; set POLARIS_API_KEY or run `pulumi config set --secret polaris:apiKey`.",
    },
    requestTimeout: {
        first: "stack",
        faultOf: (value) =>
            Number(value) > 0 && Number(value) <= 600 ? undefined : "is not a number of seconds up to 600",
        remedy: "leave it out for 30",
    },
};

/** Where settings come from, and how a message calls one there. */
interface Source {
    readonly get: (key: Key) => string | undefined;
    readonly nameOf: (key: Key) => string;
}

function sourceOf(lookup: Lookup, nameOf: (key: Key) => string): Source {
    return { get: (key) => lookup(nameOf(key))?.trim() || undefined, nameOf };
}

const environmentName = (key: Key) => `POLARIS_${key.replace(/[A-Z]/g, "_$&").toUpperCase()}`;

function sourcesFor(key: Key, stack: Lookup, environment: NodeJS.ProcessEnv): Source[] {
    const ofStack = sourceOf(stack, (name) => `polaris:${name}`);
    const ofEnvironment = sourceOf((name) => environment[name], environmentName);
    return settings[key].first === "stack" ? [ofStack, ofEnvironment] : [ofEnvironment, ofStack];
}

const malformed = ({ nameOf }: Source, key: Key, fault: string, remedy = settings[key].remedy) =>
    new ConfigurationError(`${nameOf(key)} ${fault}; ${remedy}.`);

/** The value of a setting in the first source that has it; undefined where none has. */
function resolve(key: Key, sources: readonly Source[]): string | undefined {
    for (const source of sources) {
        const value = source.get(key);
        if (value === undefined) continue;
        const { faultOf, normalize } = settings[key];
        const fault = faultOf(value);
        if (fault !== undefined) throw malformed(source, key, fault);
        return normalize ? normalize(value) : value;
    }
    return undefined;
}

const notConfigured = (message?: string) => new ConfigurationError(message, "PolarisNotConfigured");

function required(key: Key, sources: readonly Source[], missing = settings[key].missing): string {
    const value = resolve(key, sources);
    if (value !== undefined) return value;
    throw key === "apiKey" ? new MissingKeyError(missing) : notConfigured(missing);
}

const addressParts = ["organization", "region", "cloud"] as const;

/** One source gives the whole address: half of it from the stack and half from a shell is never intended. */
function resolveBaseUrl(sources: readonly Source[], missing = settings.baseUrl.missing): string {
    const source = sources.find(({ get }) => (["baseUrl", ...addressParts] as const).some((key) => get(key)));
    if (source === undefined) throw notConfigured(missing);
    return resolve("baseUrl", [source]) ?? assembleBaseUrl(source);
}

function assembleBaseUrl(source: Source): string {
    const [organization = "", region = "", cloud = ""] = addressParts.map((key) => {
        const value = resolve(key, [source]);
        if (value !== undefined) return value;
        const [first, second, third] = addressParts.map(source.nameOf);
        throw notConfigured(
            `${source.nameOf(key)} is not set; the Imply Polaris address needs ${first}, ${second} and ${third} together, or ${source.nameOf("baseUrl")}.`,
        );
    });
    const fault = regionFault(region, cloud);
    if (fault !== undefined) {
        const example = cloud === "azure" ? "eastus" : "us-east-1";
        throw malformed(source, "region", fault, `set it to a region of ${cloud}, such as "${example}"`);
    }
    return `https://${organization}.${region}.${cloud}.api.imply.io`;
}

/** The whole configuration. */
export function readConfiguration(stack: Lookup, environment: NodeJS.ProcessEnv): Configuration {
    return { ...readAddress(stack, environment), ...readCredentials(undefined, stack, environment) };
}

/** The default project and its address. */
export function readAddress(stack: Lookup, environment: NodeJS.ProcessEnv): ProjectAddress {
    return {
        projectId: required("projectId", sourcesFor("projectId", stack, environment)),
        baseUrl: resolveBaseUrl(sourcesFor("baseUrl", stack, environment)),
    };
}

/** A project and its address as a program gives them, under the name by which errors call it. */
export function addressOfProject(name: string, given: Partial<Record<Key, string>>): ProjectAddress {
    const nameOf = (key: Key) => `Project "${name}": ${key}`;
    const sources: Source[] = [{ get: (key) => given[key]?.trim() || undefined, nameOf }];
    return {
        projectId: required("projectId", sources, `${nameOf("projectId")} is missing; give it the project's UUID.`),
        baseUrl: resolveBaseUrl(
            sources,
            `${nameOf("baseUrl")} is missing; give it, or organization, region and cloud.`,
        ),
    };
}

/** Where a project's own key is looked up at run time. */
export interface KeyName {
    /** An environment variable. */
    readonly apiKeyEnv?: string;
    /** A secret of the stack's configuration, such as `polaris:euApiKey`. */
    readonly apiKeyConfig?: string;
}

/** The key, by name or else the default one, and the time limit of a request. */
export function readCredentials(
    named: KeyName | undefined,
    stack: Lookup,
    environment: NodeJS.ProcessEnv,
): Credentials {
    const apiKey = named
        ? readNamedKey(named, stack, environment)
        : required("apiKey", sourcesFor("apiKey", stack, environment));
    const seconds = resolve("requestTimeout", sourcesFor("requestTimeout", stack, environment)) ?? "30";
    return { apiKey, requestTimeoutMs: Number(seconds) * 1000 };
}

function readNamedKey(
    { apiKeyEnv, apiKeyConfig = "" }: KeyName,
    stack: Lookup,
    environment: NodeJS.ProcessEnv,
): string {
    const isOfStack = apiKeyEnv === undefined;
    const source = sourceOf(isOfStack ? stack : (name) => environment[name], () => apiKeyEnv ?? apiKeyConfig);
    const missing = isOfStack
        ? `The Imply Polaris API key ${apiKeyConfig} is not configured; run \`pulumi config set --secret ${apiKeyConfig}\`.`
        : `The environment variable ${apiKeyEnv}, which is to hold an Imply Polaris API key, is not set; set it.`;
    return required("apiKey", [source], missing);
}
