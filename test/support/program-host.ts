import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { Env } from "./command";

/**
 * Programs of stacks in one process for all the commands of a test file. A language host and a program of each command's
 * own take longer to load the SDK than all the rest of the command; the engine and the provider are processes of their
 * own all the same. Pulumi's Automation API runs inline programs the same way.
 */
let host: ChildProcess | undefined;
let last: Promise<unknown> = Promise.resolve();

function start(): ChildProcess {
    return fork(path.join(__dirname, "program-process.js"), { stdio: "inherit" });
}

async function ask(dir: string, env: Env): Promise<number> {
    host ??= start();
    const answer = once(host, "message") as Promise<[number]>;
    host.send({ dir, env });
    return (await answer)[0];
}

/** Lets `use` run a command that connects to the program in the folder by these flags. */
export async function withProgram<T>(dir: string, env: Env, use: (flag: string) => Promise<T>): Promise<T> {
    const asked = last.then(() => ask(dir, env));
    last = asked.catch(() => undefined);
    const port = await asked;
    try {
        return await use(`--client=127.0.0.1:${port}`);
    } finally {
        host?.send({ close: port });
    }
}

afterAll(() => {
    host?.disconnect();
    host = undefined;
});
