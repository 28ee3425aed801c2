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
import { tableKind } from "./table-kind";

/** A table (Tables v1). */
export const table: Resource<TableInputs, TableFacts, TableStep> = {
    noun: "Table",
    objectNoun: tableKind.objectNoun,
    permission: "ManageTables",
    schema: tableInputs,
    problems: tableProblems,
    warnings: () => [],
    replaceOnChanges: ["name"],
    localArguments: ["allowColumnChanges", "adopt"],
    secrets: [],
    normalize: (given) => given,
    idOf: ({ name }) => name,
    objectOf: tableKind.objectOf,
    plan: planTable,
    describe: describeTableStep,
    describeReplacement: describeTableReplacement,
    createNotes: tableCreateNotes,
    describeAdoption: ({ client }, inputs) => describeAdoption(tableKind, client, inputs),
    create: (context, inputs) => new NamedObject(tableKind, context).createOrAdopt(inputs),
    read: readOwnTable,
    run: (context, steps, state, inputs) => new NamedObject(tableKind, context).runSteps(steps, state, inputs),
    delete: deleteOwnTable,
};
