import { getConnection } from "../api/connections";
import type { Connection } from "../api/connections";
import type { Quote } from "../api/errors";
import { adoptionText, otherOwners } from "../engine/adoption";
import type { Adoption } from "../engine/adoption";
import { Failure } from "../engine/errors";
import { pathText, valueAt } from "../values/json";
import { hasUnknown } from "../values/unknown";
import type { ConnectionContext, ConnectionInputs, ConnectionType, Write } from "./connection-type";
import { creatorOf, differences } from "./mapping";

const asItIs = `, as it is: ${otherOwners}`;

export interface ConnectionAdoption extends Adoption {
    readonly write: Write;
}

/** A connection that exists, and that the create does not take over. */
export const existsFailure = (
    connection: Connection,
    { cure, details }: { readonly cure: string; readonly details: readonly string[] },
    quote: Quote,
): Failure =>
    new Failure("PolarisConnectionExists", "a connection of that name exists already", cure, [
        quote(`it is of type ${connection.type}, ${creatorOf(connection)}`),
        ...details,
    ]);

export const otherTypeFailure = (connection: Connection, quote: Quote): Failure =>
    existsFailure(connection, { cure: "choose another name, as its type cannot be changed", details: [] }, quote);

const list = (before: string, names: readonly string[], after = "") =>
    names.length > 0 ? [`${before} ${names.join(", ")}${after}`] : [];

/** How a create takes over a connection that exists: writes where it differs, or where that cannot be known. */
export function planAdoption(
    type: ConnectionType,
    connection: Connection,
    inputs: ConnectionInputs,
    quote: Quote,
): ConnectionAdoption | Failure {
    if (connection.type !== type.type) return otherTypeFailure(connection, quote);
    const creator = quote(creatorOf(connection));
    const isKnown = (name: string) => !hasUnknown(valueAt(inputs, [name]));
    const notSame = differences(type, connection, inputs);
    const [differing, unknown] = [notSame.filter(isKnown), notSame.filter((name) => !isKnown(name))];
    const hidden = type.secrets.filter((path) => valueAt(inputs, path) !== undefined);
    if (inputs.adopt === "unchanged") {
        if (differing.length > 0) {
            return new Failure(
                "PolarisConnectionDiffers",
                `the connection of that name, ${creator}, differs in ${differing.join(", ")}`,
                'declare it as it is, or set adopt: true, which changes it ("unchanged" does not)',
            );
        }
        const notes = [
            ...(hidden.length > 0 ? ["its secrets cannot be compared, and stay as they are"] : []),
            ...list("not known yet:", unknown, ", and so whether `up` refuses it"),
        ];
        const sentence = [`adopts the connection ${creator}${asItIs}`, ...notes].join("; ");
        return { sentence, write: { names: [], secrets: [] } };
    }
    const writes = [
        ...list("updates", differing),
        ...list("sets", hidden.map(pathText), ` again, as ${hidden.length > 1 ? "they" : "it"} cannot be compared`),
        ...list("not known yet:", unknown, ", and so whether it is updated"),
    ];
    return {
        sentence: `adopts the connection ${creator}${writes.length > 0 ? `: ${writes.join("; ")}` : asItIs}`,
        write: { names: [...new Set([...differing, ...hidden.flatMap(([name = ""]) => name)])], secrets: hidden },
    };
}

/** What a create with `adopt` will do, as far as the connection shows now. */
export async function describeAdoption(
    { client, type }: Pick<ConnectionContext, "client" | "type">,
    inputs: ConnectionInputs,
): Promise<string> {
    const found = await getConnection(client, inputs.name);
    if (!found) return "there is no connection of that name to adopt: creates it";
    return adoptionText(planAdoption(type, found, inputs, client.quote));
}
