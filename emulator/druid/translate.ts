import { z } from "zod";
import { DruidError, type DruidClient } from "./client";
import { NotIngestible, translationOf, type Translation } from "./plan";
import { placeOf, statementOf, type Column, type InputField } from "./statement";

/** An expression that Druid refuses, with the member of the request that holds it. */
export class InvalidExpression extends Error {
    constructor(
        readonly target: string,
        /** What follows the member in the message. */
        readonly problem: string,
    ) {
        super(`${target}${problem}`);
    }
}

export interface Mappings {
    inputSchema: InputField[];
    columns: Column[];
    filterExpression: string | undefined;
}

export interface FilteredTranslation extends Translation {
    /** The column that is 1 in the rows to ingest. */
    filterColumn: string | undefined;
}

const explanation = z.array(z.object({ PLAN: z.string() })).min(1);

const CONTEXT = { sqlTimeZone: "UTC", sqlFinalizeOuterSketches: false };

async function explain(druid: DruidClient, fields: InputField[], columns: Column[]): Promise<unknown> {
    const body = { query: statementOf(fields, columns), context: CONTEXT };
    const [row] = explanation.parse(await druid.post("/druid/v2/sql", body));
    return JSON.parse(row?.PLAN ?? "null");
}

const targetOf = (index: number, { columnName }: Column) => ({
    target: `mappings[${index}].expression`,
    column: ` (column '${columnName}'): `,
});

const withoutPlace = (message: string) => message.replace(/ \(line \[\d+\], column \[\d+\]\)/, "");

/** The refusal of the planner, about the mapping that it means. */
function invalid(error: DruidError, columns: Column[]): InvalidExpression {
    const place = error.place && placeOf(columns, error.place.line);
    const column = place && columns[place.index];
    const message = withoutPlace(error.message).replace(/, acceptable options: .*/s, "");
    if (place === undefined || column === undefined || error.place === undefined) {
        return new InvalidExpression("mappings", `: ${message}`);
    }
    const { target, column: name } = targetOf(place.index, column);
    return new InvalidExpression(target, `${name}${message} (line ${place.line}, column ${error.place.column})`);
}

async function translateColumns(druid: DruidClient, fields: InputField[], columns: Column[]): Promise<Translation> {
    try {
        const names = columns.map(({ columnName }) => columnName);
        return translationOf(await explain(druid, fields, columns), names);
    } catch (error) {
        if (error instanceof DruidError && error.status === 400) {
            throw invalid(error, columns);
        }
        throw error;
    }
}

/** The first column that cannot be ingested, if one alone cannot. */
async function culprit(druid: DruidClient, fields: InputField[], columns: Column[], why: string): Promise<Error> {
    for (const [index, column] of columns.entries()) {
        const alone = { columnName: "__time", expression: "TIMESTAMP '1970-01-01'", isAggregation: false };
        const pair = column.isAggregation ? [alone, { ...column, columnName: "sql:measure" }] : [column];
        const isFine = await translateColumns(druid, fields, pair).then(
            () => true,
            () => false,
        );
        if (!isFine) {
            const { target, column: name } = targetOf(index, column);
            return new InvalidExpression(target, `${name}${why}`);
        }
    }
    return new InvalidExpression("mappings", `: ${why}`);
}

const FILTER = "sql:filter";

async function translateFilter(druid: DruidClient, fields: InputField[], expression: string): Promise<Translation> {
    const column = { columnName: FILTER, expression, isAggregation: false };
    try {
        return await translateColumns(druid, fields, [column]);
    } catch (error) {
        if (error instanceof InvalidExpression) {
            throw new InvalidExpression("filterExpression", error.problem.replace(/^ \(column .*?\)/, ""));
        }
        throw error instanceof NotIngestible ? new InvalidExpression("filterExpression", `: ${error.message}`) : error;
    }
}

/** Lets Druid translate the mappings and the filter; the filter sees the input, as each mapping does. */
export async function translate(druid: DruidClient, mappings: Mappings): Promise<FilteredTranslation> {
    const { inputSchema, columns, filterExpression } = mappings;
    const translation = await translateColumns(druid, inputSchema, columns).catch(async (error: unknown) => {
        throw error instanceof NotIngestible ? await culprit(druid, inputSchema, columns, error.message) : error;
    });
    if (filterExpression === undefined) {
        return { ...translation, filterColumn: undefined };
    }
    const filter = await translateFilter(druid, inputSchema, filterExpression);
    return { ...translation, transforms: [...translation.transforms, ...filter.transforms], filterColumn: FILTER };
}
