import path from "node:path";
import { RunningCommand, type CommandResult, type Env } from "./command";
import { cleanEnv, repository } from "./project";
import type { Stack } from "./pulumi";

const cli = path.join(repository, "dist/provider/import/cli.js");

const optionsFor = ({ project, env: own }: Stack, env: Env, folder = ".") => ({
    cwd: path.join(project.dir, folder),
    env: { ...cleanEnv(project.root, project.backend), ...own, ...env },
    limitMs: 90_000,
});

/** Runs `pulumi-imply-polaris` in the folder of a stack's program, whatever comes of it. */
export function command(stack: Stack, args: readonly string[], env: Env = {}): Promise<CommandResult> {
    const title = `pulumi-imply-polaris ${args.join(" ")}`;
    return new RunningCommand(title, process.execPath, [cli, ...args], optionsFor(stack, env)).done;
}

/** Runs `pulumi` in a folder below the one of the stack's program, and fails the test if it fails. */
export async function pulumiIn(stack: Stack, folder: string, args: readonly string[], env: Env): Promise<string> {
    const title = `pulumi ${args.join(" ")}`;
    const options = optionsFor(stack, env, folder);
    const { code, text } = await new RunningCommand(title, "pulumi", [...args, "--non-interactive"], options).done;
    if (code !== 0) throw new Error(`${title} failed (${String(code)}):\n${text}`);
    return text;
}

/** Runs it, and fails the test if it fails. */
export async function succeeds(stack: Stack, args: readonly string[], env?: Env): Promise<string> {
    const { code, text } = await command(stack, args, env);
    if (code !== 0) throw new Error(`pulumi-imply-polaris ${args.join(" ")} failed (${String(code)}):\n${text}`);
    return text;
}

/** Lets the program be TypeScript that reads files, as after `npm install`. */
export function withTypes(stack: Stack): void {
    for (const name of ["@types/node", "typescript"]) {
        stack.project.link(name, path.join(repository, "node_modules", name));
    }
}
