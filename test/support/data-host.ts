import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { findFreePorts } from "../../emulator/local/ports";
import { repository } from "./project";

declare global {
    // Of the process of jest's global setup and teardown.
    var dataHost: DataHost | undefined;
}

/** What test files need to know, as JSON in DATA_HOST. */
export interface DataAddress {
    url: string;
    projectId: string;
    apiKey: string;
    kafkaBootstrapServers: string;
    username: string;
    password: string;
    folder: string;
    /** Stops the emulator, and starts it where it does not run: `POST /stop?signal=SIGKILL` and `POST /start`. */
    control: string;
}

const cli = path.join(repository, "emulator/dist/cli.js");
const apiKey = "pok_of-the-data-tests";
const projectId = "7b1a0f38-3c55-4c4e-9d3b-6f0b3f8c1d20";

/** The command `imply-polaris-emulator --ingest`, which test files can stop, kill and start again. */
export class DataHost {
    readonly #folder = mkdtempSync(path.join(tmpdir(), "polaris-data-tests-"));
    readonly #server: Server;
    #child: ChildProcess | undefined;
    #printed = "";

    private constructor(readonly port: number | undefined) {
        this.#server = createServer((request, response) => {
            // A test that blocks its process for long would not notice that an idle connection has ended.
            response.setHeader("connection", "close");
            const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
            const signal = (searchParams.get("signal") ?? "SIGTERM") as NodeJS.Signals;
            const work = pathname === "/start" ? this.#startCommand() : this.#stopCommand(signal);
            work.then(
                () => response.end(),
                (error: unknown) => response.writeHead(500).end((error as Error).message),
            );
        });
        process.once("exit", () => {
            this.#child?.kill("SIGKILL");
            rmSync(this.#folder, { recursive: true, force: true });
        });
    }

    static async start(): Promise<DataHost> {
        const [port] = await findFreePorts(1);
        const host = new DataHost(port);
        host.#server.listen(0, "127.0.0.1");
        await once(host.#server, "listening");
        await host.#startCommand();
        return host;
    }

    get address(): DataAddress {
        const exported = (name: string) => new RegExp(`^export ${name}=(.*)$`, "m").exec(this.#printed)?.[1] ?? "";
        return {
            url: exported("POLARIS_BASE_URL"),
            projectId: exported("POLARIS_PROJECT_ID"),
            apiKey,
            kafkaBootstrapServers: exported("KAFKA_BOOTSTRAP_SERVERS"),
            username: exported("KAFKA_USERNAME"),
            password: exported("KAFKA_PASSWORD"),
            folder: this.#folder,
            control: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`,
        };
    }

    async stop(): Promise<void> {
        await this.#stopCommand("SIGTERM");
        this.#server.close();
        rmSync(this.#folder, { recursive: true, force: true });
    }

    get #isRunning(): boolean {
        return this.#child?.exitCode === null && this.#child.signalCode === null;
    }

    async #startCommand(): Promise<void> {
        if (this.#isRunning) return;
        const flags = ["--ingest", "--data", this.#folder, "--port", String(this.port)];
        const names = ["--api-key", apiKey, "--project", projectId];
        const child = spawn(process.execPath, [cli, ...flags, ...names], { stdio: ["ignore", "pipe", "pipe"] });
        this.#child = child;
        let errors = "";
        child.stderr.on("data", (text: Buffer) => {
            errors += text.toString();
            process.stderr.write(text);
        });
        this.#printed = "";
        await new Promise<void>((resolve, reject) => {
            child.stdout.on("data", (text: Buffer) => {
                this.#printed += text.toString();
                if (this.#printed.includes("KAFKA_PASSWORD=")) resolve();
            });
            child.once("close", () =>
                reject(
                    new Error(`The emulator of all test files does not start: ${errors.trim() || "no reason given"}`),
                ),
            );
        });
    }

    async #stopCommand(signal: NodeJS.Signals): Promise<void> {
        const child = this.#child;
        if (child === undefined || !this.#isRunning) return;
        const ended = once(child, "close");
        child.kill(signal);
        await ended;
    }
}
