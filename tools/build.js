// @ts-check
"use strict";
// Builds both packages: the emulator first, as the provider's types name it.
//   node tools/build.js [emulator | provider]
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { bundle, writeLicenses } = require("./bundle.js");

const ROOT = path.dirname(__dirname);

/** @type {(config: string, ...options: string[]) => void} */
function compile(config, ...options) {
    const tsc = require.resolve("typescript/bin/tsc");
    execFileSync(process.execPath, [tsc, "-p", config, "--pretty", "false", ...options], {
        cwd: ROOT,
        stdio: "inherit",
    });
}

/** @type {Record<string, () => Promise<void>>} */
const packages = {
    async emulator() {
        fs.rmSync(path.join(ROOT, "emulator/dist"), { recursive: true, force: true });
        compile("emulator/tsconfig.build.json");
        // Only fastify's `inject`, which the emulator does not call, loads light-my-request. It needs Node.js 22.
        const start = await bundle({ start: "emulator/start.ts" }, "emulator/dist", ["zod", "light-my-request"]);
        const cli = await bundle({ cli: "emulator/cli.ts" }, "emulator/dist", ["./start"]);
        fs.chmodSync(path.join(ROOT, "emulator/dist/cli.js"), 0o755);
        writeLicenses("emulator/dist", [...start, ...cli]);
    },
    async provider() {
        fs.rmSync(path.join(ROOT, "dist"), { recursive: true, force: true });
        compile("tsconfig.build.json");
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
