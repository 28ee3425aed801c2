import { defineResource } from "../../engine/define-resource";
import { table } from "../../table/table";
import type { ImportNoun } from "../noun";

export const tableNoun: ImportNoun = {
    noun: "Table",
    kind: "table",
    handler: (session) => defineResource(table, session),
    candidates: ({ tables }) => tables.map(({ name }) => ({ id: name, known: {} })),
};
