import { randomBytes, randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { Failure } from "../engine/errors";
import { isRecord, valueAt } from "../values/json";
import type { Properties } from "../values/json";
import { unknown } from "../values/unknown";
import type { Path } from "./noun";
import type { Declared } from "./plan";
import { refreshed, titleOf } from "./select";
import type { Item } from "./select";
import { variablePath, withValue, withoutValue } from "./secret-names";
import { objectKey, typePrefix } from "./stack";
import type { ResourceState, StackState } from "./stack";

const secretMark = "4dabf18193072939515e22adb298388d";
const secretKind = "1b47061264138c4ac30d75fd1eb44270";

const isSecret = (value: unknown) => isRecord(value) && value[secretMark] === secretKind;

/** A value that the engine encrypts when it imports the state. */
const asSecret = (value: unknown) => ({ [secretMark]: secretKind, plaintext: JSON.stringify(value) });

/** The paths of what a program declares as secret. */
function secretPaths(value: unknown, path: readonly string[] = []): Path[] {
    if (isSecret(value)) return path.length === 0 ? [] : [path as unknown as Path];
    if (!isRecord(value)) return [];
    return Object.entries(value).flatMap(([name, member]) => secretPaths(member, [...path, name]));
}

/** An object of the project, and the resource of the program that declares it. */
export interface Match {
    readonly item: Item;
    readonly state: ResourceState;
    /** Arguments in which the object differs from what the program declares, or that are not known. */
    readonly differing: readonly string[];
    /** What the first `up` does once besides. */
    readonly firstUpdate?: string | undefined;
}

/** Secrets of an item that the state cannot have yet, as the user has not set them. */
export type UnknownSecrets = (item: Item) => readonly Path[];

function withoutSecret(properties: Properties, path: Path): Properties {
    const { fingerprints, ...rest } = withoutValue(withoutValue(properties, path), variablePath(path));
    if (!isRecord(fingerprints)) return rest;
    const others = Object.entries(fingerprints).filter(([name]) => !name.startsWith(path.join(".")));
    return { ...rest, ...(others.length > 0 && { fingerprints: Object.fromEntries(others) }) };
}

/** Members that are undefined are not in a state. */
const defined = (properties: Properties): Properties => JSON.parse(JSON.stringify(properties)) as Properties;

/** The state of an object as a refresh would write it, with the secrets that the program declares. */
async function stateOf(
    { handler, id, known }: Item,
    projectId: string,
    declared: Properties,
    unknownPaths: readonly Path[],
): Promise<{ inputs: Properties; outputs: Properties }> {
    const hidden = secretPaths(declared);
    const plain = hidden.reduce(withoutValue, declared);
    const entry = { entryId: randomBytes(6).toString("base64url") };
    const { inputs, props } = await refreshed(handler, id, { ...plain, ...known, ...entry, projectId });
    const complete = (found: Properties): Properties => {
        const secret = hidden.reduce((all, path) => {
            const actual = valueAt(found, path);
            // What the API shows is compared; what it does not show is as declared, where its holder is.
            if (actual !== undefined) return withValue(all, path, asSecret(actual));
            const isHeld = path.length === 1 || isRecord(valueAt(found, path.slice(0, -1)));
            return isHeld ? withValue(all, path, valueAt(declared, path)) : all;
        }, found);
        return defined(unknownPaths.reduce(withoutSecret, { ...secret, __provider: declared.__provider }));
    };
    return { inputs: complete(inputs), outputs: complete(props) };
}

const names = (properties: Properties) => Object.keys(properties);

const differencesOf = (declared: Properties, inputs: Properties) =>
    [...new Set([...names(declared), ...names(inputs)])].filter(
        (name) =>
            name !== "fingerprints" &&
            !isSecret(inputs[name]) &&
            !isDeepStrictEqual(comparable(declared[name]), comparable(inputs[name])),
    );

/** Secrets are not compared here: what is encrypted twice differs. */
function comparable(value: unknown): unknown {
    if (isSecret(value)) return "a secret";
    if (Array.isArray(value)) return value.map(comparable);
    if (!isRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, comparable(member)]));
}

const typeOf = ({ noun }: Item) => `${typePrefix}${noun.noun}`;

/** Which existing object each declared resource is, by kind, project and id. */
export async function matchDeclared(
    declared: Declared,
    items: readonly Item[],
    projectId: string,
    unknownSecrets: UnknownSecrets,
): Promise<{ matches: Match[]; missing: string[] }> {
    const matches: Match[] = [];
    const missing: string[] = [];
    for (const resource of declared.creates.filter(({ type }) => type.startsWith(typePrefix))) {
        const given = declared.inputs.get(resource.urn) ?? {};
        const item = items.find(
            (one) => typeOf(one) === resource.type && given.projectId === projectId && isIdOf(one, given),
        );
        if (!item) {
            missing.push(resource.urn);
            continue;
        }
        const { inputs, outputs } = await stateOf(item, projectId, given, unknownSecrets(item));
        const state = { ...resource, id: item.id, inputs, outputs };
        matches.push({
            item,
            state,
            differing: differencesOf(given, inputs),
            firstUpdate: item.noun.firstUpdate?.(given),
        });
    }
    return { matches, missing };
}

/** Whether the declared arguments are those of the object: by the connection's name, or the table's. */
function isIdOf({ id, noun }: Item, declared: Properties): boolean {
    return noun.kind === "job" ? valueAt(declared, ["target", "tableName"]) === id : declared.name === id;
}

/** Where in a program a resource is declared is no part of what an import knows, and long. */
const placeNames = ["stackTrace", "sourcePosition"];

const withoutPlaces = (state: ResourceState): ResourceState => ({
    ...state,
    ...Object.fromEntries(placeNames.map((name) => [name, undefined])),
});

/** The resources that are added to a state: the matches, and all that they need to be there. */
export function additions(
    declared: Declared,
    matches: readonly Match[],
    state: StackState,
    placeholderKeys: readonly string[],
): ResourceState[] {
    const creates = new Map(declared.creates.map((resource) => [resource.urn, resource]));
    const existing = new Set(state.resources.map(({ urn }) => urn));
    const wanted = new Map<string, ResourceState>();
    const ids = new Map<string, string>();
    const need = (urn: string | undefined): void => {
        const resource = urn === undefined ? undefined : creates.get(urn);
        if (!resource || wanted.has(resource.urn)) return;
        need(resource.parent);
        const isProvider = resource.type.startsWith("pulumi:providers:");
        const settings = Object.entries(declared.inputs.get(resource.urn) ?? {});
        const inputs = Object.fromEntries(settings.filter(([key]) => !placeholderKeys.includes(key)));
        if (isProvider) ids.set(resource.urn, randomUUID());
        wanted.set(resource.urn, {
            ...resource,
            ...(isProvider && { id: ids.get(resource.urn), inputs, outputs: inputs }),
            ...(!resource.custom && names(inputs).length > 0 && { outputs: inputs }),
        });
    };
    // The stack is the parent of all.
    for (const { urn, type } of declared.creates) if (type === "pulumi:pulumi:Stack") need(urn);
    for (const { state: resource } of matches) {
        need(resource.parent);
        need(resource.provider?.replace(`::${unknown}`, ""));
        wanted.set(resource.urn, resource);
    }
    const conflict = [...wanted.keys()].find((urn) => existing.has(urn));
    if (conflict !== undefined) throw urnTaken(conflict);
    const isThere = (urn: string) => existing.has(urn) || wanted.has(urn);
    return [...wanted.values()].map((resource) => {
        const { provider, dependencies, propertyDependencies } = withoutPlaces(resource);
        const providerUrn = provider?.replace(`::${unknown}`, "");
        const providerId = providerUrn === undefined ? undefined : ids.get(providerUrn);
        return {
            ...withoutPlaces(resource),
            ...(providerId !== undefined && { provider: `${providerUrn ?? ""}::${providerId}` }),
            ...(dependencies && { dependencies: dependencies.filter(isThere) }),
            ...(propertyDependencies && {
                propertyDependencies: Object.fromEntries(
                    Object.entries(propertyDependencies).map(([name, urns]) => [name, (urns ?? []).filter(isThere)]),
                ),
            }),
        };
    });
}

export const urnTaken = (urn: string) =>
    new Failure(
        "PolarisStackConflict",
        "the stack has another resource of the same URN",
        "import into another stack, or with --component",
        [urn],
    );

/** Resources of the stack with the URNs of the program, which are about other objects. */
export function assertUrnsAreFree(
    items: readonly Item[],
    { stack, project, parentType }: { readonly stack: string; readonly project: string; readonly parentType?: string },
    state: StackState,
): void {
    const existing = new Set(state.resources.map(({ urn }) => urn));
    const parent = parentType === undefined ? "" : `${parentType}$`;
    const begin = `urn:pulumi:${stack.split("/").at(-1) ?? ""}::${project}::${parent}`;
    const conflict = items.map((item) => `${begin}${typeOf(item)}::${item.id}`).find((urn) => existing.has(urn));
    if (conflict !== undefined) throw urnTaken(conflict);
}

/** An object that the stack has already would be in it twice. */
export function assertNotManaged(items: readonly Item[], projectId: string, state: StackState): void {
    const { objects } = state;
    const managed = items.filter((item) => objects.has(objectKey(typeOf(item), projectId, item.id)));
    const [first] = managed;
    if (!first) return;
    const more = managed.length > 1 ? ` and ${managed.length - 1} more are` : " is";
    throw new Failure(
        "PolarisStackConflict",
        `${titleOf(first)}${more} in the stack ${state.stack} already`,
        "leave out what is there by --exclude, or name what is new by --only",
        managed.map((item) => objects.get(objectKey(typeOf(item), projectId, item.id)) ?? ""),
    );
}
