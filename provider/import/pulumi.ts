import { spawn } from "node:child_process";
import { Failure } from "../engine/errors";

export interface CommandResult {
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
}

export interface RunOptions {
    readonly cwd: string;
    /** Variables beside those of this process. */
    readonly env?: NodeJS.ProcessEnv;
    readonly input?: string;
}

const notFound = new Failure(
    "PolarisPulumiFailed",
    "the command `pulumi` was not found",
    "install the Pulumi CLI, or add its folder to PATH",
);

/** Runs a command to its end, whatever comes of it. */
export function run(command: string, args: readonly string[], options: RunOptions): Promise<CommandResult> {
    return new Promise((resolve, reject) => {
        const child = spawn(command, args, {
            cwd: options.cwd,
            env: { ...process.env, ...options.env },
            stdio: ["pipe", "pipe", "pipe"],
            // npm is a script on Windows.
            shell: process.platform === "win32" && command === "npm",
        });
        let stdout = "";
        let stderr = "";
        child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
        child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
        child.on("error", (error: NodeJS.ErrnoException) => reject(error.code === "ENOENT" ? notFound : error));
        child.on("close", (code) => resolve({ code, stdout, stderr }));
        // A command that ends before it has read its input has said why.
        child.stdin.on("error", () => undefined).end(options.input ?? "");
    });
}

const lastLines = (text: string, count: number) =>
    text
        .split("\n")
        .map((line) => line.trimEnd())
        .filter((line) => line.trim() !== "")
        .slice(-count);

/** Pulumi's own words for a failure, without the prefix of its command. */
export function wordsOf({ stdout, stderr }: CommandResult): string[] {
    const lines = lastLines(stderr.trim() === "" ? stdout : stderr, 8);
    return lines.map((line) => line.replace(/^error: /, ""));
}

/** Runs `pulumi`, and fails where it fails. */
export async function pulumi(args: readonly string[], options: RunOptions): Promise<string> {
    const result = await run("pulumi", [...args, "--non-interactive"], options);
    if (result.code === 0) return result.stdout;
    const words = wordsOf(result);
    if (words.some((line) => line.includes("currently locked"))) {
        throw new Failure(
            "PolarisStackBusy",
            "another update of the stack is running",
            "wait for its end, or run `pulumi cancel` if there is none",
        );
    }
    const command = args.slice(0, args[0] === "preview" ? 1 : 2).join(" ");
    throw new Failure(
        "PolarisPulumiFailed",
        `\`pulumi ${command}\` failed`,
        "remove the cause and run it again",
        words,
    );
}
