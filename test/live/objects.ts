import { poll, type Send } from "./api";
import { Refusal } from "./settings";

/** What the names of all that any run creates begin with. */
export const suitePrefix = "live-";

interface ListedJob {
    readonly id: string;
    readonly type: string;
    readonly executionStatus: string;
    readonly target?: { readonly tableName?: string };
}

const terminal = ["completed", "canceled", "failed"];
const live = ["pending", "running", "idle", "suspended", "unknown"];

export const isTerminal = (status: string) => terminal.includes(status);

export const tablePath = (name: string) => `/tables/${encodeURIComponent(name)}`;

export const dropBody = (tableName: string) => ({ type: "drop_table", target: { type: "table", tableName } });

async function list(send: Send, path: string): Promise<Record<string, unknown>> {
    const { status, body } = await send("GET", path);
    if (status !== 200) throw new Error(`The API answered ${status} to GET ${path.replace(/\?.*/, "")}.`);
    return body;
}

const names = async (send: Send, path: string) =>
    ((await list(send, path)).values as { name: string }[]).map(({ name }) => name);

const pageSize = 1000;

async function jobs(send: Send, statuses: readonly string[]): Promise<ListedJob[]> {
    const filter = statuses.map((status) => `&executionStatus=${status}`).join("");
    const all: ListedJob[] = [];
    for (;;) {
        const query = `?paginationLimit=${pageSize}&paginationOffset=${all.length}${filter}`;
        const { values, moreResultsAvailable } = await list(send, `/jobs${query}`);
        const page = values as ListedJob[];
        all.push(...page);
        if (moreResultsAvailable !== true || page.length === 0) return all;
    }
}

const tableOf = ({ target }: ListedJob) => target?.tableName ?? "";

/** A project is taken for one made for the suite when it runs, and holds nothing but what runs of the suite created. */
export async function refuseOtherProjects(send: Send): Promise<void> {
    const { body } = await send("GET", "");
    if ((body.status as { state?: string } | undefined)?.state === "paused") {
        throw new Refusal("The project is paused, so that no job would run; resume it first.");
    }
    const held = {
        connection: await names(send, "/connections"),
        table: await names(send, "/tables"),
        "job into the table": (await jobs(send, [])).map(tableOf),
    };
    for (const [kind, all] of Object.entries(held)) {
        const foreign = all.find((name) => !name.startsWith(suitePrefix));
        if (foreign !== undefined) {
            throw new Refusal(
                `The project holds a ${kind} ${JSON.stringify(foreign)}, which the live suite did not create; use a project made for it.`,
            );
        }
    }
}

const liveJobs = async (send: Send, prefix: string) =>
    (await jobs(send, live)).filter((job) => tableOf(job).startsWith(prefix));

/** What exists under a prefix; jobs that have ended stay readable for ever, and count for nothing. */
export async function remains(send: Send, prefix: string): Promise<string[]> {
    const begins = (name: string) => name.startsWith(prefix);
    return [
        ...(await liveJobs(send, prefix)).map((job) => `job ${job.id} into ${tableOf(job)}`),
        ...(await names(send, "/tables")).filter(begins).map((name) => `table ${name}`),
        ...(await names(send, "/connections")).filter(begins).map((name) => `connection ${name}`),
    ];
}

/** Ends all jobs, drops all tables and deletes all connections under a prefix; returns what could not be removed. */
export async function removeAll(send: Send, prefix: string, waitMs: number): Promise<string[]> {
    for (const { id, type } of await liveJobs(send, prefix)) {
        if (type === "drop_table") continue;
        await send("POST", `/jobs/${id}/status`, { desiredExecutionStatus: "canceled" });
    }
    const isNone = (list: readonly unknown[]) => list.length === 0;
    await poll(() => liveJobs(send, prefix), isNone, waitMs);
    const tables = async () => (await names(send, "/tables")).filter((name) => name.startsWith(prefix));
    for (const name of await tables()) await send("POST", "/jobs", dropBody(name));
    const connections = (await names(send, "/connections")).filter((name) => name.startsWith(prefix));
    for (const name of connections) {
        const isGone = ({ status }: { status: number }) => status !== 400;
        await poll(() => send("DELETE", `/connections/${name}`), isGone, waitMs);
    }
    return poll(() => remains(send, prefix), isNone, waitMs);
}
