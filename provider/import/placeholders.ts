import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { placeholderKeystore } from "./placeholder-keystore";
import type { NamedSecret } from "./program";
import type { ProjectFolder } from "./project-folder";
import type { SecretSource } from "./secret-names";
import type { Stack } from "./stack";

/** How a preview runs although the user has not set the secrets yet. */
export interface PreviewSetting {
    readonly env: NodeJS.ProcessEnv;
    readonly flags: readonly string[];
}

const placeholderFor = ({ hidden }: NamedSecret) =>
    hidden.isNeverKnown === true ? placeholderKeystore().key : "placeholder-of-the-import";

/**
 * Lets previews run with a value for each secret that is not known. A preview sends no request, and what the import
 * writes into the state lacks these secrets.
 */
export async function withPlaceholders<T>(
    secrets: readonly NamedSecret[],
    source: SecretSource,
    { folder, stack }: { readonly folder: ProjectFolder; readonly stack: Stack },
    work: (setting: PreviewSetting) => Promise<T>,
): Promise<T> {
    if (source === "env" || secrets.length === 0) {
        return work({ env: Object.fromEntries(secrets.map((one) => [one.name, placeholderFor(one)])), flags: [] });
    }
    const temporary = mkdtempSync(path.join(tmpdir(), "polaris-import-"));
    try {
        const file = path.join(temporary, "config.yaml");
        const own = path.join(folder.folder, `Pulumi.${stack.name.split("/").at(-1) ?? ""}.yaml`);
        if (existsSync(own)) copyFileSync(own, file);
        else writeFileSync(file, "config: {}\n");
        const values = secrets.flatMap((one) => ["--plaintext", `${folder.name}:${one.name}=${placeholderFor(one)}`]);
        await stack.run(["config", "set-all", "--config-file", file, ...values]);
        return await work({ env: {}, flags: ["--config-file", file] });
    } finally {
        rmSync(temporary, { recursive: true, force: true });
    }
}
