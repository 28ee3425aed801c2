import path from "node:path";
import { RunningCommand, type CommandResult, type Env } from "./command";
import { cleanEnv, repository } from "./project";
import type { Stack } from "./pulumi";

const cli = path.join(repository, "dist/provider/import/cli.js");

/** Runs `pulumi-imply-polaris` in the folder of a stack's program, whatever comes of it. */
export function command(stack: Stack, args: readonly string[], env: Env = {}): Promise<CommandResult> {
    const { project } = stack;
    const options = {
        cwd: project.dir,
        env: { ...cleanEnv(project.root, project.backend), ...stack.env, ...env },
        limitMs: 90_000,
    };
    return new RunningCommand(`pulumi-imply-polaris ${args.join(" ")}`, process.execPath, [cli, ...args], options).done;
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
