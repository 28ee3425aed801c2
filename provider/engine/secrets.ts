import { createHash, scryptSync, timingSafeEqual } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Mask } from "../values/mask";
import type { Problem } from "../values/shape";
import { Failure } from "./errors";
import { isRecord, pathText, valueAt } from "../values/json";
import type { Properties } from "../values/json";
import { isUnknown, unknown } from "../values/unknown";

/** Where a secret is among the arguments; `…From` beside it names an environment variable instead. */
export type SecretPath = readonly string[];

/** Inputs by which a change of a variable's value shows, without holding the value. */
export const fingerprintsInput = "fingerprints";

const variablePath = (path: SecretPath) => [...path.slice(0, -1), `${path.at(-1) ?? ""}From`];

const variableName = (path: SecretPath, given: Properties) => valueAt(given, [...variablePath(path), "env"]);

/** Has the mask hide the secrets in some properties, and in the variables that they name. */
export function maskSecrets(mask: Mask, paths: readonly SecretPath[], ...all: Properties[]): void {
    for (const properties of all) {
        for (const path of paths) {
            const name = variableName(path, properties);
            const secrets = [valueAt(properties, path), typeof name === "string" && process.env[name]];
            for (const secret of secrets) if (typeof secret === "string" && !isUnknown(secret)) mask.add(secret);
        }
    }
}

/** A secret is given once, as an argument or by a variable. */
export const doubleSecrets = (paths: readonly SecretPath[], given: Properties): Problem[] =>
    paths
        .filter((path) => valueAt(given, path) !== undefined && valueAt(given, variablePath(path)) !== undefined)
        .map((path) => ({
            path: variablePath(path),
            message: `expected either this or ${pathText(path)}, found both`,
        }));

/** A variable that a secret names has to be set. */
export const unsetVariables = (paths: readonly SecretPath[], given: Properties): Problem[] =>
    paths.flatMap((path) => {
        const name = variableName(path, given);
        const isNamed = typeof name === "string" && /^\w+$/.test(name) && !isUnknown(name);
        if (!isNamed || process.env[name] || valueAt(given, path) !== undefined) return [];
        return [{ path: [...variablePath(path), "env"], message: `the environment variable ${name} is not set` }];
    });

const cost = { N: 4096, r: 8, p: 1 };
const digest = (text: string, salt: Buffer) => scryptSync(text, salt, 24, cost);

/** Whether a fingerprint is of this value. */
export function matches(fingerprint: unknown, value: string): boolean {
    if (typeof fingerprint !== "string") return false;
    const [salt = "", hash = ""] = fingerprint.split(".");
    const known = Buffer.from(hash, "base64url");
    const found = digest(value, Buffer.from(salt, "base64url"));
    return known.length === found.length && timingSafeEqual(known, found);
}

/** Whether there is a secret that this process cannot know, as its variable is not set, or has another value now. */
export const hasUnknownSecret = (paths: readonly SecretPath[], state: Properties): boolean =>
    paths.some((path) => {
        const name = variableName(path, state);
        if (typeof name !== "string") return false;
        return !matches(valueAt(state, [fingerprintsInput, pathText(path)]), process.env[name] ?? "");
    });

/** The salt is derived, not random: a saved plan holds only if the check answers the same inputs again. */
export function fingerprintOf(value: string, origin: readonly string[]): string {
    const salt = createHash("sha256").update(JSON.stringify(origin)).digest().subarray(0, 12);
    return `${salt.toString("base64url")}.${digest(value, salt).toString("base64url")}`;
}

/** Salted fingerprints of the variables that the arguments name; unchanged where the values are. */
export function fingerprints(
    paths: readonly SecretPath[],
    projectId: string,
    given: Properties,
    olds: Properties,
): Properties | undefined {
    const prints = paths.flatMap((path) => {
        const name = variableName(path, given);
        if (typeof name !== "string") return [];
        const key = pathText(path);
        if (isUnknown(name)) return [[key, unknown] as const];
        const old = valueAt(olds, [fingerprintsInput, key]);
        const value = process.env[name] ?? "";
        return [[key, matches(old, value) ? old : fingerprintOf(value, [projectId, key, name])] as const];
    });
    return prints.length === 0 ? undefined : Object.fromEntries(prints);
}

/** Secrets whose value, or whose variable's value, has changed. */
export function changedSecrets(paths: readonly SecretPath[], olds: Properties, news: Properties): SecretPath[] {
    const valueOf = (properties: Properties, path: SecretPath) => [
        valueAt(properties, path),
        valueAt(properties, [fingerprintsInput, pathText(path)]),
    ];
    return paths.filter((path) => !isDeepStrictEqual(valueOf(olds, path), valueOf(news, path)));
}

/** Arguments that name a variable whose value has changed. */
export function rotated(paths: readonly SecretPath[], olds: Properties, news: Properties): string[] {
    const [before, after] = [olds[fingerprintsInput], news[fingerprintsInput]];
    const changed = paths.filter(
        (path) => !isDeepStrictEqual(valueAt(before, [pathText(path)]), valueAt(after, [pathText(path)])),
    );
    return [...new Set(changed.map(([name]) => name ?? ""))];
}

/** The arguments with variables' values in place of their names; those that are not set stay names. */
function resolve(paths: readonly SecretPath[], inputs: Properties): { resolved: Properties; unset: string[] } {
    const resolved = structuredClone(inputs);
    const unset: string[] = [];
    for (const path of paths) {
        const name = variableName(path, inputs);
        const holder = valueAt(resolved, path.slice(0, -1));
        if (typeof name !== "string" || isUnknown(name) || !isRecord(holder)) continue;
        const value = process.env[name];
        if (!value) unset.push(name);
        else if (holder[path.at(-1) ?? ""] === undefined) {
            holder[path.at(-1) ?? ""] = value;
            Reflect.deleteProperty(holder, variablePath(path).at(-1) ?? "");
        }
    }
    return { resolved, unset };
}

/** The arguments with the variables' values in place of their names, for the request alone: never for the state. */
export function withVariables(paths: readonly SecretPath[], inputs: Properties): Properties {
    const { resolved, unset } = resolve(paths, inputs);
    const [name] = unset;
    if (name === undefined) return resolved;
    throw new Failure(
        "PolarisVariableNotSet",
        `the environment variable ${name} is not set`,
        "set it and run `pulumi up` again",
    );
}

/**
 * The arguments as rules see them: the value of a variable is under the rules of the argument that it stands for.
 * `givenPath` turns the path of a problem into the one that the program gives.
 */
export function forRules(paths: readonly SecretPath[], given: Properties) {
    const { resolved } = resolve(paths, given);
    const givenPath = (path: readonly PropertyKey[]): readonly PropertyKey[] => {
        const secret = paths.find((leaf) => isDeepStrictEqual(leaf, path));
        const isVariable = secret !== undefined && valueAt(given, path) === undefined;
        return isVariable && valueAt(given, variablePath(secret)) !== undefined
            ? [...variablePath(secret), "env"]
            : path;
    };
    return { resolved, givenPath };
}
