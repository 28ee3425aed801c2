import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { findPulumi, withCli } from "../../tools/pulumi-cli/find.js";
import { ensureBuild } from "../../tools/prepare.js";
import { repository } from "./project";

/** Makes sure that there are a compiled provider and a `pulumi` command; jest's workers inherit the environment. */
export default async function globalSetup(): Promise<void> {
    ensureBuild(repository);
    process.env.PATH = withCli(await findPulumi(), process.env).PATH;

    const folder = mkdtempSync(path.join(tmpdir(), "polaris-e2e-code-"));
    process.on("exit", () => {
        rmSync(folder, { recursive: true, force: true });
    });
    process.env.E2E_CODE_CACHE = path.join(folder, "sdk");
    // Started without an engine it loads everything and ends.
    const provider = require.resolve("@pulumi/pulumi/cmd/dynamic-provider");
    spawnSync(process.execPath, ["--require", path.join(__dirname, "code-cache.js"), provider]);
}
