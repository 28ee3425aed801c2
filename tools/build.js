// @ts-check
"use strict";
// Builds both packages: the emulator first, as the provider's types name it.
//   node tools/build.js [emulator | provider]
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { bundle, writeLicenses } = require("./bundle.js");

const ROOT = path.dirname(__dirname);

/** Removes the build and writes the types. @type {(dist: string, config: string) => void} */
function begin(dist, config) {
    fs.rmSync(path.join(ROOT, dist), { recursive: true, force: true });
    const tsc = require.resolve("typescript/bin/tsc");
    execFileSync(process.execPath, [tsc, "-p", config, "--pretty", "false"], { cwd: ROOT, stdio: "inherit" });
}

/** One bundle for all handlers, so that they share one engine, and a file of two lines that loads the part of each. */
async function bundleHandlers() {
    const files = fs.readdirSync(path.join(ROOT, "provider/handlers"));
    const names = files.map((file) => path.basename(file, ".ts"));
    const lines = names.map((name) => `exports["${name}"] = () => require("./provider/handlers/${name}");`);
    const stdin = { contents: lines.join("\n"), resolveDir: ROOT, sourcefile: "handlers" };
    // axios stays a dependency, so that its security fixes reach every installation. It loads with the first request.
    const shorter = { minifySyntax: true, minifyWhitespace: true };
    const inputs = await bundle({ stdin, outfile: "dist/provider/handlers.js", external: ["axios"], ...shorter });
    for (const name of names) {
        const text = `"use strict";\nmodule.exports = require("../handlers.js")["${name}"]();\n`;
        fs.mkdirSync(path.join(ROOT, "dist/provider/handlers"), { recursive: true });
        fs.writeFileSync(path.join(ROOT, `dist/provider/handlers/${name}.js`), text);
    }
    return inputs;
}

/**
 * What bundlers read (condition "module"): an ESM bundle cannot contain CommonJS that requires the SDK. Node.js loads
 * index.js in both module systems, so that a process has each class once. Only chunks keep the HTTP client apart.
 * @type {import("esbuild").BuildOptions}
 */
const forBundlers = {
    format: "esm",
    splitting: true,
    outExtension: { ".js": ".mjs" },
    chunkNames: "[name]-[hash]",
    packages: "external",
};

/** @type {Record<string, () => Promise<void>>} */
const packages = {
    async emulator() {
        const outdir = "emulator/dist";
        begin(outdir, "emulator/tsconfig.build.json");
        const start = await bundle({
            entryPoints: ["emulator/start.ts"],
            outdir,
            // Only fastify's `inject`, which the emulator does not call, loads light-my-request. It needs Node.js 22.
            external: ["zod", "light-my-request", "./local/start-local.js"],
            // The import() of Node.js fails in the tests of users, as Jest runs them.
            supported: { "dynamic-import": false },
        });
        const local = await bundle({ entryPoints: ["emulator/local/start-local.ts"], outdir: `${outdir}/local` });
        for (const name of ["classes", "druid.jars", "kafka.jars"]) {
            const from = path.join(ROOT, "emulator/local", name);
            fs.cpSync(from, path.join(ROOT, outdir, "local", name), { recursive: true });
        }
        const cli = await bundle({ entryPoints: ["emulator/cli.ts"], outdir, external: ["./start"] });
        fs.chmodSync(path.join(ROOT, outdir, "cli.js"), 0o755);
        writeLicenses(outdir, [...start, ...local, ...cli]);
    },
    async provider() {
        begin("dist", "tsconfig.build.json");
        const entryPoints = ["index", "emulator/index", "emulator/cli"].map((name) => `provider/${name}.ts`);
        await bundle({ entryPoints, outdir: "dist/provider", outbase: "provider", packages: "external" });
        await bundle({ ...forBundlers, entryPoints: ["provider/index.ts"], outdir: "dist/provider/module" });
        const outfile = "dist/provider/import/cli.js";
        const command = await bundle({ entryPoints: ["provider/import/cli.ts"], outfile, external: ["axios"] });
        fs.chmodSync(path.join(ROOT, outfile), 0o755);
        writeLicenses("dist", [...command, ...(await bundleHandlers())]);
    },
};

/** @type {(names: string[]) => Promise<void>} */
async function build(names) {
    for (const name of names.length > 0 ? names : Object.keys(packages)) {
        await packages[name]?.();
    }
}

build(process.argv.slice(2)).catch((error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
});
