import { isDeepStrictEqual } from "node:util";
import { createConnection, getConnection } from "../api/connections";
import type { Connection } from "../api/connections";
import { Failure } from "../engine/errors";
import type { AdoptionPart, NamedKind } from "../named-object/named-kind";
import { lastWriterOf } from "../named-object/writers";
import { pathText, valueAt } from "../values/json";
import type { ConnectionInputs, ConnectionType } from "./connection-type";
import { createBody, differences, factsOf } from "./mapping";
import { updateWhatDiffers } from "./update";

const nameTaken = new Failure(
    "PolarisConnectionNameTaken",
    "the name is taken in another project of the organization",
    "choose another name",
);

/** An adoption sets secrets again, as they cannot be read back. */
function adoptionOf({ secrets }: ConnectionType, inputs: ConnectionInputs): AdoptionPart {
    const hidden = secrets.filter((path) => valueAt(inputs, path) !== undefined);
    if (hidden.length === 0) return { notes: [] };
    if (inputs.adopt === "unchanged") return { notes: ["its secrets cannot be compared, and stay as they are"] };
    const [them, names] = [hidden.length > 1 ? "they" : "it", hidden.map(pathText).join(", ")];
    return {
        notes: [`sets ${names} again, as ${them} cannot be compared`],
        names: hidden.map(([name = ""]) => name),
    };
}

/** Connections of a type, as objects that the API finds by their name. */
export const namedConnection = (type: ConnectionType): NamedKind<ConnectionInputs, Connection> => ({
    objectNoun: "connection",
    codes: {
        exists: "PolarisConnectionExists",
        differs: "PolarisConnectionDiffers",
        changed: "PolarisConnectionChanged",
        gone: "PolarisConnectionGone",
    },
    secrets: type.secrets,
    typeOf: () => type.type,
    get: getConnection,
    create: (client, inputs, once) => createConnection(client, createBody(type, inputs), once),
    nameTaken,
    write: async (context, write, inputs, known, find) =>
        updateWhatDiffers(type, context, write, inputs, known, await find()),
    mayOverwrite: (_name, _write, found, known) => lastWriterOf(found, known) === "unseen",
    knowsSecrets: ({ client }, write, inputs, known, before) => {
        const user = before.modifiedByUser?.username;
        const isOwnUser = user === client.user || user === valueAt(known, ["submittedByUser", "username"]);
        const setsAll = type.secrets.every(
            (path) => valueAt(inputs, path) === undefined || write.secrets.some((one) => isDeepStrictEqual(one, path)),
        );
        return (
            lastWriterOf(before, known) === "own" ||
            known.unfinished !== undefined ||
            setsAll ||
            (isOwnUser && differences(type, before, known).length > 0)
        );
    },
    differences: (found, inputs) => differences(type, found, inputs),
    factsOf,
    objectOf: ({ submittedOnTimestamp: time }) => (typeof time === "string" ? Date.parse(time) : undefined),
    adoption: (_found, inputs) => adoptionOf(type, inputs),
});
