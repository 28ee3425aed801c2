import type { CommandResult } from "./command";
import type { EmulatorUnderTest } from "./emulator";
import type { Stack } from "./pulumi";
import { changes } from "./summary";

/** A connection as the emulator holds it: what the API shows, and a fingerprint of each write-only member. */
export interface HeldConnection {
    name: string;
    type: string;
    properties: Record<string, unknown>;
    credentials: Record<string, { fingerprint: string }>;
    submittedByUser: { username: string };
    submittedOnTimestamp: string;
    modifiedByUser: { username: string };
    modifiedOnTimestamp: string;
}

/** A job as the emulator holds it. */
export interface HeldJob {
    id: string;
    type: string;
    tableName: string;
    spec: Record<string, unknown>;
    executionStatus: string;
    desiredExecutionStatus: string;
}

/** A request that reached the API. */
export interface SeenRequest {
    method: string;
    path: string;
    status: number | null;
    user: string | null;
    body?: Record<string, unknown>;
}

interface HeldProject {
    projectId: string;
    connections: HeldConnection[];
    jobs: HeldJob[];
    tables: { name: string }[];
}

/** What a project of the emulator holds now. */
export async function held(emulator: EmulatorUnderTest, projectId = emulator.projectId): Promise<HeldProject> {
    const { projects } = await emulator.control<{ projects: HeldProject[] }>("GET", "state");
    const project = projects.find((candidate) => candidate.projectId === projectId);
    if (!project) throw new Error(`The emulator has no project ${projectId}.`);
    return project;
}

export const connectionIn = async (emulator: EmulatorUnderTest, name: string, projectId?: string) =>
    (await held(emulator, projectId)).connections.find((connection) => connection.name === name);

/** The jobs ever made for a table, oldest first. */
export const jobsOn = async (emulator: EmulatorUnderTest, tableName: string, projectId?: string) =>
    (await held(emulator, projectId)).jobs.filter((job) => job.tableName === tableName);

const ended = ["completed", "canceled", "failed"];

/** The one job that feeds the table; fails when there is none, or more than one. */
export async function liveJobOn(emulator: EmulatorUnderTest, tableName: string, projectId?: string): Promise<HeldJob> {
    const live = (await jobsOn(emulator, tableName, projectId)).filter((job) => !ended.includes(job.executionStatus));
    const [job, ...others] = live;
    if (!job || others.length > 0) throw new Error(`${live.length} live jobs feed the table ${tableName}.`);
    return job;
}

/** The requests since the last call. */
export async function newRequests(emulator: EmulatorUnderTest): Promise<SeenRequest[]> {
    const { requests } = await emulator.control<{ requests: SeenRequest[] }>("GET", "requests");
    await emulator.control("DELETE", "requests");
    return requests;
}

/** `POST /jobs/…/status`: without project and query, and without the ids of jobs. */
export const callOf = ({ method, path }: SeenRequest): string =>
    `${method} ${path.replace(/^\/v1\/projects\/[^/]+/, "").replace(/\?.*/, "")}`.replace(/[0-9a-f-]{36}/, "…");

/** The writes among requests: all but the reads. */
export const writesIn = (requests: readonly SeenRequest[]): string[] =>
    requests.filter(({ method }) => method !== "GET").map(callOf);

/**
 * What a preview or an update says of each resource of this package, in its own words:
 * `~ KafkaConnection orders update [diff: ~topicName]`.
 */
export function plannedIn({ text }: Pick<CommandResult, "text">): string[] {
    const lines = text.matchAll(/^ ?([-+~<> ]+) +pulumi-nodejs:dynamic\/polaris:(\w+ .*)$/gm);
    return [...lines].map(([, mark = "", rest = ""]) => `${mark.trim()} ${rest.trim()}`.trim()).sort();
}

/** The changed properties of a plan shown by `--diff`, in their order and without what a refresh found. */
export function diffIn({ text }: Pick<CommandResult, "text">): string[] {
    const plan = text.slice(text.lastIndexOf("pulumi:pulumi:Stack:"));
    const lines = plan.matchAll(/^ +([-+~]) (\[?\w+\]?) *: (.*)$/gm);
    return [...lines].map(([, mark = "", name = "", value = ""]) => `${mark} ${name}: ${value}`);
}

/** Asserts that a refresh finds nothing new, not even in outputs, and that a preview then plans nothing. */
export async function expectSettled(stack: Stack): Promise<void> {
    const { text } = await stack.preview(["--refresh", "--diff"]);
    const { unchanged = 0, ...others } = changes({ text });
    if (unchanged === 0 || Object.keys(others).length > 0 || /polaris:\w+: \(\w+\)/.test(text)) {
        throw new Error(`A refresh or a preview finds changes:\n${text}`);
    }
}

/** The error lines of a command, each once, without the engine's own "update failed" and "run bailed". */
export function errorsIn({ text }: Pick<CommandResult, "text">): string[] {
    const diagnostics = text.slice(Math.max(0, text.lastIndexOf("\nDiagnostics:")));
    const lines = [...diagnostics.matchAll(/^ *(?:error: |\t\* )(.*)$/gm)].map(([, line = ""]) => line);
    return [...new Set(lines)].filter(
        (line) => !/^((update|preview|\d+ errors? occurred:?)( failed)?|BAIL: run bailed)$/.test(line),
    );
}

/** A failed operation: its sentence without the code, the code, and the details on the lines below it. */
interface SeenFailure {
    sentence: string;
    code: string;
    details: string[];
}

/** The errors of a command in the order of `errorsIn`; each has to end with a code. */
export function failuresIn(result: Pick<CommandResult, "text">): SeenFailure[] {
    return errorsIn(result).map((line) => {
        const [, sentence = "", code] = /^(.*) \[(Polaris\w+)\]$/.exec(line) ?? [];
        if (code === undefined) throw new Error(`An error without a code: ${line}`);
        const below = result.text.slice(result.text.lastIndexOf(line) + line.length);
        const [details = ""] = /^(?:\n {6}\S.*)*/.exec(below) ?? [];
        return {
            sentence,
            code,
            details: details
                .split("\n")
                .slice(1)
                .map((detail) => detail.trim()),
        };
    });
}

/** A problem of arguments without the code that nearly all of them end with; any other code stays. */
export function withoutArgumentCode(problem: string): string {
    if (!/ \[Polaris\w+\]$/.test(problem)) throw new Error(`A problem without a code: ${problem}`);
    return problem.replace(/ \[PolarisArgumentInvalid\]$/, "");
}

/** What a preview refuses of the resource's arguments. */
export function problemsIn(result: Pick<CommandResult, "text">, name: string): string[] {
    const before = new RegExp(`^pulumi-nodejs:dynamic/polaris:\\w+ resource '${name}' has a problem: `);
    const problems = errorsIn(result).filter((line) => before.test(line));
    return problems.map((line) => withoutArgumentCode(line.replace(before, "")));
}
