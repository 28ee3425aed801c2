import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Properties } from "./druid-settings";

export interface JvmOptions {
    /** As messages name it. */
    title: string;
    java: string;
    /** The JVM's own options. */
    options: string[];
    mainClass: string;
    classPath: string[];
    env: NodeJS.ProcessEnv;
    /** Its data, settings and output; one process at a time uses it. */
    folder: string;
    settings: Record<string, Properties>;
}

/** Exit code of `Lifeline.java`: another process uses the folder. */
const IN_USE = 3;
const STOP_LIMIT_MS = 15_000;
const POLL_MS = 50;

const COMMON = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError"];
const ENCODING = ["-Duser.timezone=UTC", "-Dfile.encoding=UTF-8"];

const propertiesText = (properties: Properties) =>
    Object.entries(properties)
        .map(([name, value]) => `${name}=${String(value).replaceAll("\\", "\\\\")}\n`)
        .join("");

/** A Java process that ends with this one, whatever ends it. */
export class Jvm {
    readonly #child: ChildProcess;
    #isStopping = false;
    #output = "";

    private constructor(readonly options: JvmOptions) {
        const { java, folder, classPath, env, mainClass } = options;
        const log = openSync(this.#logFile, "w", 0o600);
        try {
            // A process group of its own: Ctrl-C reaches the emulator alone, which stops this in order.
            this.#child = spawn(java, [...COMMON, ...ENCODING, ...options.options, mainClass, folder], {
                cwd: folder,
                env: { ...env, CLASSPATH: classPath.join(path.delimiter) },
                stdio: ["pipe", "pipe", log],
                detached: process.platform !== "win32",
                windowsHide: true,
            });
        } finally {
            closeSync(log);
        }
        this.#child.stdin?.on("error", () => undefined);
        this.#child.stdout?.on(
            "data",
            (text: Buffer) => (this.#output = (this.#output + text.toString()).slice(-1_000)),
        );
        this.#child.on("error", () => undefined);
    }

    static async start(options: JvmOptions): Promise<Jvm> {
        const settings = path.join(options.folder, "settings");
        // Druid's metadata contain the passwords of connections.
        await mkdir(options.folder, { recursive: true, mode: 0o700 });
        await mkdir(settings, { recursive: true });
        for (const [name, properties] of Object.entries(options.settings)) {
            await writeFile(path.join(settings, `${name}.properties`), propertiesText(properties), { mode: 0o600 });
        }
        return new Jvm(options);
    }

    get #logFile(): string {
        return path.join(this.options.folder, "output.log");
    }

    get pid(): number | undefined {
        return this.#child.pid;
    }

    /** Whether it has printed that it is ready. */
    get saysReady(): boolean {
        return /^ready$/m.test(this.#output);
    }

    /** Waits until it is ready, and fails as soon as it ends. */
    async untilReady(isReady: () => Promise<boolean> | boolean, limitMs: number): Promise<void> {
        const limit = Date.now() + limitMs;
        while (!(await isReady())) {
            this.#assertRuns();
            if (Date.now() > limit) {
                throw new Error(
                    `${this.options.title} was not ready within ${limitMs / 1000} s; see ${this.#logFile}.`,
                );
            }
            await new Promise((resolve) => setTimeout(resolve, POLL_MS));
        }
    }

    #assertRuns(): void {
        const { exitCode, signalCode } = this.#child;
        if (exitCode === null && signalCode === null && this.#child.pid !== undefined) {
            return;
        }
        const { title, folder } = this.options;
        if (exitCode === IN_USE) {
            throw new Error(
                `${title} cannot use ${folder}: another process uses it; stop it or choose another folder.`,
            );
        }
        const log = existsSync(this.#logFile) ? readFileSync(this.#logFile, "utf8") : "";
        if (log.includes("No space left on device")) {
            throw new Error(`${title} cannot write to ${folder}: the disk is full.`);
        }
        const [, reason = ""] =
            /^(?:Caused by: |Exception in thread "[^"]*" )?[\w.]+(?:Exception|Error): (.*)$/m.exec(log) ?? [];
        const details = reason === "" ? "" : ` (${reason.slice(0, 300)})`;
        throw new Error(`${title} ended with ${String(exitCode ?? signalCode)}${details}; see ${this.#logFile}.`);
    }

    /** Calls `report` if it ends by itself. */
    onEnd(report: (message: string) => void): void {
        this.#child.once("exit", (code, signal) => {
            if (!this.#isStopping) {
                report(`${this.options.title} ended with ${String(code ?? signal)}; see ${this.#logFile}.`);
            }
        });
    }

    /** Ends it in order, so that it continues from here; or at once, where its data are not used again. */
    async stop({ inOrder }: { inOrder: boolean }): Promise<void> {
        this.#isStopping = true;
        const { exitCode, signalCode, pid } = this.#child;
        if (exitCode !== null || signalCode !== null || pid === undefined) {
            return;
        }
        const ended = once(this.#child, "exit");
        if (inOrder) {
            this.#child.stdin?.end();
        } else {
            this.#child.kill("SIGKILL");
        }
        const timer = setTimeout(() => this.#child.kill("SIGKILL"), STOP_LIMIT_MS);
        await ended;
        clearTimeout(timer);
    }
}
