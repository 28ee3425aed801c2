import { createRequire } from "node:module";
import path from "node:path";
import { ProgramError } from "./program-error";

/** Whether this process is Pulumi's own entry for programs. An inline program of the Automation API is not. */
const isRunByEngine = () => /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run([\\/]index(\.js)?)?$/.test(process.argv[1] ?? "");

/** As the engine sets it, before the program can change it. */
const programFolder = process.cwd();

const found = new Set<string>();

/**
 * The engine loads a handler by Node's resolution from the program's folder. That fails where only a dependency of the
 * program has this package (under pnpm, beside another version, in a bundle), with an error of the engine that does
 * not say what to do.
 */
export function assertHandlerIsFound(handler: string): void {
    if (found.has(handler) || !isRunByEngine()) return;
    try {
        createRequire(path.join(programFolder, "index.js")).resolve(handler);
    } catch {
        throw new ProgramError(
            "The program's own package.json has to list pulumi-imply-polaris among its dependencies, as Pulumi loads resources from there; run `npm install pulumi-imply-polaris` in the program's folder.",
            "PolarisPackageNotFound",
        );
    }
    found.add(handler);
}
