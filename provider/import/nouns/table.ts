import { defineResource } from "../../engine/define-resource";
import { defaults } from "../../table/mapping";
import { table } from "../../table/table";
import type { Properties } from "../../values/json";
import type { ImportNoun } from "../noun";

/** Without a default, which a new table would have as well. */
const spell = (args: Properties): Properties =>
    Object.fromEntries(Object.entries(args).filter(([name, value]) => value !== defaults[name]));

export const tableNoun: ImportNoun = {
    noun: "Table",
    kind: "table",
    handler: (session) => defineResource(table, session),
    candidates: ({ tables }) => tables.map(({ name }) => ({ id: name, known: {} })),
    spell,
};
