import { isDeepStrictEqual } from "node:util";
import type { Client } from "../api/client";
import type { Connection } from "../api/connections";
import type { Write } from "../named-object/named-kind";
import { lastWriterOf, lastWriteTime, personOf } from "../named-object/writers";
import { meansTheSame } from "../values/canonical";
import { isRecord, valueAt } from "../values/json";
import type { Properties } from "../values/json";
import type { ConnectionInputs, ConnectionState, ConnectionType } from "./connection-type";

/** The members that are set; undefined if none is. */
export function definedMembers(members: Properties): Properties | undefined {
    const set = Object.entries(members).filter(([, value]) => value !== undefined);
    return set.length > 0 ? Object.fromEntries(set) : undefined;
}

/** `null` only clears what is known to be set: its effect elsewhere is not documented. */
export const orCleared = (value: unknown, current: unknown) =>
    value ?? (current === undefined || current === null ? undefined : null);

/** The complete object, as POST takes it. */
export function createBody({ type, object, repeatedDefaults, inParts }: ConnectionType, inputs: Properties): object {
    const members = Object.keys(object.shape).map((name) => {
        const value = inputs[name] ?? repeatedDefaults[name];
        return [name, inParts[name] ? inParts[name].body(value) : value] as const;
    });
    return { type, ...Object.fromEntries(members) };
}

const isIn = (paths: ConnectionType["secrets"], path: readonly string[]) =>
    paths.some((one) => isDeepStrictEqual(one, path));

function secretsChange({ secrets }: ConnectionType, write: Write, declared: unknown, current: unknown): unknown {
    if (!isRecord(declared)) return orCleared(undefined, current);
    if (!isRecord(current) || current.type !== declared.type) return declared;
    const members = Object.entries(declared).filter(([name, value]) =>
        isIn(secrets, ["secrets", name])
            ? isIn(write.secrets, ["secrets", name])
            : !isDeepStrictEqual(current[name], value),
    );
    return definedMembers({ ...Object.fromEntries(members), type: members.length > 0 ? declared.type : undefined });
}

/** What PATCH has to carry, and no more: members that it lacks stay as they are. Undefined where nothing differs. */
export function patchBody(
    type: ConnectionType,
    write: Write,
    inputs: Properties,
    state: Properties,
    found: Connection,
): Properties | undefined {
    const changeOf = (name: string) => {
        if (name === "secrets") return secretsChange(type, write, inputs.secrets, found.secrets);
        const inParts = type.inParts[name];
        if (inParts) return inParts.change(write, inputs[name], state[name], found[name]);
        return orCleared(inputs[name], found[name]);
    };
    const sent = Object.keys(type.object.shape).filter(
        (name) => name !== "name" && !(name in type.repeatedDefaults) && write.names.includes(name),
    );
    const members = definedMembers(Object.fromEntries(sent.map((name) => [name, changeOf(name)])));
    const repeated = Object.entries(type.repeatedDefaults).map(([name, value]) => {
        const current = found[name] ?? value;
        return { name, current, next: write.names.includes(name) ? (inputs[name] ?? value) : current };
    });
    if (!members && repeated.every(({ current, next }) => isDeepStrictEqual(current, next))) return undefined;
    return { type: type.type, ...Object.fromEntries(repeated.map(({ name, next }) => [name, next])), ...members };
}

/** The members that a body clears, by path. */
export function clearedPaths(body: Properties): string[] {
    return Object.entries(body).flatMap(([name, value]) => {
        if (value === null) return [name];
        if (!isRecord(value)) return [];
        return Object.keys(value).flatMap((part) => (value[part] === null ? [`${name}.${part}`] : []));
    });
}

/**
 * A connection in the form of a program's arguments. What cannot be read back is taken from the state; secrets only
 * where our write is the last one: otherwise they are unknown, and the next preview plans to set them again.
 */
export function actualOf(
    { secrets, inParts }: ConnectionType,
    connection: Connection,
    state: Partial<ConnectionState>,
): Properties {
    const actual = structuredClone<Properties>(connection);
    for (const [name, member] of Object.entries(inParts)) actual[name] = member.actual(actual[name], state[name]);
    const isSameType = valueAt(actual, ["secrets", "type"]) === valueAt(state, ["secrets", "type"]);
    for (const path of secrets) {
        const holder = valueAt(actual, path.slice(0, -1));
        if (!isRecord(holder)) continue;
        const [leaf, variable] = [path.at(-1) ?? "", `${path.at(-1) ?? ""}From`];
        const isRecorded = path[0] !== "secrets" || isSameType;
        // An API that shows a secret would bring it into a state of which nothing says that it is one.
        holder[leaf] = isRecorded && lastWriterOf(connection, state) === "own" ? valueAt(state, path) : undefined;
        holder[variable] = isRecorded ? valueAt(state, [...path.slice(0, -1), variable]) : undefined;
    }
    return actual;
}

/** Arguments in which a connection differs from given ones, as far as it can be read back. */
export function differences(type: ConnectionType, connection: Connection, inputs: Partial<ConnectionInputs>): string[] {
    const members = Object.entries(type.object.shape);
    // Without a recorded write, the secrets count as equal.
    const actual = actualOf(type, connection, Object.fromEntries(members.map(([name]) => [name, inputs[name]])));
    return members.flatMap(([name, schema]) => (meansTheSame(schema, inputs[name], actual[name]) ? [] : [name]));
}

/** The lasting facts: who created the connection and when, and when this resource wrote it last. */
export const factsOf = (connection: Connection, client: Client) => ({
    submittedByUser: personOf(connection.submittedByUser),
    submittedOnTimestamp: connection.submittedOnTimestamp,
    modifiedOnTimestamp: lastWriteTime(connection),
    endpointUrl: connection.endpointUrl ? client.resolve(connection.endpointUrl) : undefined,
});
