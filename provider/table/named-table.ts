import { createTable, getTable } from "../api/tables";
import type { Table } from "../api/tables";
import type { NamedKind } from "../named-object/named-kind";
import { tableAdoption } from "./adopt";
import { awaitRemoval, isDeleting } from "./drop";
import { createBody, differences, factsOf } from "./mapping";
import type { TableInputs } from "./schema";
import { writeTable } from "./update";

/** Tables, as objects that the API finds by their name. */
export const namedTable: NamedKind<TableInputs, Table> = {
    objectNoun: "table",
    codes: {
        exists: "PolarisTableExists",
        differs: "PolarisTableDiffers",
        changed: "PolarisTableChanged",
        gone: "PolarisTableGone",
    },
    secrets: [],
    typeOf: ({ type }) => type,
    get: getTable,
    create: (client, inputs, once) => createTable(client, createBody(inputs), once),
    async awaitEnd(context, found) {
        if (!isDeleting(found)) return false;
        await awaitRemoval(context, found.name);
        return true;
    },
    write: writeTable,
    mayOverwrite: (name, { names, owed }) => names.includes(name) && !owed.includes(name),
    differences,
    factsOf,
    objectOf: ({ tableId }) => tableId,
    adoption: tableAdoption,
};
