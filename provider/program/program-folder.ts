import * as pulumi from "@pulumi/pulumi";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { hasMocks, perRun } from "./per-run";
import { ProgramError } from "./program-error";

/** Whether this process is Pulumi's own entry for programs. An inline program of the Automation API is not. */
const isRunByEngine = () => /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run([\\/]index(\.js)?)?$/.test(process.argv[1] ?? "");

/** Whether this process runs the program itself, beside the engine, and so without the workspace's `envVars`. */
export const isInlineProgram = () => !isRunByEngine() && pulumi.runtime.getMonitor() !== undefined;

/** As the engine sets it, before the program can change it. */
const programFolder = process.cwd();

function finds(folder: string, handler: string): boolean {
    try {
        createRequire(path.join(folder, "index.js")).resolve(handler);
        return true;
    } catch {
        return false;
    }
}

/**
 * Whether the Automation API has made this temporary folder, in which it runs an inline program without `workDir`, for
 * this project and in the time of this process.
 */
function isAutomationFolder(folder: string): boolean {
    try {
        if (statSync(folder).birthtimeMs < performance.timeOrigin) return false;
        const [, name] = /^name: *["']?([^"'\s]+)/m.exec(readFileSync(path.join(folder, "Pulumi.yaml"), "utf8")) ?? [];
        return name === pulumi.getProject();
    } catch {
        return false;
    }
}

/**
 * The engine does not report to an inline program in which folder it runs. A temporary folder is no proof, as another
 * run may have left it: hence a warning.
 */
function warnOfTemporaryFolder(handler: string): void {
    if (!existsSync(tmpdir())) return;
    const folders = readdirSync(tmpdir())
        .filter((name) => name.startsWith("automation-"))
        .map((name) => path.join(tmpdir(), name));
    if (folders.some((folder) => isAutomationFolder(folder) && !finds(folder, handler))) {
        void pulumi.log.warn(
            "The Automation API seems to run this program without `workDir`, in a temporary folder: then it depends on the folder in which this process was started, and on the Pulumi CLI, whether Pulumi finds pulumi-imply-polaris; pass `workDir`: the folder of `node_modules`, or one below it. [PolarisPackageNotFound]",
        );
    }
}

const checked = perRun(() => new Set<string>());

/**
 * The engine loads a handler by Node's resolution from the program's folder. That fails where only a dependency of the
 * program has this package (under pnpm, beside another version, in a bundle), with an error of the engine that does
 * not say what to do.
 */
export function assertHandlerIsFound(handler: string): void {
    if (isRunByEngine()) {
        if (checked().has(handler)) return;
        if (!finds(programFolder, handler)) {
            throw new ProgramError(
                "The program's own package.json has to list pulumi-imply-polaris among its dependencies, also if a bundle contains it, as Pulumi loads resources from the program's folder; run `npm install pulumi-imply-polaris` there (or the same of your package manager).",
                "PolarisPackageNotFound",
            );
        }
    } else if (checked().size === 0 && pulumi.runtime.hasMonitor() && !hasMocks()) {
        warnOfTemporaryFolder(handler);
    }
    checked().add(handler);
}
