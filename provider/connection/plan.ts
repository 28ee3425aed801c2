import type { Change } from "../engine/resource";
import type { SecretPath } from "../engine/secrets";
import type { ConnectionInputs, ConnectionState, ConnectionType } from "./connection-type";

/** A step that an update of a connection takes. */
export type ConnectionStep =
    /** Looks for the connection of a create without an answer, and creates it where there is none. */
    | { readonly kind: "confirm" }
    /** Sends what differs by PATCH. */
    | {
          readonly kind: "update";
          readonly names: readonly string[];
          readonly secrets: readonly SecretPath[];
          /** Arguments among them that an earlier operation may not have brought to the connection. */
          readonly owed: readonly string[];
      }
    /** Has Imply Polaris try to reach what the connection leads to. */
    | { readonly kind: "test" };

/** What an earlier operation may not have brought to the connection: all, where the state does not say. */
const owedIn = ({ object }: ConnectionType, { unfinished, owed }: ConnectionState) =>
    unfinished === undefined ? [] : (owed ?? Object.keys(object.shape));

/** The steps that bring a connection from its state to the arguments. */
export function planConnection(
    type: ConnectionType,
    state: ConnectionState,
    inputs: ConnectionInputs,
    change: Change,
): ConnectionStep[] {
    const isUnconfirmed = state.unconfirmed !== undefined;
    const owed = isUnconfirmed ? [] : owedIn(type, state);
    const names = [...new Set([...change.names, ...owed])];
    const owedSecrets = type.secrets.filter(([name = ""]) => owed.includes(name));
    const isUnfinished = state.unfinished !== undefined;
    const tested = type.destination?.names;
    const isTested = tested && (isUnfinished || change.names.some((name) => tested.includes(name)));
    return [
        ...(isUnconfirmed ? [{ kind: "confirm" } as const] : []),
        ...(names.length > 0
            ? [{ kind: "update", names, secrets: [...change.secrets, ...owedSecrets], owed } as const]
            : []),
        ...(isTested && inputs.testConnection !== "off" ? [{ kind: "test" } as const] : []),
    ];
}
