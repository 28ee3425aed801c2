/** The types of columns that a job adds to a flexible table, as Druid has found them. */
import type { Table } from "../model/table";
import type { Translation } from "./plan";

const METRIC_TYPES: Record<string, string> = {
    count: "long",
    longSum: "long",
    longMin: "long",
    longMax: "long",
    doubleSum: "double",
    doubleMin: "double",
    doubleMax: "double",
    floatSum: "float",
    floatMin: "float",
    floatMax: "float",
    HLLSketchBuild: "HLLSketch",
    thetaSketch: "thetaSketch",
    quantilesDoublesSketch: "quantilesDoublesSketch",
};

const typeOfMetric = ({ type, aggregator }: Record<string, unknown>): string => {
    const inner = type === "filtered" ? (aggregator as { type?: unknown } | undefined)?.type : type;
    return METRIC_TYPES[String(inner)] ?? "string";
};

export function nameTypes({ discovered }: Table, { dimensions, metrics }: Translation): void {
    const types = new Map([
        ...dimensions.map(({ name, type }) => [name, type === "auto" ? "stringArray" : type] as const),
        ...metrics.map((metric) => [String(metric.name), typeOfMetric(metric)] as const),
    ]);
    for (const column of discovered) {
        column.dataType = types.get(column.name) ?? column.dataType;
    }
}
