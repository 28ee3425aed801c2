import { execFile } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export const SDK_VERSION = "20250425.14.0";

const INSTALL = "install Python 3.9 or later with its venv module (for example `apt-get install python3 python3-venv`)";

async function requirePython(): Promise<void> {
    const script = "import sys, venv, ensurepip; print(sys.version_info >= (3, 9))";
    const answer = await run("python3", ["-c", script]).catch(() => undefined);
    if (answer?.stdout.trim() !== "True") {
        throw new Error(`The test with Imply's own Python client needs python3: ${INSTALL}.`);
    }
}

/** The interpreter of a virtual environment with polaris-sdk, made once per version and kept outside the tree. */
export async function pythonWithSdk(): Promise<string> {
    const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
    const home = join(cache, "pulumi-imply-polaris", `polaris-sdk-${SDK_VERSION}`);
    const python = join(home, "bin", "python");
    const complete = join(home, "complete");
    if (existsSync(complete) && (await run(python, ["-c", "import polaris.sdk.client"]).catch(() => undefined))) {
        return python;
    }
    await requirePython();
    rmSync(home, { recursive: true, force: true });
    mkdirSync(home, { recursive: true });
    await run("python3", ["-m", "venv", home]);
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", `polaris-sdk==${SDK_VERSION}`];
    await run(python, pip);
    writeFileSync(`${complete}.tmp`, "");
    renameSync(`${complete}.tmp`, complete);
    return python;
}
