import * as pulumi from "@pulumi/pulumi";
import { assertHandlerIsFound } from "./program-folder";
import { Project } from "./project";

type Noun = "KafkaConnection" | "StreamingJob";

/** Where each resource's handler is. These texts are in users' state: a path, once published, is there for good. */
const handlers: Record<Noun, string> = {
    KafkaConnection: "pulumi-imply-polaris/handlers/kafka-connection",
    StreamingJob: "pulumi-imply-polaris/handlers/streaming-job",
};

type Path = readonly [string, ...string[]];

const isPlain = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !pulumi.Output.isInstance(value) &&
    !(value instanceof Promise);

/** Makes the leaf secret; where a part of the way is one Output, that part as a whole, as it cannot be seen into. */
function withSecret(value: unknown, path: readonly string[]): unknown {
    const [name, ...rest] = path;
    if (value === undefined || value === null) return value;
    if (name === undefined || !isPlain(value)) return pulumi.secret(value);
    return name in value ? { ...value, [name]: withSecret(value[name], rest) } : value;
}

export interface Definition {
    readonly noun: Noun;
    /** Secret leaves among the arguments. */
    readonly secrets: readonly Path[];
    /** All that programs can read: what is not set would otherwise not be there at all. */
    readonly outputs: readonly string[];
}

/**
 * The SDK takes a stack trace for each of its promises, four for each property: three quarters of the time that
 * declaring a resource takes. It shows them to those who look for leaks in it.
 */
const tracesPromises = Boolean(process.env.PULUMI_DEBUG_PROMISE_LEAKS);

/**
 * What both resources share. The provider is a constant text that loads the handler by its public path: nothing of a
 * handler is captured, so state stays small, and a program loads no HTTP client and no validation.
 */
export abstract class PolarisResource extends pulumi.CustomResource {
    /** The Imply Polaris project (UUID) in which the object lives. The configured one, or that of the argument `project`; a change replaces. */
    declare public readonly projectId: pulumi.Output<string>;
    /** The address of the API at which the object was last written. A change of it alone changes nothing. */
    declare public readonly baseUrl: pulumi.Output<string>;

    protected constructor(
        { noun, secrets, outputs }: Definition,
        name: string,
        args: object | undefined,
        options: pulumi.CustomResourceOptions = {},
    ) {
        const inputs = secrets.reduce<Record<string, unknown>>(
            (given, [first, ...rest]) =>
                given[first] === undefined ? given : { ...given, [first]: withSecret(given[first], rest) },
            { ...args },
        );
        if (Project.is(inputs.project)) inputs.project = Object.fromEntries(Object.entries(inputs.project));
        const declared: [string, undefined][] = ["projectId", "baseUrl", ...outputs].map((output) => [
            output,
            undefined,
        ]);
        assertHandlerIsFound(handlers[noun]);
        const { stackTraceLimit } = Error;
        Error.stackTraceLimit = tracesPromises ? stackTraceLimit : 0;
        try {
            super(
                `pulumi-nodejs:dynamic/polaris:${noun}`,
                name,
                {
                    ...Object.fromEntries(declared),
                    ...inputs,
                    ...(options.customTimeouts && { timeouts: { ...options.customTimeouts } }),
                    __provider: `exports.handler = () => require(${JSON.stringify(handlers[noun])})`,
                },
                options,
            );
        } catch (error) {
            Error.stackTraceLimit = stackTraceLimit;
            if (error instanceof Error) Error.captureStackTrace(error);
            throw error;
        } finally {
            Error.stackTraceLimit = stackTraceLimit;
        }
    }
}
