/**
 * SQL that lets Druid's own planner read the mappings of a job: EXPLAIN of a query over two constant rows with the
 * columns of `inputSchema`. It needs no table and reads nothing.
 */

export interface InputField {
    name: string;
    dataType: string;
}

export interface Column {
    columnName: string;
    expression: string;
    isAggregation: boolean;
}

/** How an input field gets its type. A row of JSON may hold "5" for 5, so that numbers are cast. */
const CASTS: Record<string, (name: string) => string> = {
    string: (name) => name,
    varchar: (name) => name,
    long: (name) => `CAST(${name} AS BIGINT)`,
    bigint: (name) => `CAST(${name} AS BIGINT)`,
    double: (name) => `CAST(${name} AS DOUBLE)`,
    float: (name) => `CAST(${name} AS FLOAT)`,
    timestamp: (name) => `CAST(${name} AS TIMESTAMP)`,
    json: (name) => `TRY_PARSE_JSON(${name})`,
    "complex<json>": (name) => `TRY_PARSE_JSON(${name})`,
    stringArray: (name) => `STRING_TO_ARRAY(${name}, ',')`,
};

export const canRead = ({ dataType }: InputField) => dataType in CASTS;

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;

/**
 * The constant rows, cast above LIMIT: without LIMIT, the planner computes the rows itself, and without the row of
 * NULLs it drops COALESCE and IS NULL.
 */
function sourceOf(fields: InputField[]): string {
    if (fields.length === 0) {
        return `(SELECT * FROM (VALUES ('a'), (NULL)) AS "v" ("sql:none") LIMIT 2) AS "input"`;
    }
    const row = (value: string) => `(${fields.map(() => value).join(", ")})`;
    const names = fields.map(({ name }) => quote(name));
    const casts = fields.map(
        ({ name, dataType }) => `${CASTS[dataType]?.(quote(name)) ?? quote(name)} AS ${quote(name)}`,
    );
    const values = `(VALUES ${row("'a'")}, ${row("NULL")}) AS "v" (${names.join(", ")})`;
    return `(SELECT ${casts.join(", ")} FROM (SELECT * FROM ${values} LIMIT 2)) AS "input"`;
}

/** Each expression begins a line of its own, and the next line has its name: so a comment at its end hides nothing. */
export function statementOf(fields: InputField[], columns: Column[]): string {
    const groups = columns.flatMap(({ isAggregation }, index) => (isAggregation ? [] : [index + 1]));
    const isGrouped = groups.length < columns.length;
    return [
        "EXPLAIN PLAN FOR SELECT",
        columns.map(({ columnName, expression }) => `${expression}\nAS ${quote(columnName)}`).join(",\n"),
        `FROM ${sourceOf(fields)}`,
        ...(isGrouped && groups.length > 0 ? [`GROUP BY ${groups.join(", ")}`] : []),
    ].join("\n");
}

/** The column to which a line of the statement belongs, and the line within its expression. */
export function placeOf(columns: Column[], line: number): { index: number; line: number } | undefined {
    let first = 2;
    for (const [index, { expression }] of columns.entries()) {
        const lines = expression.split("\n").length + 1;
        if (line >= first && line < first + lines) {
            return { index, line: line - first + 1 };
        }
        first += lines;
    }
    return undefined;
}
