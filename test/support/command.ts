import { spawn, type ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";

export type Env = Record<string, string | undefined>;

export interface CommandResult {
    /** The exit code; null when a signal ended the command. */
    code: number | null;
    stdout: string;
    stderr: string;
    /** Both, in the order in which they came, without colours. */
    text: string;
}

export interface CommandOptions {
    cwd: string;
    env: Env;
    limitMs: number;
}

/**
 * A command under way, in a session of its own. The engine gives each plugin its own process group, but not its own
 * session: so the session is what tells the whole family, even after the command itself has been killed.
 */
export class RunningCommand {
    readonly done: Promise<CommandResult>;
    private readonly child: ChildProcess;
    private readonly out = { stdout: "", stderr: "", text: "" };
    private expired = false;

    constructor(
        private readonly title: string,
        command: string,
        args: readonly string[],
        options: CommandOptions,
    ) {
        this.child = spawn(command, args, {
            cwd: options.cwd,
            env: options.env,
            stdio: ["ignore", "pipe", "pipe"],
            detached: true,
        });
        for (const name of ["stdout", "stderr"] as const) {
            this.child[name]?.setEncoding("utf8").on("data", (text: string) => {
                this.out[name] += text;
                this.out.text += text;
            });
        }
        this.done = this.untilDone(options.limitMs);
        // A test may kill the command and look at `done` later, or never.
        this.done.catch(() => undefined);
    }

    /** What it has printed so far. */
    get text(): string {
        return stripVTControlCharacters(this.out.text);
    }

    /** Resolves as soon as the output matches. */
    async printed(pattern: string | RegExp): Promise<void> {
        const matches = () => (typeof pattern === "string" ? this.text.includes(pattern) : pattern.test(this.text));
        while (!matches()) {
            if (this.child.exitCode !== null || this.child.signalCode !== null) {
                throw new Error(`${this.title} ended without printing ${String(pattern)}:\n${this.text}`);
            }
            await sleep(20);
        }
    }

    /** Sends a signal to the command alone; its plugins live on, as they do when a CLI is killed. */
    kill(signal: NodeJS.Signals): void {
        this.child.kill(signal);
    }

    /** Kills the processes of this run whose command line holds the text, such as "dynamic-provider"; says how many. */
    killProcesses(commandLinePart: string): number {
        const found = this.session().filter((pid) => commandLine(pid).includes(commandLinePart));
        for (const pid of found) killPid(pid);
        return found.length;
    }

    /** Ends whatever is left of this run. */
    killAll(): void {
        for (const pid of this.session()) killPid(pid);
    }

    private session(): number[] {
        const leader = this.child.pid;
        return leader === undefined ? [] : processesOfSession(leader);
    }

    private async untilDone(limitMs: number): Promise<CommandResult> {
        const timer = setTimeout(() => {
            this.expired = true;
            this.killAll();
        }, limitMs);
        try {
            const code = await new Promise<number | null>((resolve, reject) => {
                this.child.on("error", reject);
                this.child.on("close", resolve);
                // Plugins that outlive a killed command can hold its pipes open.
                this.child.on(
                    "exit",
                    (exitCode) => void sleep(1_000, undefined, { ref: false }).then(() => resolve(exitCode)),
                );
            });
            if (this.expired) throw new Error(`${this.title} did not end within ${limitMs / 1000} s:\n${this.text}`);
            const [stdout, stderr] = [this.out.stdout, this.out.stderr].map((text) => stripVTControlCharacters(text));
            return { code, stdout: stdout ?? "", stderr: stderr ?? "", text: this.text };
        } finally {
            clearTimeout(timer);
        }
    }
}

/** Field 6 of /proc/PID/stat is the session; elsewhere than on Linux only the command's own group can be found. */
function processesOfSession(leader: number): number[] {
    if (process.platform !== "linux") return [-leader];
    return readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name))
        .map(Number)
        .filter(
            (pid) =>
                readProc(pid, "stat")
                    .replace(/^.*\) /s, "")
                    .split(" ")[3] === String(leader),
        );
}

const commandLine = (pid: number) => readProc(pid, "cmdline").replaceAll("\0", " ");

function readProc(pid: number, file: string): string {
    try {
        return readFileSync(`/proc/${pid}/${file}`, "utf8");
    } catch {
        return ""; // it ended meanwhile
    }
}

function killPid(pid: number): void {
    try {
        process.kill(pid, "SIGKILL");
    } catch {
        // it ended meanwhile
    }
}
