/** Turns a plan of Druid's planner, the answer to `statementOf`, into the native form that a supervisor takes. */
import { z } from "zod";
import { identifier, jsonValue, substitute, withoutParsing } from "./native";

const native = z.record(z.string(), z.unknown());

const pathPart = z.discriminatedUnion("type", [
    z.object({ type: z.literal("field"), field: z.string() }),
    z.object({ type: z.literal("arrayElement"), index: z.number() }),
]);

const virtualColumn = z.discriminatedUnion("type", [
    z.object({ type: z.literal("expression"), name: z.string(), expression: z.string() }),
    z.object({
        type: z.literal("nested-field"),
        outputName: z.string(),
        columnName: z.string(),
        expectedType: z.string().optional(),
        processFromRaw: z.boolean().default(false),
        pathParts: z.array(pathPart),
    }),
]);

const layer = z.object({
    queryType: z.enum(["scan", "groupBy", "timeseries"]),
    dataSource: z.discriminatedUnion("type", [
        z.object({ type: z.literal("inline") }),
        z.object({ type: z.literal("query"), query: z.unknown() }),
    ]),
    virtualColumns: z.array(virtualColumn).default([]),
    aggregations: z.array(z.looseObject({ name: z.string() })).default([]),
    dimensions: z.array(z.object({ dimension: z.string(), outputName: z.string() })).default([]),
    postAggregations: z.array(z.unknown()).max(0).optional(),
});

const plans = z.tuple([
    z.object({
        query: z.unknown(),
        signature: z.array(z.object({ name: z.string(), type: z.string() })),
        columnMappings: z.array(z.object({ queryColumn: z.string(), outputColumn: z.string() })),
    }),
]);

type Layer = z.output<typeof layer>;
type Native = z.output<typeof native>;

export interface Transform {
    type: "expression";
    name: string;
    expression: string;
}

export interface Dimension {
    type: string;
    name: string;
}

/** What the mappings say, in Druid's native form. */
export interface Translation {
    transforms: Transform[];
    dimensions: Dimension[];
    metrics: Native[];
}

/** A plan that only a query can have; the message completes "the mapping …". */
export class NotIngestible extends Error {}

const DIMENSION_TYPES: Record<string, string> = {
    LONG: "long",
    DOUBLE: "double",
    FLOAT: "float",
    STRING: "string",
    "COMPLEX<json>": "json",
};

/** The query and those inside it, the innermost first. */
function layersOf(query: unknown): Layer[] {
    const result = layer.safeParse(query);
    if (!result.success) {
        throw new NotIngestible("only plain expressions and single aggregation functions can be ingested");
    }
    const { dataSource } = result.data;
    return dataSource.type === "inline" ? [result.data] : [...layersOf(dataSource.query), result.data];
}

const COLUMN_MEMBERS = new Set(["column", "dimension", "fieldName", "timeColumn"]);

class Translator {
    /** Columns of the layers, each as an expression over the input. */
    readonly #computed = new Map<string, string>();
    readonly #aggregators = new Map<string, Native>();
    readonly #transforms = new Map<string, string>();

    constructor(readonly outputs: ReadonlySet<string>) {}

    #expand(expression: string): string {
        return withoutParsing(substitute(expression, (name) => this.#computed.get(name) ?? identifier(name)));
    }

    /** An aggregator sees the row after the transforms, so it reads a column whose name no mapping takes. */
    #inputColumn(name: string): string {
        const expression = this.#computed.get(name);
        if (expression === undefined && !this.outputs.has(name)) {
            return name;
        }
        this.#transforms.set(`sql:${name}`, expression ?? identifier(name));
        return `sql:${name}`;
    }

    #overInput = (expression: string) =>
        substitute(this.#expand(expression), (name) =>
            identifier(this.outputs.has(name) ? this.#inputColumn(name) : name),
        );

    #aggregator(value: unknown): unknown {
        if (Array.isArray(value)) {
            return value.map((item) => this.#aggregator(item));
        }
        if (typeof value !== "object" || value === null) {
            return value;
        }
        const entries = Object.entries(value).map(([member, inner]): [string, unknown] => {
            if (typeof inner !== "string") {
                return [member, this.#aggregator(inner)];
            }
            const isColumn = COLUMN_MEMBERS.has(member);
            return [
                member,
                isColumn ? this.#inputColumn(inner) : member === "expression" ? this.#overInput(inner) : inner,
            ];
        });
        return Object.fromEntries(entries);
    }

    read({ virtualColumns, aggregations, dimensions }: Layer): void {
        for (const column of virtualColumns) {
            if (column.type === "expression") {
                this.#computed.set(column.name, this.#expand(column.expression));
            } else {
                const { columnName, pathParts, expectedType, processFromRaw } = column;
                const value = jsonValue(columnName, pathParts, expectedType, processFromRaw);
                this.#computed.set(column.outputName, this.#expand(value));
            }
        }
        for (const aggregation of aggregations) {
            this.#aggregators.set(aggregation.name, native.parse(this.#aggregator(aggregation)));
        }
        for (const { dimension, outputName } of dimensions) {
            this.#computed.set(outputName, this.#computed.get(dimension) ?? identifier(dimension));
        }
    }

    metric(column: string, name: string): Native | undefined {
        const aggregator = this.#aggregators.get(column);
        return aggregator === undefined ? undefined : native.parse(renamed(aggregator, column, name));
    }

    /** The column of a mapping; a plain copy of the field of the same name needs no transform. */
    output(column: string, name: string): void {
        const expression = this.#computed.get(column) ?? identifier(column);
        if (name === "__time" || expression !== identifier(name)) {
            this.#transforms.set(name, expression);
        }
    }

    get transforms(): Transform[] {
        return [...this.#transforms].map(([name, expression]) => ({ type: "expression", name, expression }));
    }
}

/** A filtered aggregator has the name in its inner one too. */
function renamed(value: unknown, from: string, to: string): unknown {
    if (Array.isArray(value)) {
        return value.map((item) => renamed(item, from, to));
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    const entries = Object.entries(value).map(([member, inner]): [string, unknown] => [
        member,
        member === "name" && inner === from ? to : renamed(inner, from, to),
    ]);
    return Object.fromEntries(entries);
}

/** The translation of the plan for these columns. */
export function translationOf(plan: unknown, names: readonly string[]): Translation {
    const result = plans.safeParse(plan);
    // More or other columns come from an expression such as `1 AS b, "x"`.
    if (
        !result.success ||
        result.data[0].columnMappings.map((column) => column.outputColumn).join("\n") !== names.join("\n")
    ) {
        throw new NotIngestible("each mapping must be one expression");
    }
    const [{ query, signature, columnMappings }] = result.data;
    const translator = new Translator(new Set(names));
    layersOf(query).forEach((item) => translator.read(item));
    const types = new Map(signature.map(({ name, type }) => [name, type]));
    const dimensions: Dimension[] = [];
    const metrics: Native[] = [];
    for (const { queryColumn, outputColumn } of columnMappings) {
        const metric = translator.metric(queryColumn, outputColumn);
        if (metric !== undefined) {
            metrics.push(metric);
            continue;
        }
        translator.output(queryColumn, outputColumn);
        if (outputColumn !== "__time") {
            const type = DIMENSION_TYPES[types.get(queryColumn) ?? ""] ?? "auto";
            dimensions.push({ type, name: outputColumn });
        }
    }
    return { transforms: translator.transforms, dimensions, metrics };
}
