import * as pulumi from "@pulumi/pulumi";
import { createRequire } from "node:module";
import path from "node:path";

/** Pulumi's own entry for programs; an inline program of the Automation API runs in another process than its stack. */
const isRunByEngine = () => /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run([\\/]index(\.js)?)?$/.test(process.argv[1] ?? "");

/** As the engine has set it: a program may change it. */
const programFolder = process.cwd();

const resolved = new Set<string>();

/**
 * The engine loads a handler from the program's folder on. Where only a dependency of the program has this package
 * (under pnpm, beside another version, in a bundle), it is not found there, and the engine's error says less.
 *
 * @throws One sentence that says what to add.
 */
export function assertHandlerIsFound(handler: string): void {
    if (resolved.has(handler) || !isRunByEngine()) return;
    try {
        createRequire(path.join(programFolder, "index.js")).resolve(handler);
    } catch {
        throw new pulumi.RunError(
            "The program's own package.json has to list pulumi-imply-polaris among its dependencies, as Pulumi loads resources from the program's folder; run `npm install pulumi-imply-polaris` there (or the same of your package manager).",
        );
    }
    resolved.add(handler);
}
