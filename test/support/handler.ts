import type * as pulumi from "@pulumi/pulumi";
import timers from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { confluentConnection } from "../../provider/confluent-connection/confluent-connection";
import { defineResource } from "../../provider/engine/define-resource";
import { Session } from "../../provider/engine/session";
import { kafkaConnection } from "../../provider/kafka-connection/kafka-connection";
import { schemaRegistryConnection } from "../../provider/schema-registry-connection/schema-registry-connection";
import { pushStreamingConnection } from "../../provider/push-streaming-connection/push-streaming-connection";
import { s3Connection } from "../../provider/s3-connection/s3-connection";
import { azureConnection } from "../../provider/azure-connection/azure-connection";
import { kinesisConnection } from "../../provider/kinesis-connection/kinesis-connection";
import { streamingJob } from "../../provider/streaming-job/streaming-job";
import { table } from "../../provider/table/table";
import type { EmulatorUnderTest } from "./emulator";
import { dropped } from "./handler-arguments";
import type { Arguments } from "./handler-arguments";

/**
 * The engine, as handlers see it: it passes olds and news, adds the provider's text, keeps what comes of
 * failures, and calls nothing but the handlers' own methods.
 */

type Properties = Record<string, unknown>;
type Handler = Required<pulumi.dynamic.ResourceProvider<Properties, Properties>>;

const kinds = {
    KinesisConnection: kinesisConnection,
    AzureConnection: azureConnection,
    S3Connection: s3Connection,
    PushStreamingConnection: pushStreamingConnection,
    SchemaRegistryConnection: schemaRegistryConnection,
    ConfluentConnection: confluentConnection,
    KafkaConnection: kafkaConnection,
};

/** The nouns of which most tests are: the other connections share their life with a KafkaConnection. */
export type Noun = "KafkaConnection" | "StreamingJob" | "Table";
export type ConnectionNoun = keyof typeof kinds;

/** How the engine spells a value that is not known yet. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const providerText = "exports.handler = () => require('the handler')";

/** What the engine knows of a resource after an operation. */
export interface State {
    readonly id: string;
    readonly inputs: Properties;
    readonly outputs: Properties;
    /** Whether the last operation failed half-way: the next `up` updates it whatever `diff` says. */
    readonly failed: boolean;
}

export interface Plan {
    readonly step: "refused" | "create" | "same" | "update" | "replace";
    /** What `check` said against the arguments. */
    readonly problems: readonly string[];
    readonly replaces: readonly string[];
    readonly inputs: Properties;
}

export interface Outcome {
    readonly step: Plan["step"] | "delete" | "read" | "gone";
    /** What the user reads of a failure: a sentence, and details on lines below. */
    readonly failure?: string;
    /** The code at the end of that sentence. */
    readonly code?: string;
}

/** A failure with its code, which belongs to each sentence. */
const failed = (step: Outcome["step"], failure: string): Outcome => {
    const [, code] = /^.* \[(Polaris\w+)\]$/m.exec(failure) ?? [];
    if (code === undefined) throw new Error(`A failure has no code: ${failure}`);
    return { step, failure, code };
};

const isPlain = (value: unknown): value is Properties =>
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** The engine hangs on what is not JSON, or drops it: no handler may answer such. */
function clean<T>(value: T, path = "answer"): T {
    if (Array.isArray(value)) value.forEach((entry: unknown, index) => void clean(entry, `${path}[${index}]`));
    else if (isPlain(value)) Object.entries(value).forEach(([key, member]) => void clean(member, `${path}.${key}`));
    else if (value !== null && !["string", "boolean"].includes(typeof value) && !Number.isFinite(value)) {
        throw new Error(`${path} is not JSON`);
    }
    return value;
}

/** Every text that stands where a secret does in the arguments of this test. */
function secretsIn(value: unknown, key = ""): string[] {
    if (typeof value === "string")
        return ["password", "key", "keyPassword", "accessKeySecret", "sasToken"].includes(key) && value.length > 6
            ? [value]
            : [];
    return isPlain(value) ? Object.entries(value).flatMap(([name, member]) => secretsIn(member, name)) : [];
}

/** An API as the provider is configured for it; a running emulator is one. */
type Api = Pick<EmulatorUnderTest, "url" | "projectId" | "apiKey">;

/** An API that no test reaches, for what the handlers do without any request. */
export const nowhere: Api = {
    url: "https://acme.us-east-1.aws.api.imply.io",
    projectId: "0f3a8a52-6c0e-4b0b-9b52-5f0b0b8f6d10",
    apiKey: "pok_of-a-test-without-network",
};

export interface ProcessOptions {
    readonly projectId?: string;
    readonly apiKey?: string;
    readonly baseUrl?: string;
    /** Seconds for one request: many, as a busy machine answers late, unless a test is about the limit. */
    readonly requestTimeout?: number;
}

/** One process of the provider: handlers with a session of their own, configured for an emulator. */
export class ProviderProcess {
    private constructor(
        private readonly handlers: Record<ConnectionNoun | Noun, Handler>,
        private readonly secrets: string[],
    ) {}

    static async start(emulator: Api, options: ProcessOptions = {}): Promise<ProviderProcess> {
        const apiKey = options.apiKey ?? emulator.apiKey;
        const config: Record<string, string> = {
            "polaris:projectId": options.projectId ?? emulator.projectId,
            "polaris:baseUrl": options.baseUrl ?? emulator.url,
            "polaris:apiKey": apiKey,
            "polaris:requestTimeout": String(options.requestTimeout ?? 60),
        };
        const session = new Session();
        const connections = Object.entries(kinds).map(([noun, kind]) => [noun, defineResource(kind, session)]);
        const handlers = {
            ...(Object.fromEntries(connections) as Record<ConnectionNoun, Handler>),
            StreamingJob: defineResource(streamingJob, session),
            Table: defineResource(table, session),
        };
        const lookup = { get: (key: string) => config[key] } as pulumi.dynamic.Config;
        for (const handler of Object.values(handlers)) await handler.configure({ config: lookup });
        return new ProviderProcess(handlers, [apiKey]);
    }

    resource(noun: ConnectionNoun | Noun, state?: State): Resource {
        return new Resource(this.handlers[noun], this.secrets, state);
    }
}

/** One resource of a program, with its state. */
export class Resource {
    constructor(
        private readonly handler: Handler,
        private readonly secrets: string[],
        public state?: State,
    ) {}

    get outputs(): Properties {
        if (!this.state) throw new Error("There is no such resource in state.");
        return this.state.outputs;
    }

    /** Puts into state the object that these arguments declare, as if it had been created, with facts of the API. */
    async assume(given: Arguments, facts: Properties): Promise<State> {
        const { inputs, problems } = await this.preview(given);
        if (problems.length > 0) throw new Error(problems.join("\n"));
        const { name, target } = inputs as { name?: string; target?: { tableName: string } };
        this.keep(name ?? target?.tableName ?? "", inputs, { ...inputs, ...facts });
        return this.state!;
    }

    /** What a preview finds out, without any change. */
    async preview(given: Arguments): Promise<Plan> {
        const news = { ...(dropped(given) as Arguments), __provider: providerText };
        this.secrets.push(...secretsIn(given));
        const checked = clean(await this.handler.check(this.state?.inputs ?? {}, news));
        const inputs = { ...(checked.inputs as Properties), __provider: providerText };
        const problems = (checked.failures ?? []).map(({ property, reason }) => this.shown(`${property}${reason}`));
        if (problems.length > 0) return { step: "refused", problems, replaces: [], inputs };
        if (!this.state) return { step: "create", problems, replaces: [], inputs };
        const { id, outputs, failed } = this.state;
        const { changes, replaces = [] } = clean(await this.handler.diff(id, outputs, inputs));
        const step =
            changes === false && !failed ? "same" : changes === true && replaces.length > 0 ? "replace" : "update";
        return { step, problems, replaces, inputs };
    }

    /** `pulumi up`, for this resource alone. */
    async up(given: Arguments): Promise<Outcome> {
        const { step, problems, inputs } = await this.preview(given);
        if (step === "refused") return failed(step, problems.join("\n"));
        if (step === "same") {
            if (this.state) this.state = { ...this.state, inputs };
            return { step };
        }
        const old = this.state;
        return this.settling(step, inputs, async () => {
            if (step === "update" && old) {
                const { outs } = await this.handler.update(old.id, old.outputs, inputs);
                this.keep(old.id, inputs, outs);
                return step;
            }
            const { id, outs } = await this.handler.create(inputs);
            this.keep(id, inputs, outs);
            if (step === "replace" && old) await this.handler.delete(old.id, old.outputs);
            return step;
        });
    }

    /** `pulumi refresh`. */
    async refresh(): Promise<Outcome> {
        if (!this.state) return { step: "same" };
        const { id, inputs, outputs } = this.state;
        return this.settling("read", inputs, async () => {
            const found = clean(await this.handler.read(id, outputs));
            this.state = undefined;
            if (found.id === "") return "gone";
            this.keep(found.id ?? "", { ...found.inputs, __provider: providerText }, found.props);
            await this.handler.diff(id, this.outputs, inputs);
            return "read";
        });
    }

    /** `Resource.get`: a read of what is in no state. */
    async get(id: string): Promise<Outcome> {
        return this.settling("read", {}, async () => {
            const found = clean(await this.handler.read(id, { __provider: providerText }));
            this.keep(found.id ?? "", found.inputs ?? {}, found.props);
            return "read";
        });
    }

    /** `pulumi destroy`. */
    async destroy(): Promise<Outcome> {
        if (!this.state) return { step: "same" };
        const { id, inputs, outputs } = this.state;
        return this.settling("delete", inputs, async () => {
            await this.handler.delete(id, outputs);
            this.state = undefined;
            return "delete";
        });
    }

    private keep(id: string, inputs: Properties, outputs: Properties | undefined, failed = false): void {
        if (id === "" || !outputs) throw new Error("The handler gave no id or no outputs: the object is orphaned.");
        this.state = { id, inputs, outputs: { ...clean(outputs, "outputs"), __provider: providerText }, failed };
        if (!isDeepStrictEqual(this.state, JSON.parse(JSON.stringify(this.state)))) {
            throw new Error("The state does not survive being written.");
        }
    }

    /** Runs an operation; of a partial failure the engine keeps exactly the error's properties. */
    private async settling(
        step: Outcome["step"],
        inputs: Properties,
        work: () => Promise<Outcome["step"]>,
    ): Promise<Outcome> {
        try {
            return { step: await work() };
        } catch (error) {
            const { id, properties, reasons, message, stack } = error as Error & {
                id?: string;
                properties?: Properties;
                reasons?: string[];
            };
            const failure = this.shown([message, ...(reasons ?? [])].at(-1) ?? "");
            this.shown(`${String(error)} ${stack ?? ""}`);
            if (id) {
                if (properties?.__provider === undefined) throw new Error("The state lacks the provider's text.");
                this.keep(id, inputs, properties, true);
            }
            return failed(step, failure);
        }
    }

    /** What a user sees, which never holds a secret. */
    private shown(text: string): string {
        const leaked = this.secrets.find((secret) => text.includes(secret));
        if (leaked !== undefined) throw new Error("A secret is shown to the user.");
        if (/\n\s+at /.test(text)) throw new Error("A stack is shown to the user.");
        return text;
    }
}

/** The lines that handlers print; emptied before each test of the file. */
export function linesTold(): string[] {
    const lines: string[] = [];
    beforeAll(() => {
        jest.spyOn(console, "log").mockImplementation((line: unknown) => void lines.push(String(line)));
    });
    beforeEach(() => void lines.splice(0));
    afterAll(() => jest.restoreAllMocks());
    return lines;
}

const waitDivisor = 50;

/** Shortens all waits of the provider: between attempts at a request, and between questions about a job. */
export function shortenWaits(): void {
    const { setTimeout: wait } = timers;
    beforeAll(() => {
        jest.spyOn(timers, "setTimeout").mockImplementation((ms = 0, value, options) =>
            wait(ms / waitDivisor, value, options),
        );
    });
    afterAll(() => jest.restoreAllMocks());
}
