import { z } from "zod";
import { valueAt } from "../values/json";
import type { Properties } from "../values/json";
import { problemOf, variable } from "../values/shape";
import type { Problem } from "../values/shape";

function fault(text: string): string | undefined {
    if (text === "") return "expected a text that is not empty";
    if (/^[\s\p{Cf}]*$/u.test(text)) return "expected a text that is not blank";
    if (/^\s*[\r\n]|[\r\n]\s*$/.test(text)) return "expected no line end at the start or the end";
    return undefined;
}

/** A username or password. Files and `echo` add line ends; with one, a broker refuses the login and does not say why. */
export const secretText = z.string().superRefine((text, context) => {
    const message = fault(text);
    if (message) context.addIssue({ code: "custom", message });
});

/** What is valid in a username or password, and yet likely a mistake. */
function secretTextWarning(text: unknown): string | undefined {
    if (typeof text !== "string") return undefined;
    if (/^(["'`])[^]+\1$/.test(text)) return "is in quotes, which are sent as part of it";
    if (/^[\s\p{Z}\p{Cf}]|[\s\p{Z}\p{Cf}]$/u.test(text)) {
        return "begins or ends with white space or an invisible character, which is sent as part of it";
    }
    return /\p{Cc}/u.test(text) ? "contains a control character" : undefined;
}

/** The warnings about the texts at some paths; one that is not known yet gives none. */
export const secretTextWarnings = (given: Properties, ...paths: (readonly string[])[]): Problem[] =>
    paths.flatMap((path) => problemOf(path, secretTextWarning(valueAt(given, path))));

/** A user name and its password. */
export const login = { username: secretText, password: secretText.optional(), passwordFrom: variable };

/** The secret in the secrets of each type that has one. */
const secretNames: Properties = {
    sasl_plain: "password",
    sasl_scram: "password",
    basic: "password",
    access_key: "accessKeySecret",
    sas_token: "sasToken",
};

/**
 * A secret that is missing in `secrets`. It may be missing if it is missing in the state too: a refresh after a change
 * by another user removed it there, the program ignores its changes (`ignoreChanges`), and the connection keeps its own.
 */
export function missingSecret({ secrets }: Properties, olds: Properties): Problem[] {
    const type = valueAt(secrets, ["type"]);
    const name = typeof type === "string" ? secretNames[type] : undefined;
    if (typeof name !== "string") return [];
    const has = (holder: unknown) =>
        valueAt(holder, [name]) !== undefined || valueAt(holder, [`${name}From`]) !== undefined;
    const isLost = valueAt(olds.secrets, ["type"]) === type && !has(olds.secrets);
    return has(secrets) || isLost ? [] : [{ path: ["secrets", name], message: `required, or secrets.${name}From` }];
}
