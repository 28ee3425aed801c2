import path from "node:path";
import { pinnedVersion } from "../../tools/pulumi-cli/build.js";
import type { EmulatorUnderTest } from "../support/emulator";
import { moduleProgram, NAME, withProgram, type PackedPackages } from "../support/installed";
import type { Stack } from "../support/pulumi";
import { changes } from "../support/summary";
import { nodeEnv, run, type NodeVersion, type PackageManager } from "./tools";

/** The tsconfig.json of Pulumi's template for TypeScript. */
export const templateOptions = {
    strict: true,
    outDir: "bin",
    target: "es2020",
    module: "commonjs",
    moduleResolution: "node",
    sourceMap: true,
    experimentalDecorators: true,
    pretty: true,
    noFallthroughCasesInSwitch: true,
    noImplicitReturns: true,
    forceConsistentCasingInFileNames: true,
};
export const tsconfig = (compilerOptions: object, files = ["index.ts"]) => JSON.stringify({ compilerOptions, files });

/** The newest SDK that supports this Node.js. */
export const sdkFor = (node: NodeVersion) => (node === 20 ? "3.248.0" : pinnedVersion("newest"));

export const devDependencies = { typescript: "5.9.3", "@types/node": "20.19.43" };

/** The package.json of the template's program. */
export const manifestFor = (node: NodeVersion, packages: PackedPackages) => ({
    main: "index.ts",
    dependencies: { "@pulumi/pulumi": sdkFor(node), [NAME]: `file:${packages.provider}` },
    devDependencies,
});

export interface Setup {
    node: NodeVersion;
    manager: PackageManager;
    /** Arguments of the package manager. */
    args: string[];
    /** Files of the program besides package.json, tsconfig.json and index.ts. */
    files?: Record<string, string>;
    manifest?: Record<string, unknown>;
    /** Where the package manager runs; the program's folder by default. */
    folder?: string;
}

/** Installs the packed packages into a program in TypeScript, and runs it with the same Node.js. */
export async function withInstalled(
    emulator: EmulatorUnderTest,
    packages: PackedPackages,
    setup: Setup,
    use: (stack: Stack, installed: string) => Promise<void> | void,
): Promise<void> {
    const { node, manager, args, files = {}, folder = ".", manifest = manifestFor(node, packages) } = setup;
    const env = nodeEnv(node);
    await withProgram(
        emulator,
        manifest,
        async (stack) => {
            const all = { "tsconfig.json": tsconfig(templateOptions), "index.ts": moduleProgram, ...files };
            for (const [file, text] of Object.entries(all)) stack.write(file, text);
            await use(stack, await run(manager, args, path.join(stack.project.dir, folder), env));
        },
        env,
    );
}

/** Applies the program, whose types Pulumi checks at each run; neither Node.js nor Pulumi warns of anything. */
export async function expectRuns(stack: Stack): Promise<void> {
    const applied = await stack.up();
    expect(changes(applied)).toEqual({ create: 3 });
    expect(applied.text).not.toMatch(/warning|deprecat/i);
    expect(changes(await stack.preview())).toEqual({ unchanged: 3 });
}
