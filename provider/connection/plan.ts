import type { Change } from "../engine/resource";
import { planWrite } from "../named-object/plan";
import type { NamedStep } from "../named-object/plan";
import type { ConnectionInputs, ConnectionState, ConnectionType } from "./connection-type";

/** A step that an update of a connection takes. */
export type ConnectionStep =
    /** An update sends what differs by PATCH. */
    | NamedStep
    /** Has Imply Polaris try to reach what the connection leads to. */
    | { readonly kind: "test" };

/** The steps that bring a connection from its state to the arguments. */
export function planConnection(
    { secrets, object, destination }: ConnectionType,
    state: ConnectionState,
    inputs: ConnectionInputs,
    change: Change,
): ConnectionStep[] {
    const { unfinished, owed = Object.keys(object.shape) } = state;
    const isAffected = change.names.some((name) => destination?.names.includes(name));
    const isTested = destination && inputs.testConnection !== "off" && (isAffected || unfinished !== undefined);
    return [...planWrite(state, change, owed, secrets), ...(isTested ? [{ kind: "test" } as const] : [])];
}
