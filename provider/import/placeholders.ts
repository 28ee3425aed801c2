import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { NamedSecret } from "./program";
import type { ProjectFolder } from "./project-folder";
import type { SecretSource } from "./secret-names";
import type { Stack } from "./stack";

/** How a preview runs although the user has not set the secrets yet. */
export interface PreviewSetting {
    readonly env: NodeJS.ProcessEnv;
    readonly flags: readonly string[];
    /** The keys of the configuration that hold placeholders, as the engine copies them into its provider. */
    readonly placeholderKeys: readonly string[];
}

/** A preview as the user runs it. */
export const plainSetting: PreviewSetting = { env: {}, flags: [], placeholderKeys: [] };

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
        const env = Object.fromEntries(secrets.map((one) => [one.name, one.hidden.placeholder]));
        return work({ ...plainSetting, env });
    }
    const temporary = mkdtempSync(path.join(tmpdir(), "polaris-import-"));
    try {
        const file = path.join(temporary, "config.yaml");
        const stackFile = path.join(folder.folder, `Pulumi.${stack.name.split("/").at(-1) ?? ""}.yaml`);
        if (existsSync(stackFile)) copyFileSync(stackFile, file);
        else writeFileSync(file, "config: {}\n");
        const values = secrets.flatMap((one) => [
            "--plaintext",
            `${folder.name}:${one.name}=${one.hidden.placeholder}`,
        ]);
        await stack.run(["config", "set-all", "--config-file", file, ...values]);
        const placeholderKeys = secrets.map((one) => `${folder.name}:${one.name}`);
        return await work({ env: {}, flags: ["--config-file", file], placeholderKeys });
    } finally {
        rmSync(temporary, { recursive: true, force: true });
    }
}
