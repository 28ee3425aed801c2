import type { Resource } from "../engine/resource";
import { describeAdoption } from "../named-object/adopt";
import { NamedObject } from "../named-object/named-object";
import { deleteOwnTable } from "./delete";
import { describeTableReplacement, describeTableStep, tableCreateNotes } from "./impact";
import type { TableFacts } from "./mapping";
import { planTable } from "./plan";
import type { TableStep } from "./plan";
import { readOwnTable } from "./read";
import { tableProblems } from "./rules";
import { tableInputs } from "./schema";
import type { TableInputs } from "./schema";
import { namedTable } from "./named-table";

/** A table (Tables v1). */
export const table: Resource<TableInputs, TableFacts, TableStep> = {
    noun: "Table",
    objectNoun: namedTable.objectNoun,
    permission: "ManageTables",
    schema: tableInputs,
    problems: tableProblems,
    warnings: () => [],
    replaceOnChanges: ["name"],
    localArguments: ["allowColumnChanges", "adopt"],
    secrets: [],
    normalize: (given) => given,
    idOf: ({ name }) => name,
    objectOf: namedTable.objectOf,
    needs: () => [],
    plan: planTable,
    describe: describeTableStep,
    describeReplacement: describeTableReplacement,
    createNotes: tableCreateNotes,
    describeAdoption: ({ client }, inputs) => describeAdoption(namedTable, client, inputs),
    create: (context, inputs) => new NamedObject(namedTable, context).createOrAdopt(inputs),
    read: readOwnTable,
    run: (context, steps, state, inputs) => new NamedObject(namedTable, context).runSteps(steps, state, inputs),
    delete: deleteOwnTable,
};
