import * as pulumi from "@pulumi/pulumi";
import { assertHandlerIsFound } from "./program-folder";
import { Project } from "./project";
import { assertDeletedWithFits, typePrefix, warnOfOptions } from "./resource-options";

/** The module of each resource's handler. Users' state holds these paths: a published path stays. */
const handlers = {
    ConfluentConnection: "pulumi-imply-polaris/handlers/confluent-connection",
    KafkaConnection: "pulumi-imply-polaris/handlers/kafka-connection",
    PushStreamingConnection: "pulumi-imply-polaris/handlers/push-streaming-connection",
    SchemaRegistryConnection: "pulumi-imply-polaris/handlers/schema-registry-connection",
    S3Connection: "pulumi-imply-polaris/handlers/s3-connection",
    AzureConnection: "pulumi-imply-polaris/handlers/azure-connection",
    KinesisConnection: "pulumi-imply-polaris/handlers/kinesis-connection",
    StreamingJob: "pulumi-imply-polaris/handlers/streaming-job",
    Table: "pulumi-imply-polaris/handlers/table",
};

type Path = readonly [string, ...string[]];

export const isPlainObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !pulumi.Output.isInstance(value) &&
    !(value instanceof Promise);

/** Makes the value at a path secret. An Output on the way becomes secret as a whole, as its members are not known. */
function withSecret(value: unknown, path: readonly string[]): unknown {
    const [name, ...rest] = path;
    if (value === undefined || value === null) return value;
    if (name === undefined || !isPlainObject(value)) return pulumi.secret(value);
    return name in value ? { ...value, [name]: withSecret(value[name], rest) } : value;
}

/**
 * Turns stack traces off until the returned function is called, which gives an error its stack trace. The SDK takes a
 * trace for each of its promises, four for each property, only to report leaked promises: without them, a preview takes
 * a quarter less time.
 */
function pauseStackTraces(): (error?: unknown) => unknown {
    const { stackTraceLimit } = Error;
    if (!process.env.PULUMI_DEBUG_PROMISE_LEAKS) Error.stackTraceLimit = 0;
    return (error) => {
        Error.stackTraceLimit = stackTraceLimit;
        if (error instanceof Error) Error.captureStackTrace(error);
        return error;
    };
}

export interface Definition {
    readonly noun: keyof typeof handlers;
    /** The paths of secret arguments. */
    readonly secrets: readonly Path[];
    /** All outputs: without its name here, an output that has no value would have no property. */
    readonly outputs: readonly string[];
}

/**
 * What all resources share. The provider is a constant text that loads the handler by its public path: nothing of a
 * handler is captured, so state stays small, and a program loads no HTTP client and no validation.
 */
export abstract class PolarisResource extends pulumi.CustomResource {
    /**
     * The UUID of the Imply Polaris project that holds the object: the project of the argument `project`, or else the
     * configured one. A change replaces.
     */
    declare public readonly projectId: pulumi.Output<string>;
    /** The address of the API (URL) at which the object was last written. A change of it alone changes nothing. */
    declare public readonly baseUrl: pulumi.Output<string>;

    protected constructor(
        { noun, secrets, outputs }: Definition,
        name: string,
        args: object,
        options: pulumi.CustomResourceOptions = {},
    ) {
        const inputs = secrets.reduce<Record<string, unknown>>(
            (given, [first, ...rest]) =>
                given[first] === undefined ? given : { ...given, [first]: withSecret(given[first], rest) },
            { ...args },
        );
        if (Project.is(inputs.project)) inputs.project = Object.fromEntries(Object.entries(inputs.project));
        assertHandlerIsFound(handlers[noun]);
        assertDeletedWithFits(`${noun} ${JSON.stringify(name)}`, options);
        const properties = {
            ...Object.fromEntries(["projectId", "baseUrl", ...outputs].map((output) => [output, undefined])),
            ...inputs,
            ...(options.customTimeouts && { timeouts: { ...options.customTimeouts } }),
            // For messages; the check drops it.
            __resourceName: name,
            ...(pulumi.runtime.isDryRun() && { __isPreview: true }),
            __provider: `exports.handler = () => require(${JSON.stringify(handlers[noun])})`,
        };
        const resumeStackTraces = pauseStackTraces();
        try {
            super(`${typePrefix}${noun}`, name, properties, options);
        } catch (error) {
            throw resumeStackTraces(error);
        }
        resumeStackTraces();
        warnOfOptions(this, options);
    }
}
