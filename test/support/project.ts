import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Env } from "./command";
import { prelude, upstream } from "./fixtures";

export const repository = path.resolve(__dirname, "../..");

/** The passphrase of every stack, and a salt with which Pulumi has encrypted a word to know it by. */
const PASSPHRASE = "e2e";
const SALT = "v1:zNyZ9E32wbk=:v1:nuuwdvo4iasc9Oey:yC6oagRIxpSF51RAwoTsA+JgoBZMuA==";

/** A temporary folder with a Pulumi project, a file backend and a Pulumi home of its own. */
export class Project {
    readonly root = mkdtempSync(path.join(tmpdir(), "polaris-e2e-"));
    /** The folder of the program. */
    readonly dir = path.join(this.root, "project");
    readonly backend = path.join(this.root, "backend");

    constructor(readonly name: string) {
        for (const dir of [this.dir, this.backend]) mkdirSync(dir);
        this.write("Pulumi.yaml", `name: ${name}\nruntime: nodejs\n`);
        this.write("package.json", JSON.stringify({ name, private: true, main: "index.js" }));
        this.write("args.json", "{}");
        this.write("upstream.js", upstream);
        this.link("pulumi-imply-polaris", repository);
        this.link("@pulumi", path.join(repository, "node_modules/@pulumi"));
    }

    /** What `pulumi stack init` would make, in no time. */
    initStack(stack: string): void {
        const state = path.join(this.backend, ".pulumi");
        mkdirSync(path.join(state, "stacks", this.name), { recursive: true });
        writeFileSync(path.join(state, "meta.yaml"), "version: 1\n");
        const checkpoint = { version: 3, checkpoint: { stack: `organization/${this.name}/${stack}` } };
        writeFileSync(path.join(state, "stacks", this.name, `${stack}.json`), JSON.stringify(checkpoint));
        this.write(`Pulumi.${stack}.yaml`, `encryptionsalt: ${SALT}\n`);
    }

    /** Whether the program runs on the SDK of this repository, and not on one that it has installed. */
    get sharesSdk(): boolean {
        return (
            realpathSync(path.join(this.dir, "node_modules/@pulumi")) === path.join(repository, "node_modules/@pulumi")
        );
    }

    write(file: string, text: string): void {
        const target = path.join(this.dir, file);
        mkdirSync(path.dirname(target), { recursive: true });
        writeFileSync(target, text);
    }

    /** Sets the program: the body of an `index.js` in which the names of `prelude` are declared. */
    program(source: string): void {
        this.write("index.js", prelude + source);
    }

    /** Lets the program require `name` from another folder. */
    link(name: string, target: string): void {
        const link = path.join(this.dir, "node_modules", name);
        mkdirSync(path.dirname(link), { recursive: true });
        rmSync(link, { recursive: true, force: true });
        symlinkSync(target, link, "dir");
    }

    remove(): void {
        rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
    }
}

const LEAKS = /^(POLARIS|PULUMI|AWS|npm|JEST)_|^NODE_(OPTIONS|ENV)$/;

/** The environment of a run: this process's, without anything that would redirect Pulumi or the provider. */
export function cleanEnv(root: string, backend: string): Env {
    const kept = Object.entries(process.env).filter(([name]) => !LEAKS.test(name));
    return {
        ...Object.fromEntries(kept),
        PULUMI_BACKEND_URL: `file://${backend}`,
        PULUMI_HOME: path.join(root, "home"),
        PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        NO_COLOR: "1",
        NODE_OPTIONS: `--require ${path.join(__dirname, "code-cache.js")}`,
    };
}

/** The variables that point a run at an emulator. */
export const envOf = (emulator: { url: string; projectId: string; apiKey: string }): Env => ({
    POLARIS_BASE_URL: emulator.url,
    POLARIS_PROJECT_ID: emulator.projectId,
    POLARIS_API_KEY: emulator.apiKey,
});
