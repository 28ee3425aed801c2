import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { findFreePorts } from "../../emulator/local/ports";
import { basic, send, type EmulatorUnderTest } from "./emulator";
import { repository } from "./project";

const cli = path.join(repository, "emulator/dist/cli.js");
const projectId = "8d7f0a52-6c0e-4b0b-9b52-5f0b0b8f6d10";

/** The emulator as a process of its own, with its data in a file: to be killed and started again. */
export class EmulatorCommand {
    readonly folder = mkdtempSync(path.join(tmpdir(), "polaris-outage-"));
    readonly dataFile = path.join(this.folder, "data.json");
    output = "";
    private child: ChildProcess | undefined;
    private port: number | undefined;

    constructor(readonly apiKey = "pok_of-the-program") {}

    /** Starts it, on the port of before if it was started before. */
    async start(): Promise<void> {
        // No outgoing connection can occupy it while the emulator is stopped.
        this.port ??= (await findFreePorts(1))[0];
        const flags = ["--port", String(this.port), "--api-key", this.apiKey, "--project", projectId];
        const child = spawn(process.execPath, [cli, ...flags, "--data", this.dataFile, "--transition", "50"], {
            stdio: ["ignore", "pipe", "pipe"],
        });
        this.child = child;
        for (const stream of [child.stdout, child.stderr]) {
            stream.on("data", (text: Buffer) => (this.output += text.toString()));
        }
        await new Promise<void>((resolve, reject) => {
            let text = "";
            child.stdout.on("data", (part: Buffer) => {
                text += part.toString();
                if (text.includes("POLARIS_API_KEY=")) resolve();
            });
            child.once("exit", () => {
                reject(new Error(`The emulator did not start: ${this.output}`));
            });
        });
    }

    /** Kills it without a word, whatever it is doing. */
    async kill(): Promise<void> {
        const child = this.child;
        this.child = undefined;
        if (!child) return;
        const ended = once(child, "close");
        child.kill("SIGKILL");
        await ended;
    }

    /** Resolves when a write of the data file has begun and is not ended, as far as can be seen from outside. */
    async midWrite(): Promise<void> {
        while (!existsSync(`${this.dataFile}.tmp`)) await new Promise(setImmediate);
    }

    get url(): string {
        return `http://127.0.0.1:${this.port ?? ""}`;
    }

    /** What tests talk to, in the shape of an emulator within this process. */
    get api(): EmulatorUnderTest {
        const { apiKey } = this;
        return {
            ...{ url: this.url, projectId, projectIds: [projectId], apiKey, apiKeys: [apiKey], notice: undefined },
            close: () => this.kill(),
            api: (method, route, body, headers) =>
                send(`${this.url}/v1/projects/${projectId}${route}`, method, body, {
                    authorization: basic(apiKey),
                    ...headers,
                }),
            control: async <Result>(method: string, route: string, body?: unknown) =>
                (await send(`${this.url}/_emulator/${route}`, method, body)).json as Result,
        };
    }

    async remove(): Promise<void> {
        await this.kill();
        rmSync(this.folder, { recursive: true, force: true });
    }
}
