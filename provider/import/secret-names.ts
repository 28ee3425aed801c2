import { isRecord, valueAt } from "../values/json";
import type { Properties } from "../values/json";
import { configurationKey, environmentVariable, UniqueNames } from "./identifiers";
import type { HiddenSecret, Path } from "./noun";

/** Where a program takes secrets from. */
export type SecretSource = "env" | "config";

/** A copy of some arguments with a value at a path. Objects on the way are made where there are none. */
export function withValue(properties: Properties, [name, ...rest]: Path, value: unknown): Properties {
    const [next, ...further] = rest;
    const own = isRecord(properties[name]) ? properties[name] : {};
    return { ...properties, [name]: next === undefined ? value : withValue(own, [next, ...further], value) };
}

/** A copy of some arguments without the value at a path. */
export function withoutValue(properties: Properties, path: Path): Properties {
    return valueAt(properties, path) === undefined ? properties : withValue(properties, path, undefined);
}

/** The argument that names a variable instead of the secret: `passwordFrom` for `password`. */
export const variablePath = (path: Path): Path => {
    const [first, ...rest] = path;
    const last = rest.pop();
    return last === undefined ? [`${first}From`] : [first, ...rest, `${last}From`];
};

/** The arguments with a placeholder for each hidden secret, as the resource checks them. */
export const withSecrets = (args: Properties, hidden: readonly HiddenSecret[]): Properties =>
    hidden.reduce((all, { path, placeholder }) => withValue(all, path, placeholder), args);

/** Names for secrets, each given once. */
export class SecretNames {
    private readonly names: UniqueNames;

    constructor(private readonly source: SecretSource) {
        this.names = new UniqueNames(source === "env" ? "_" : "");
    }

    add(id: string, word: string, kind: string): string {
        const name = this.source === "env" ? environmentVariable(id, word, kind) : configurationKey(id, word);
        return this.names.add(name);
    }
}
