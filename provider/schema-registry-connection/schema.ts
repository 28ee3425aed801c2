import { z } from "zod";
import { named, settings } from "../connection/schema";
import { login, secretTextWarnings } from "../connection/secrets";
import type { Properties } from "../values/json";
import { strict } from "../values/shape";
import type { Problem } from "../values/shape";

function urlFault(text: string): string | undefined {
    const url = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
    if (!url) return "expected a URL that begins with https:// or http://";
    // The message names no part of the URL: what stands there may be a secret.
    return url.username || url.password
        ? "expected a URL without user name and password: give them as secrets"
        : undefined;
}

const url = z
    .string()
    .superRefine((text, context) => {
        const message = urlFault(text);
        if (message) context.addIssue({ code: "custom", message });
    })
    .transform((text) => text.replace(/\/+$/, ""));

/** The arguments that Imply Polaris stores. Parsed arguments that mean the same are equal. */
export const schemaRegistryConnection = strict({
    ...named,
    urls: z.array(url).min(1, "expected at least one URL"),
    secrets: strict({ type: z.literal("basic", { error: 'expected "basic"' }), ...login }),
});

export const schemaRegistryConnectionInputs = strict({ ...schemaRegistryConnection.shape, ...settings });

export const schemaRegistryConnectionWarnings = (given: Properties): Problem[] =>
    secretTextWarnings(given, ["secrets", "username"], ["secrets", "password"]);
