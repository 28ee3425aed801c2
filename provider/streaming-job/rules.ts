import { isUnknown } from "../values/unknown";
import type { Problem } from "../values/shape";
import { formatsIn, partialArguments } from "./partial-arguments";
import type { PartialArguments } from "./partial-arguments";
import { expressionProblems, expressionsIn, expressionWarnings } from "./sql/expressions";
import { inputFields } from "./sql/input-fields";

/** What is wrong with the arguments together. A value that is not known yet is never wrong. */
export function streamingJobProblems(given: object): Problem[] {
    const job = partialArguments.parse(given);
    const fields = inputFields(job);
    return [
        ...repeatedNames(job),
        ...fields.problems,
        ...columnProblems(job),
        ...expressionProblems(expressionsIn(job), fields),
        ...upsertProblems(job),
    ];
}

/** What is valid, and likely a mistake or deprecated. */
export function streamingJobWarnings(given: object): Problem[] {
    const job = partialArguments.parse(given);
    const fields = inputFields(job);
    const message = "is deprecated by Imply Polaris; let mappings read nested members, as JSON_VALUE does";
    const flattened = formatsIn(job)
        .filter(({ format: { flattenSpec } }) => flattenSpec !== undefined && !isUnknown(flattenSpec))
        .map(({ path }) => ({ path: [...path, "flattenSpec"], message }));
    return [...flattened, ...fields.warnings, ...expressionWarnings(expressionsIn(job), fields)];
}

/** The texts that a list has a second time, each with the index of the first. */
function repeated(texts: readonly (string | undefined)[]): { index: number; first: number }[] {
    return texts.flatMap((text, index) => {
        const first = texts.indexOf(text);
        return text === undefined || first === index ? [] : [{ index, first }];
    });
}

function repeatedNames(job: PartialArguments): Problem[] {
    const columns = formatsIn(job).flatMap(({ path, format }) =>
        repeated(format.columns ?? []).map(({ index, first }) => ({
            path: [...path, "columns", index],
            message: `is the same name as columns[${first}]`,
        })),
    );
    const names = job.source?.inputSchema?.map((field) => field?.name) ?? [];
    const fields = repeated(names).map(({ index, first }) => ({
        path: ["source", "inputSchema", index, "name"],
        message: `declares the same field as inputSchema[${first}]`,
    }));
    return [...columns, ...fields];
}

function columnProblems({ mappings }: PartialArguments): Problem[] {
    if (mappings === undefined) return [];
    const columns = mappings.map((mapping) => mapping?.columnName);
    const hasTime = columns.includes("__time") || columns.includes(undefined);
    return [
        ...repeated(columns).map(({ index, first }) => ({
            path: ["mappings", index, "columnName"],
            message: `maps the same column as mappings[${first}]; a column takes one mapping`,
        })),
        ...(hasTime ? [] : [{ path: ["mappings"], message: 'expected a mapping for the column "__time"' }]),
    ];
}

function upsertProblems({ enableUpserts, upsertKeyColumns = [], upsertVersionColumn }: PartialArguments): Problem[] {
    if (isUnknown(enableUpserts)) return [];
    const hasKeys = upsertKeyColumns.length > 0;
    if (enableUpserts === true) {
        return hasKeys ? [] : [{ path: ["upsertKeyColumns"], message: "required with enableUpserts" }];
    }
    const names = [
        ...(hasKeys ? ["upsertKeyColumns"] : []),
        ...(upsertVersionColumn === undefined ? [] : ["upsertVersionColumn"]),
    ];
    return names.map((name) => ({ path: [name], message: "has no effect without enableUpserts: true" }));
}
