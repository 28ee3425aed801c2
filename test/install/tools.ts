import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { RunningCommand, type Env } from "../support/command";

export const nodeVersions = [20, 22, 24] as const;
export type NodeVersion = (typeof nodeVersions)[number];

const manifest = path.join(__dirname, "tools/package.json");
const cache = path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), ".cache"), "pulumi-imply-polaris");
const hash = createHash("sha256").update(readFileSync(manifest)).digest("hex").slice(0, 8);
const folder = path.join(cache, `install-tools-${hash}`);
const modules = path.join(folder, "node_modules");

/** The oldest TypeScript that is supported; the repository's own node_modules has the others. */
export const oldTypeScript = path.join(modules, "typescript-5.6");

const nodeFolder = (version: NodeVersion) => path.join(modules, `node-${version}`, "bin");

/** The command of each package manager; npm is the one that runs the tests. */
const commands = {
    npm: ["npm"],
    pnpm: [path.join(modules, ".bin/pnpm")],
    yarn: [path.join(modules, ".bin/yarn")],
    "yarn-4": ["node", path.join(modules, "yarn-4/bin/yarn.js")],
    bun: [path.join(modules, ".bin/bun")],
};
export type PackageManager = keyof typeof commands;

/** Keeps what the package managers fetch, apart from the user's own. Yarn 4 does not read .npmrc. */
const settings: Record<PackageManager, Env> = {
    npm: {},
    pnpm: { npm_config_store_dir: path.join(cache, "install-pnpm") },
    yarn: { YARN_CACHE_FOLDER: path.join(cache, "install-yarn") },
    "yarn-4": {
        YARN_NPM_REGISTRY_SERVER: spawnSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).stdout.trim(),
        YARN_GLOBAL_FOLDER: path.join(cache, "install-yarn-4"),
        YARN_ENABLE_TELEMETRY: "0",
        YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
    },
    bun: { BUN_INSTALL_CACHE_DIR: path.join(cache, "install-bun") },
};

/** Installs the tools once per version, outside of the repository. */
export function installTools(): void {
    if (existsSync(folder)) return;
    const temporary = `${folder}-${process.pid}`;
    mkdirSync(temporary, { recursive: true });
    try {
        cpSync(manifest, path.join(temporary, "package.json"));
        const { status, stderr } = spawnSync("npm", ["install", "--no-audit", "--no-fund"], {
            cwd: temporary,
            encoding: "utf8",
        });
        const missing = nodeVersions.filter(
            (version) => !existsSync(path.join(temporary, "node_modules", `node-${version}`, "bin/node")),
        );
        if (status !== 0 || missing.length > 0) {
            throw new Error(
                `The install tests need npm 10 or later, which is allowed to run the scripts of the packages in test/install/tools/package.json, and a registry that has them: \`npm install\` there has to succeed.\n${stderr}`,
            );
        }
        renameSync(temporary, folder);
    } finally {
        rmSync(temporary, { recursive: true, force: true });
    }
}

/** The variables with which this version of Node.js runs everything. */
export const nodeEnv = (version: NodeVersion): Env => ({
    PATH: `${nodeFolder(version)}${path.delimiter}${process.env.PATH ?? ""}`,
});

/**
 * Runs a command in the folder, and returns its exit code and what it prints. Not synchronously: the emulator of the test
 * runs in this process.
 */
export async function execute(command: string, args: readonly string[], cwd: string, env: Env) {
    const running = new RunningCommand(command, command, args, {
        cwd,
        env: { ...process.env, ...env },
        limitMs: 240_000,
    });
    const { code, text } = await running.done;
    return { code, text };
}

/** Runs a package manager in the folder; an install that fails fails the test. Returns what it prints. */
export async function run(manager: PackageManager, args: readonly string[], cwd: string, env: Env): Promise<string> {
    const [command = "", ...first] = commands[manager];
    const { code, text } = await execute(command, [...first, ...args], cwd, { ...settings[manager], ...env });
    if (code !== 0) throw new Error(`${manager} ${args.join(" ")} failed (${String(code)}):\n${text}`);
    return text;
}
