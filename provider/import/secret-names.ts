import { isRecord, valueAt } from "../values/json";
import type { Properties } from "../values/json";
import { configurationKey, environmentVariable, UniqueNames } from "./identifiers";
import type { HiddenSecret, Path } from "./noun";

/** Where a program takes secrets from. */
export type SecretSource = "env" | "config";

/** A copy of some arguments with a value at a path. Objects on the way are made where there are none. */
export function withValue(properties: Properties, [name, ...rest]: Path, value: unknown): Properties {
    const [next, ...further] = rest;
    const members = isRecord(properties[name]) ? properties[name] : {};
    return { ...properties, [name]: next === undefined ? value : withValue(members, [next, ...further], value) };
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

/** A secret of an object, and what it is called by if no other object has the same. */
export interface SecretOwner {
    readonly noun: string;
    readonly id: string;
    readonly kind: string;
    readonly hidden: HiddenSecret;
}

/** `KafkaConnection` as `kafka`, `SchemaRegistryConnection` as `schema registry`. */
const serviceOf = (noun: string) =>
    noun
        .replace(/Connection$/, "")
        .replace(/(?<=[a-z])[A-Z]/g, " $&")
        .toLowerCase();

/** Names for secrets: one for each login, called by the object or, where several have it, by the service. */
export class SecretNames {
    private readonly names: UniqueNames;
    private readonly ofLogins = new Map<string, string>();
    private readonly shared: ReadonlySet<string>;

    constructor(
        private readonly source: SecretSource,
        all: readonly HiddenSecret[],
    ) {
        this.names = new UniqueNames(source === "env" ? "_" : "");
        const logins = all.flatMap((hidden) => this.keyOf(hidden) ?? []);
        this.shared = new Set(logins.filter((login, index) => logins.indexOf(login) !== index));
    }

    private keyOf({ login, path }: HiddenSecret): string | undefined {
        return login === undefined ? undefined : JSON.stringify([login, path]);
    }

    nameOf({ noun, id, kind, hidden }: SecretOwner): string {
        const key = this.keyOf(hidden);
        const isShared = key !== undefined && this.shared.has(key);
        const known = isShared ? this.ofLogins.get(key) : undefined;
        if (known !== undefined) return known;
        const owner = isShared ? serviceOf(noun) : id;
        const name = this.names.add(
            this.source === "env"
                ? environmentVariable(owner, hidden.word, kind)
                : configurationKey(owner, hidden.word),
        );
        if (isShared) this.ofLogins.set(key, name);
        return name;
    }
}
