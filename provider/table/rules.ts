import { z } from "zod";
import { quoted } from "../values/sentences";
import { didYouMean, problemOf } from "../values/shape";
import type { Problem } from "../values/shape";
import { isUnknown } from "../values/unknown";
import { columnChanges, columnsIn, timeColumn } from "./columns";
import type { PartialColumn } from "./columns";
import { measureTypes } from "./types";

const known = z
    .unknown()
    .transform((value) => (typeof value === "string" && !isUnknown(value) ? value : undefined))
    .optional();

/** A table's arguments as far as they can be read: what is not known yet or not valid is undefined. */
const partial = z.object({
    name: known,
    type: known,
    schemaMode: z.unknown().optional(),
    schema: z.unknown().optional(),
    partitioningGranularity: known,
    clusteringColumns: z.array(known).optional().catch(undefined),
    timeResolution: z.unknown().optional(),
    queryGranularity: z.unknown().optional(),
    allowColumnChanges: z.unknown().optional(),
    adopt: z.unknown().optional(),
});

type Partial = z.output<typeof partial>;

/** What is wrong with the arguments together, and with a change of them. */
export function tableProblems(given: unknown, before: unknown): Problem[] {
    const [inputs, olds] = [partial.parse(given), partial.parse(before)];
    const isSameTable = olds.name !== undefined && olds.name === inputs.name;
    return [
        ...columnProblems(inputs),
        ...clusteringProblems(inputs, isSameTable),
        ...aggregateProblems(inputs),
        ...weekProblems(inputs, isSameTable ? olds : undefined),
        ...(isSameTable ? changeProblems(inputs, olds) : []),
    ];
}

function kindProblem(table: string | undefined, { name, dataType, type }: PartialColumn, given: boolean) {
    if (table === "detail" && given)
        return { member: "type", message: "expected none, as only columns of aggregate tables have a type" };
    if (table === "aggregate" && !given) {
        return { member: "type", message: 'required in an aggregate table, expected one of "dimension", "measure"' };
    }
    if (name !== undefined && dataType !== undefined && (name === timeColumn) !== (dataType === "timestamp")) {
        const message =
            name === timeColumn
                ? 'expected "timestamp", which "__time" always has'
                : 'expected another type than "timestamp", which only "__time" can have';
        return { member: "dataType", message };
    }
    if (type === "measure" && name === timeColumn)
        return { member: "type", message: 'expected "dimension" for "__time"' };
    if (type === "measure" && dataType !== undefined && !measureTypes.includes(dataType)) {
        return { member: "dataType", message: `expected for a measure one of ${measureTypes.join(", ")}` };
    }
    return undefined;
}

function columnProblems({ type, schema }: Partial): Problem[] {
    const { columns } = columnsIn(schema);
    const given = Array.isArray(schema) ? schema : [];
    return columns.flatMap((column, index): Problem[] => {
        const first = columns.findIndex(({ name }) => name === column.name);
        const isRepeated = column.name !== undefined && first !== index;
        const hasType = typeof given[index] === "object" && given[index] !== null && "type" in given[index];
        const kind = isUnknown(given[index]) ? undefined : kindProblem(type, column, hasType);
        return [
            ...problemOf(
                ["schema", index, "name"],
                isRepeated ? `declares the same column as schema[${first}]` : undefined,
            ),
            ...problemOf(["schema", index, kind?.member ?? ""], kind?.message),
        ];
    });
}

/** A flexible table that exists can also have columns that its schema does not declare. */
function clusteringProblems(
    { type, schemaMode, schema, clusteringColumns = [], adopt }: Partial,
    isSameTable: boolean,
) {
    const { columns, isOpen } = columnsIn(schema);
    const isComplete = !isOpen && (schemaMode === "strict" || (!isSameTable && (adopt ?? false) === false));
    const names = [...new Set([...columns.flatMap(({ name }) => name ?? []), timeColumn])];
    return clusteringColumns.flatMap((name, index): Problem[] => {
        if (name === undefined) return [];
        const path = ["clusteringColumns", index];
        const column = columns.find((one) => one.name === name);
        if (type === "aggregate" && column?.type === "measure") {
            return [{ path, message: "expected a dimension, as Imply Polaris does not cluster by measures" }];
        }
        if (!isComplete || names.includes(name)) return [];
        return [{ path, message: `expected a column that schema declares; ${didYouMean(name, names)}` }];
    });
}

const aggregateProblems = ({ type, ...inputs }: Partial): Problem[] =>
    (["timeResolution", "queryGranularity"] as const).flatMap((name) => {
        const message = 'expected none in a detail table, as only type "aggregate" rolls rows up';
        return problemOf([name], type === "detail" && inputs[name] !== undefined ? message : undefined);
    });

function weekProblems({ partitioningGranularity, adopt }: Partial, olds: Partial | undefined): Problem[] {
    const isNew = partitioningGranularity === "week" && olds?.partitioningGranularity !== "week";
    const message = 'expected another time partitioning, as "week" is only left in tables that already have it';
    return problemOf(["partitioningGranularity"], isNew && (adopt ?? false) === false ? message : undefined);
}

/** A table cannot change its type, nor what it stores rows in. Whether it has rows, only the API knows. */
function changeProblems({ type, schema, allowColumnChanges }: Partial, olds: Partial): Problem[] {
    const condition =
        "which Imply Polaris accepts only while the table is empty and no job feeds it (then set allowColumnChanges: true)";
    const isOtherType = type !== undefined && olds.type !== undefined && type !== olds.type;
    const otherType = `the table is of type ${JSON.stringify(olds.type)}, which cannot be changed; give it another name as well, which creates a new table without the data of this one`;
    const isAllowed = allowColumnChanges === true || isUnknown(allowColumnChanges);
    const { removed, changed } = isAllowed ? { removed: [], changed: [] } : columnChanges(olds.schema, schema);
    const [these, them] = removed.length > 1 ? ["these columns", "them"] : ["this column", "it"];
    const removal = `removes ${quoted(removed)} and the data in ${these}, ${condition}; else keep ${them}`;
    return [
        ...problemOf(["type"], isOtherType ? otherType : undefined),
        ...changed.map(({ name, index, member, before }) => ({
            path: ["schema", index, member],
            message: `changes the column ${JSON.stringify(name)} from ${before}, ${condition}; else keep it, and add a column of another name`,
        })),
        ...problemOf(["schema"], removed.length > 0 ? removal : undefined),
    ];
}
