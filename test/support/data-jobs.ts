import type { KafkaRecord } from "../../emulator/local/records";
import type { Answer } from "./emulator";
import { emulator, host, ordersJob, secrets, topics, waitForRows } from "./data";

/** A connection to a topic of the broker that the emulator has started. */
export async function connect(name: string, topicName: string, more: Record<string, unknown> = {}): Promise<Answer> {
    const body = { type: "kafka", name, bootstrapServers: host.kafkaBootstrapServers, topicName, secrets, ...more };
    return emulator.api("POST", "/connections", body);
}

interface JobOptions {
    /** Default: the table's name. */
    connectionName?: string;
    job?: Record<string, unknown>;
}

export function postJob(tableName: string, { connectionName = tableName, job = {} }: JobOptions = {}): Promise<Answer> {
    const { source, ...rest } = ordersJob(job) as { source: Record<string, unknown> };
    return emulator.api("POST", "/jobs", {
        type: "streaming",
        target: { type: "table", tableName },
        source: { type: "connection", connectionName, ...source },
        ...rest,
    });
}

export interface JobState {
    executionStatus: string;
    health: { status: string; code?: string; message?: string };
}

export const jobState = async (id: string) => (await emulator.api("GET", `/jobs/${id}`)).json as unknown as JobState;

/** Repeats a look until it shows what is expected. */
export async function until<Value>(look: () => Promise<Value>, isDone: (value: Value) => boolean, limitMs = 60_000) {
    const end = Date.now() + limitMs;
    for (;;) {
        const value = await look();
        if (isDone(value)) return value;
        if (Date.now() > end)
            throw new Error(`Not within ${limitMs / 1000} s; the last look: ${JSON.stringify(value)}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
}

export const untilStatus = (id: string, ...statuses: string[]) =>
    until(
        () => jobState(id),
        ({ executionStatus }) => statuses.includes(executionStatus),
    );

export const setStatus = (id: string, desiredExecutionStatus: string) =>
    emulator.api("POST", `/jobs/${id}/status`, { desiredExecutionStatus });

/** Ends a job, so that it holds no task slot. */
export async function cancel(id: string): Promise<void> {
    await setStatus(id, "canceled");
    await untilStatus(id, "canceled", "failed");
}

/** Produces the records, lets a job read them, and resolves to the rows of the query. */
export async function ingest(
    tableName: string,
    records: readonly KafkaRecord[],
    { job, count, sql }: { job: Record<string, unknown>; count: number; sql: string },
) {
    await topics.create(tableName);
    await topics.produce(tableName, records);
    await connect(tableName, tableName);
    const posted = await postJob(tableName, { job });
    expect(posted).toMatchObject({ status: 201 });
    const id = String(posted.json.id);
    await waitForRows(`SELECT COUNT(*) AS "n" FROM "${tableName}"`, ([row]) => Number(row?.n) >= count);
    const rows = await waitForRows(sql, () => true);
    return { id, rows };
}
