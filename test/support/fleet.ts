import type { EmulatorUnderTest } from "./emulator";
import type { Stack } from "./pulumi";
import { held } from "./seen";

type Members = Record<string, Record<string, unknown>>;

/** The same members for each of the names. */
export const each = (names: readonly string[], more: Record<string, unknown> = {}): Members =>
    Object.fromEntries(names.map((name) => [name, more]));

const ended = ["completed", "canceled", "failed"];

/** The names of all connections, and of the tables of all live jobs: a table with two jobs is there twice. */
export async function inventory(emulator: EmulatorUnderTest): Promise<{ connections: string[]; jobs: string[] }> {
    const { connections, jobs } = await held(emulator);
    return {
        connections: connections.map(({ name }) => name).sort(),
        jobs: jobs
            .filter(({ executionStatus }) => !ended.includes(executionStatus))
            .map(({ tableName }) => tableName)
            .sort(),
    };
}

/** The names in state of all connections and jobs, and the jobs' ids, by table. */
export function recorded(stack: Stack): { connections: string[]; jobs: string[]; jobIds: Record<string, unknown> } {
    const ours = stack.resources().filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic/polaris:"));
    const idsOf = (noun: string) =>
        ours
            .filter(({ type }) => type.endsWith(`:${noun}`))
            .map(({ id = "" }) => id)
            .sort();
    const jobs = ours.filter(({ type }) => type.endsWith(":StreamingJob"));
    const jobIds = Object.fromEntries(jobs.map(({ id = "", outputs }) => [id, outputs?.jobId]));
    return { connections: idsOf("KafkaConnection"), jobs: idsOf("StreamingJob"), jobIds };
}

/** The live jobs' ids by table, as the API has them. */
export async function liveJobIds(emulator: EmulatorUnderTest): Promise<Record<string, unknown>> {
    const { jobs } = await held(emulator);
    const live = jobs.filter(({ executionStatus }) => !ended.includes(executionStatus));
    return Object.fromEntries(live.map(({ tableName, id }) => [tableName, id]));
}

/** Asserts that the API holds exactly these, once each, and the state the same ones. */
export async function expectExactly(
    stack: Stack,
    emulator: EmulatorUnderTest,
    expected: { connections?: readonly string[]; jobs?: readonly string[] },
): Promise<void> {
    const { connections = [], jobs = [] } = expected;
    const sorted = { connections: [...connections].sort(), jobs: [...jobs].sort() };
    expect(await inventory(emulator)).toEqual(sorted);
    const { jobIds, ...names } = recorded(stack);
    expect(names).toEqual(sorted);
    expect(jobIds).toEqual(await liveJobIds(emulator));
}
