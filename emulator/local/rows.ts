export type Row = Record<string, unknown>;

/** The API refused a query. */
export class QueryError extends Error {
    constructor(
        readonly status: number,
        readonly answer: string,
    ) {
        super(`The query failed with ${status}: ${answer}`);
    }

    /** A table, and each of its columns, is unknown to SQL until it has its first row. */
    get isFinal(): boolean {
        return this.status < 500 && !this.answer.includes("not found");
    }
}

export type Query = (sql: string) => Promise<Row[]>;

export interface WaitOptions {
    /** Default: 30,000. */
    timeoutMs?: number;
}

const DEFAULT_LIMIT_MS = 30_000;
const POLL_MS = 50;

/** Repeats a query until its rows satisfy a condition: a number of rows, or a function. */
export async function waitForRows(
    query: Query,
    sql: string,
    condition: number | ((rows: Row[]) => boolean),
    { timeoutMs = DEFAULT_LIMIT_MS }: WaitOptions = {},
): Promise<Row[]> {
    const isDone = typeof condition === "number" ? (rows: Row[]) => rows.length >= condition : condition;
    const limit = Date.now() + timeoutMs;
    for (;;) {
        const result = await query(sql).catch((error: unknown) => error as Error);
        if (!(result instanceof Error) && isDone(result)) {
            return result;
        }
        if (result instanceof QueryError && result.isFinal) {
            throw result;
        }
        if (Date.now() > limit) {
            const last = result instanceof Error ? result.message : JSON.stringify(result).slice(0, 500);
            throw new Error(`No such rows within ${timeoutMs / 1000} s: ${sql}\nThe last answer: ${last}`);
        }
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
}
