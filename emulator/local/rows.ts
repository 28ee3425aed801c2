export type Row = Record<string, unknown>;

export type Query = (sql: string) => Promise<Row[]>;

export interface WaitOptions {
    /** Default: 30,000. */
    timeoutMs?: number;
}

const DEFAULT_LIMIT_MS = 30_000;
const POLL_MS = 50;

/**
 * Repeats a query until its rows satisfy a condition: a number of rows, or a function. A table is unknown to SQL until
 * it has its first row, so an error of the query is final only when the time is over.
 */
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
        if (Date.now() > limit) {
            const last = result instanceof Error ? result.message : JSON.stringify(result).slice(0, 500);
            throw new Error(`No such rows within ${timeoutMs / 1000} s: ${sql}\nThe last answer: ${last}`);
        }
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
}
