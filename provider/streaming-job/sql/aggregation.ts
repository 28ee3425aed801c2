import { isSign } from "./tokens";
import type { Token } from "./tokens";

/** Aggregate functions of Apache Druid's SQL, and those of Imply's sketches and time series. */
const aggregateFunction =
    /^(ANY_VALUE|APPROX_.*|ARRAY_AGG|ARRAY_CONCAT_AGG|AVG|BIT_(AND|OR|XOR)|BLOOM_FILTER|COUNT|DS_.*|EARLIEST(_BY)?|FIRST|GROUPING|LAST|LATEST(_BY)?|LISTAGG|MAX|MIN|SPECTATOR_.*|STDDEV.*|STRING_AGG|SUM|SUM_ZERO|TDIGEST_.*|TIMESERIES|.*TIMESERIES|VAR(IANCE)?|VAR_.*)$/i;

/** Functions that certainly do not aggregate, of those that stand in mappings most. */
const scalarFunction =
    /^(ABS|BTRIM|CAST|CEIL|CHAR_LENGTH|COALESCE|CONCAT|EXP|FLOOR|GREATEST|IF|IN|JSON_.*|LEAST|LEFT|LENGTH|LN|LOG10|LOOKUP|LOWER|LTRIM|MILLIS_TO_TIMESTAMP|MOD|NULLIF|NVL|PARSE_.*|POWER|REGEXP_.*|REPLACE|RIGHT|ROUND|RTRIM|SAFE_DIVIDE|SQRT|STRLEN|SUBSTR|SUBSTRING|TEXTCAT|TIMESTAMP_TO_MILLIS|TIME_.*|TO_JSON_STRING|TRIM|TRUNC|TRUNCATE|TRY_PARSE_JSON|UPPER|AND|OR|NOT|WHEN|THEN|ELSE|BETWEEN|LIKE|CASE|AS|VARCHAR|CHAR|DECIMAL)$/i;

/** Whether an expression aggregates; undefined where a function is not known here, which may be one that does. */
export function aggregates(tokens: readonly Token[]): boolean | undefined {
    const functions = tokens
        .filter(({ kind }, index) => (kind === "word" || kind === "name") && isSign(tokens[index + 1], "("))
        .map(({ value }) => value);
    if (functions.some((name) => aggregateFunction.test(name))) return true;
    return functions.every((name) => scalarFunction.test(name)) ? false : undefined;
}
