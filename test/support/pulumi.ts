import { readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { RunningCommand, type CommandResult, type Env } from "./command";
import { withProgram } from "./program-host";
import { cleanEnv, Project } from "./project";
import { nameOf, parseSteps, type ResourceState, type Step } from "./summary";

export type ConfigValue = string | { secret: string };

export interface StackOptions {
    /** The project's name. Default: `e2e`. */
    name?: string;
    /** The stack's name. Default: `dev`. */
    stack?: string;
    /** The body of the program; see `prelude` for the names that it may use. */
    program?: string;
    /** Files of the program's folder, instead of or besides `program`. */
    files?: Record<string, string>;
    /** What the program reads as `args`. */
    args?: unknown;
    config?: Record<string, ConfigValue>;
    env?: Env;
    /** Whether each command starts a process for the program, as it does for users; see program-host.ts. */
    ownProcess?: boolean;
}

/** Nothing that a test does should take as long; a hang is killed and shown. */
const COMMAND_LIMIT_MS = 90_000;

/** A shell's `pulumi` that runs the program in the process for all programs, and no second preview before an `up`. */
const pulumiFunction = (client: string) => `pulumi() {
    case "$1" in
        up | destroy) command pulumi "$@" --skip-preview ${client} ;;
        preview | refresh) command pulumi "$@" ${client} ;;
        *) command pulumi "$@" ;;
    esac
}`;

/** A stack on the real engine. Each method that runs `pulumi` fails the test, with the output, if `pulumi` fails. */
export class Stack {
    /** Variables added to every command; undefined takes one away. */
    readonly env: Env;
    private readonly runs: RunningCommand[] = [];

    constructor(
        readonly project: Project,
        env: Env = {},
        private readonly ownProcess = false,
        private readonly name = "dev",
    ) {
        this.env = { ...env };
    }

    /** Starts `pulumi` with these arguments, for tests that interrupt it. */
    spawn(args: readonly string[], env: Env = {}): RunningCommand {
        const options = {
            cwd: this.project.dir,
            env: this.environment(env),
            limitMs: COMMAND_LIMIT_MS,
        };
        const running = new RunningCommand(`pulumi ${args.join(" ")}`, "pulumi", args, options);
        this.runs.push(running);
        return running;
    }

    /** Runs `pulumi` with these arguments, whatever comes of it. */
    run(args: readonly string[], env?: Env): Promise<CommandResult> {
        return this.spawn(args, env).done;
    }

    /** Runs `pulumi` with these arguments, and fails the test if `pulumi` fails. */
    async must(args: readonly string[], env?: Env): Promise<CommandResult> {
        return succeeded(args.join(" "), await this.run(args, env));
    }

    /** Runs a shell's line in the program's folder, or in another one with a program; `pulumi` asks for no confirmation. */
    async shell(line: string, dir = this.project.dir): Promise<CommandResult> {
        const env = { ...this.environment(), PULUMI_SKIP_CONFIRMATIONS: "true" };
        const run = async (script: string) => {
            const running = new RunningCommand(line, "bash", ["-ec", script], {
                cwd: dir,
                env,
                limitMs: COMMAND_LIMIT_MS,
            });
            this.runs.push(running);
            return succeeded(line, await running.done);
        };
        if (this.ownProcess) return run(line);
        return withProgram(dir, env, (client) => run(`${pulumiFunction(client)}\n${line}`));
    }

    up = (flags: readonly string[] = [], env?: Env) => this.succeeds("up", flags, env);
    upFails = (flags: readonly string[] = [], env?: Env) => this.fails("up", flags, env);
    preview = (flags: readonly string[] = [], env?: Env) => this.succeeds("preview", flags, env);
    previewFails = (flags: readonly string[] = [], env?: Env) => this.fails("preview", flags, env);
    refresh = (flags: readonly string[] = [], env?: Env) => this.succeeds("refresh", flags, env);
    refreshFails = (flags: readonly string[] = [], env?: Env) => this.fails("refresh", flags, env);
    destroy = (flags: readonly string[] = [], env?: Env) => this.succeeds("destroy", flags, env);
    destroyFails = (flags: readonly string[] = [], env?: Env) => this.fails("destroy", flags, env);

    /** Starts an `up` and comes back at once. */
    startUp(flags: readonly string[] = [], env?: Env): RunningCommand {
        return this.spawn(this.operation("up", flags), env);
    }

    /** What a preview plans, step by step. */
    async steps(flags: readonly string[] = [], env?: Env): Promise<Step[]> {
        return parseSteps((await this.preview(["--json", ...flags], env)).stdout);
    }

    /**
     * Clears the lock that a killed run has left. A file backend replaces files as a whole, but not the checksums that
     * it keeps beside them (`.attrs`): one that the kill has left empty makes it unreadable, and is not needed.
     */
    cancel = (): Promise<CommandResult> => {
        const folder = path.dirname(this.stateFile);
        const cut = readdirSync(folder).filter(
            (name) => name.endsWith(".attrs") && readFileSync(path.join(folder, name), "utf8") === "",
        );
        for (const name of cut) rmSync(path.join(folder, name));
        return this.must(["cancel", "--yes", this.name]);
    };

    /** Replaces the program's body. */
    program(source: string): void {
        this.project.program(source);
    }

    write(file: string, text: string): void {
        this.project.write(file, text);
    }

    /** Replaces what the program reads as `args`. */
    args(value: unknown): void {
        this.project.write("args.json", JSON.stringify(value));
    }

    async setConfig(config: Record<string, ConfigValue>): Promise<void> {
        const flags = Object.entries(config).flatMap(([key, value]) =>
            typeof value === "string" ? ["--plaintext", `${key}=${value}`] : ["--secret", `${key}=${value.secret}`],
        );
        if (flags.length > 0) await this.must(["config", "set-all", "--stack", this.name, ...flags]);
    }

    async removeConfig(key: string): Promise<void> {
        await this.must(["config", "rm", "--stack", this.name, key]);
    }

    /** The state file of the backend as it is on disk. */
    stateText(): string {
        return readFileSync(this.stateFile, "utf8");
    }

    get stateFile(): string {
        return path.join(this.project.backend, ".pulumi/stacks", this.project.name, `${this.name}.json`);
    }

    /** Every resource in state but the stack and the providers; secrets as ciphertext. */
    resources(): ResourceState[] {
        const { checkpoint } = JSON.parse(this.stateText()) as {
            checkpoint: { latest?: { resources?: ResourceState[] } };
        };
        return (checkpoint.latest?.resources ?? []).filter(({ type }) => !type.startsWith("pulumi:"));
    }

    /** The resource of that logical name in state, or undefined. */
    resource(name: string): ResourceState | undefined {
        return this.resources().find(({ urn }) => nameOf(urn) === name);
    }

    /** `pulumi stack export`, as text. */
    async exportText({ showSecrets = false } = {}): Promise<string> {
        return (await this.must(["stack", "export", "--stack", this.name, ...(showSecrets ? ["--show-secrets"] : [])]))
            .stdout;
    }

    /** `pulumi stack import` of what `pulumi stack export` gave. */
    async importText(text: string): Promise<void> {
        this.write("import.json", text);
        await this.must(["stack", "import", "--stack", this.name, "--file", "import.json"]);
    }

    /** The outputs of the program, secrets in plain. */
    async outputs(): Promise<Record<string, unknown>> {
        const { stdout } = await this.must(["stack", "output", "--stack", this.name, "--json", "--show-secrets"]);
        return JSON.parse(stdout) as Record<string, unknown>;
    }

    init(): void {
        this.project.initStack(this.name);
    }

    /** Ends whatever is still running and deletes every file. */
    remove(): void {
        for (const running of this.runs) running.killAll();
        this.project.remove();
    }

    private environment(env: Env = {}): Env {
        return { ...cleanEnv(this.project.root, this.project.backend), ...this.env, ...env };
    }

    /** Runs an operation with the program in the process for all programs, where this stack's may run there. */
    private operate(command: Operation, flags: readonly string[], env?: Env): Promise<CommandResult> {
        const args = this.operation(command, flags);
        if (this.ownProcess || !this.project.sharesSdk) return this.run(args, env);
        return withProgram(this.project.dir, this.environment(env), (client) => this.run([...args, client], env));
    }

    /** Tests that want a preview ask for one: `up`, `refresh` and `destroy` go ahead without. */
    private operation(command: Operation, flags: readonly string[]): string[] {
        const goAhead = command === "preview" ? [] : ["--yes", "--skip-preview"];
        return [command, "--stack", this.name, "--non-interactive", "--color", "never", ...goAhead, ...flags];
    }

    private async succeeds(command: Operation, flags: readonly string[], env?: Env): Promise<CommandResult> {
        return succeeded(command, await this.operate(command, flags, env));
    }

    private async fails(command: Operation, flags: readonly string[], env?: Env): Promise<CommandResult> {
        const result = await this.operate(command, flags, env);
        if (result.code === 0) throw new Error(`pulumi ${command} was expected to fail, but:\n${result.text}`);
        return result;
    }
}

function succeeded(command: string, result: CommandResult): CommandResult {
    if (result.code !== 0) throw new Error(`pulumi ${command} failed (${String(result.code)}):\n${result.text}`);
    return result;
}

type Operation = "up" | "preview" | "refresh" | "destroy";

const open = new Set<Stack>();

/** Makes a project and a stack, hands them to `use`, and leaves nothing behind, whatever happens there. */
export async function withStack<T>(options: StackOptions, use: (stack: Stack) => Promise<T>): Promise<T> {
    const stack = new Stack(new Project(options.name ?? "e2e"), options.env, options.ownProcess, options.stack);
    open.add(stack);
    try {
        for (const [file, text] of Object.entries(options.files ?? {})) stack.write(file, text);
        if (options.program !== undefined) stack.program(options.program);
        if (options.args !== undefined) stack.args(options.args);
        stack.init();
        await stack.setConfig(options.config ?? {});
        return await use(stack);
    } finally {
        open.delete(stack);
        stack.remove();
    }
}

// A test that ran into jest's own time limit never comes to its `finally`.
afterAll(() => {
    for (const stack of open) stack.remove();
});
