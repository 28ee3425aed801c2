import type { Resource } from "../engine/resource";
import { describeAdoption } from "./adopt";
import { createOrAdopt } from "./create";
import { deleteOwnTable } from "./delete";
import { describeTableReplacement, describeTableStep, tableCreateNotes } from "./impact";
import type { TableFacts } from "./mapping";
import { planTable } from "./plan";
import type { TableStep } from "./plan";
import { readOwnTable } from "./read";
import { tableProblems } from "./rules";
import { runTableSteps } from "./run";
import { tableInputs } from "./schema";
import type { TableInputs } from "./schema";

/** A table (Tables v1). */
export const table: Resource<TableInputs, TableFacts, TableStep> = {
    noun: "Table",
    objectNoun: "table",
    permission: "ManageTables",
    schema: tableInputs,
    problems: tableProblems,
    warnings: () => [],
    replaceOnChanges: ["name"],
    localArguments: ["allowColumnChanges", "adopt"],
    secrets: [],
    normalize: (given) => given,
    idOf: ({ name }) => name,
    objectOf: ({ tableId }) => tableId,
    plan: planTable,
    describe: describeTableStep,
    describeReplacement: describeTableReplacement,
    createNotes: tableCreateNotes,
    describeAdoption,
    create: (context, inputs) => createOrAdopt(context, inputs),
    read: readOwnTable,
    run: runTableSteps,
    delete: deleteOwnTable,
};
