import type { Deployment } from "@pulumi/pulumi/automation";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { Failure } from "../engine/errors";
import { isRecord } from "../values/json";
import { pulumi } from "./pulumi";
import type { RunOptions } from "./pulumi";

/** A resource in a deployment, as Pulumi's `apitype.ResourceV3` has it: the members on which the import relies. */
const resourceState = z.looseObject({
    urn: z.string(),
    type: z.string(),
    custom: z.boolean(),
    external: z.boolean().optional(),
    id: z.string().optional(),
    parent: z.string().optional(),
    provider: z.string().optional(),
    dependencies: z.array(z.string()).nullish(),
    propertyDependencies: z.record(z.string(), z.array(z.string()).nullish()).nullish(),
    inputs: z.record(z.string(), z.unknown()).nullish(),
    outputs: z.record(z.string(), z.unknown()).nullish(),
});

export type ResourceState = z.output<typeof resourceState>;

const deploymentSchema = z.looseObject({
    resources: z.array(resourceState).nullish(),
    pending_operations: z.array(z.unknown()).nullish(),
    secrets_providers: z.unknown().optional(),
});

/** The versions of Pulumi's format of a state that have these members. */
const knownVersions = [3, 4];

export const typePrefix = "pulumi-nodejs:dynamic/polaris:";

/** An object of Imply Polaris that a state has. */
export const objectKey = (type: string, projectId: unknown, id: unknown) => JSON.stringify([type, projectId, id]);

/** The state of a stack, as `pulumi stack export` shows it: with secrets encrypted. */
export class StackState {
    readonly resources: readonly ResourceState[];

    private constructor(
        readonly stack: string,
        private readonly text: string,
        private readonly content: Deployment,
        private readonly deployment: z.output<typeof deploymentSchema>,
    ) {
        this.resources = deployment.resources ?? [];
    }

    static parse(stack: string, text: string): StackState {
        const content = JSON.parse(text) as Deployment;
        const parsed = deploymentSchema.safeParse((content.deployment as unknown) ?? {});
        if (!knownVersions.includes(content.version) || !parsed.success) {
            throw new Failure(
                "PolarisPulumiFailed",
                `the state of the stack ${stack} has a format (version ${content.version}) that this version does not know`,
                "update pulumi-imply-polaris",
            );
        }
        return new StackState(stack, text, content, parsed.data);
    }

    /** The state of a stack that does not exist yet. */
    static empty = (stack: string) => StackState.parse(stack, JSON.stringify({ version: 3, deployment: {} }));

    /** Every object of Imply Polaris that the state manages, with its URN; `.get()` only reads its object. */
    get objects(): ReadonlyMap<string, string> {
        const own = this.resources.filter(({ type, external }) => type.startsWith(typePrefix) && external !== true);
        return new Map(
            own.map(({ type, id, urn, inputs, outputs }) => [
                objectKey(type, outputs?.projectId ?? inputs?.projectId, id),
                urn,
            ]),
        );
    }

    /** Says of an object of a project whether it is in the state. */
    managedBy = (projectId: string) => (noun: string, id: string) =>
        this.objects.has(objectKey(`${typePrefix}${noun}`, projectId, id));

    assertSettled(): void {
        if ((this.deployment.pending_operations ?? []).length === 0) return;
        throw new Failure(
            "PolarisStackBusy",
            `an update of the stack ${this.stack} was interrupted or is still running, as its state has pending operations`,
            "run `pulumi refresh` for that stack and then the import again",
        );
    }

    /** Whether the stack has never been written, so that its state does not say yet how secrets are encrypted. */
    get isUnwritten(): boolean {
        return this.resources.length === 0 && (this.deployment.secrets_providers ?? undefined) === undefined;
    }

    /** An update of another user since this state was read would be lost. */
    assertUnchanged(now: StackState): void {
        if (now.text === this.text) return;
        throw new Failure("PolarisStackBusy", `the stack ${this.stack} was changed meanwhile`, "run the import again");
    }

    /** Writes the state as it is to a file. */
    backup(folder: string): string {
        const time = new Date().toISOString().replace(/\.\d+/, "").replaceAll(":", "");
        const name = `${this.stack.replace(/[^\w.-]+/g, "-")}-before-import-${time}.json`;
        writeFileSync(path.join(folder, name), this.text, { mode: 0o600 });
        return name;
    }

    /** The state with more resources, as `pulumi stack import` takes it. */
    with(more: readonly ResourceState[]): string {
        const deployment = { ...this.deployment, resources: [...this.resources, ...more] };
        return JSON.stringify({ ...this.content, deployment });
    }
}

/** The values of a stack's configuration, secrets in plain. */
export type Settings = ReadonlyMap<string, string>;

/** A stack, of which everything is read and written by the CLI. */
export class Stack {
    constructor(
        readonly name: string,
        private readonly folder: string,
    ) {}

    /** The stack that is named, or else the selected one. */
    static async find(name: string | undefined, folder: string): Promise<Stack> {
        if (name !== undefined) return new Stack(name, folder);
        const stacks: unknown = JSON.parse(await pulumi(["stack", "ls", "--json"], { cwd: folder }));
        const all: unknown[] = Array.isArray(stacks) ? stacks : [];
        const current = all.find((one) => isRecord(one) && one.current === true);
        if (isRecord(current) && typeof current.name === "string") return new Stack(current.name, folder);
        throw new Failure("PolarisCommandInvalid", "no stack is selected", "name one by --stack");
    }

    run(args: readonly string[], options: Omit<RunOptions, "cwd"> = {}): Promise<string> {
        return pulumi([...args, "--stack", this.name], { ...options, cwd: this.folder });
    }

    async state(): Promise<StackState> {
        return StackState.parse(this.name, await this.run(["stack", "export"]));
    }

    /** The state of the stack; undefined where there is no such stack. */
    async existingState(): Promise<StackState | undefined> {
        try {
            return await this.state();
        } catch (error) {
            const isMissing = error instanceof Failure && error.details.some((line) => line.includes("no stack named"));
            if (!isMissing) throw error;
            return undefined;
        }
    }

    /** Creates the stack, and returns its state. */
    async create(): Promise<StackState> {
        await pulumi(["stack", "init", this.name], { cwd: this.folder });
        return this.state();
    }

    /** The state of an empty stack after the engine has written it. */
    async writtenState(): Promise<StackState> {
        await this.run(["refresh", "--yes", "--skip-preview"]);
        return this.state();
    }

    async config(): Promise<Settings> {
        const text = await this.run(["config", "--json", "--show-secrets"]);
        const found: unknown = JSON.parse(text);
        const entries = Object.entries(isRecord(found) ? found : {}).flatMap(([key, entry]) =>
            isRecord(entry) && typeof entry.value === "string" ? [[key, entry.value] as const] : [],
        );
        return new Map(entries);
    }

    async importState(text: string): Promise<void> {
        await this.run(["stack", "import"], { input: text });
    }
}
