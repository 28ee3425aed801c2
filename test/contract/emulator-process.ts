import { transformFileSync } from "@swc/core";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");
const SOURCE = join(ROOT, "emulator");

/** The emulator's sources, compiled into a temporary folder. */
export function installEmulator(): { cli: string; home: string; remove: () => void } {
    const home = mkdtempSync(join(tmpdir(), "polaris-emulator-"));
    for (const file of readdirSync(SOURCE, { recursive: true, encoding: "utf8" })) {
        if (file.endsWith(".ts")) {
            const { code } = transformFileSync(join(SOURCE, file), {
                jsc: { parser: { syntax: "typescript" }, target: "es2022" },
                module: { type: "commonjs" },
            });
            const target = join(home, "emulator", file.replace(/ts$/, "js"));
            mkdirSync(dirname(target), { recursive: true });
            writeFileSync(target, code);
        }
        if (file.endsWith(".jars")) {
            copyFileSync(join(SOURCE, file), join(home, "emulator", file));
        }
    }
    symlinkSync(join(ROOT, "node_modules"), join(home, "node_modules"));
    const remove = () => rmSync(home, { recursive: true, force: true });
    return { cli: join(home, "emulator", "cli.js"), home, remove };
}

export interface EmulatorProcess {
    process: ChildProcess;
    url: string;
    projectId: string;
    /** As printed: a placeholder when the key was given. */
    apiKey: string;
    output: () => { stdout: string; stderr: string };
    /** Ends it with a signal, and answers the exit code. */
    end: (signal: NodeJS.Signals) => Promise<number | null>;
}

/** Runs the command line to its end. */
export async function runEmulator(cli: string, args: string[], env: NodeJS.ProcessEnv = process.env) {
    const child = spawn(process.execPath, [cli, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
    const output = collect(child);
    const [code] = (await once(child, "close")) as [number | null];
    return { code, ...output() };
}

function collect(child: ChildProcess) {
    let stdout = "";
    let stderr = "";
    child.stdout?.on("data", (chunk) => (stdout += String(chunk)));
    child.stderr?.on("data", (chunk) => (stderr += String(chunk)));
    return () => ({ stdout, stderr });
}

/** Starts the command line, and waits until it says where it listens. */
export async function spawnEmulator(cli: string, args: string[]): Promise<EmulatorProcess> {
    const child = spawn(process.execPath, [cli, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    const output = collect(child);
    const closed = once(child, "close") as Promise<[number | null]>;
    const isReady = () => output().stdout.includes("POLARIS_API_KEY=");
    while (!isReady() && child.exitCode === null) {
        await new Promise((tick) => setTimeout(tick, 10));
    }
    if (!isReady()) {
        throw new Error(`The emulator ended: ${output().stderr}`);
    }
    const exported = (name: string) => new RegExp(`^export ${name}=(.*)$`, "m").exec(output().stdout)?.[1] ?? "";
    return {
        process: child,
        url: exported("POLARIS_BASE_URL"),
        projectId: exported("POLARIS_PROJECT_ID"),
        apiKey: exported("POLARIS_API_KEY"),
        output,
        end: async (signal) => {
            child.kill(signal);
            return (await closed)[0];
        },
    };
}
