import { ApiError } from "../api/errors";
import { createJob, findLiveJob, getJob, getJobLogs, isTerminal, lastMessages, listDropJobs } from "../api/jobs";
import type { Job, JobSummary } from "../api/jobs";
import { getTable } from "../api/tables";
import type { Table } from "../api/tables";
import { explain } from "../engine/error-messages";
import { Failure } from "../engine/errors";
import { poll } from "../engine/poll";
import { canBeFrom } from "../identity/identity";
import type { TableContext } from "./mapping";

type DropContext = Pick<TableContext, "client" | "log" | "limitMs">;

export const isDeleting = ({ availability }: Table) => availability === "deleting";

/** Waits until a table that is being dropped is gone, or stays after all. */
export async function awaitRemoval(context: DropContext, name: string): Promise<void> {
    context.log("waits for the end of its drop");
    const isOver = async () => {
        const found = await getTable(context.client, name);
        return !found || !isDeleting(found) ? true : undefined;
    };
    if (await poll(context.limitMs, isOver)) return;
    throw timeoutFailure(context, "the table is still being dropped");
}

const timeoutFailure = ({ limitMs }: DropContext, what: string) =>
    new Failure(
        "PolarisTableTimeout",
        `${what} after ${limitMs / 1000} s`,
        "run it again, which continues to wait, or raise customTimeouts",
    );

/** How long a job of this program may take to be canceled, where nothing orders the two. */
const cancelMs = 5_000;

const fedFailure = ({ client }: DropContext, { id, createdBy, createdTimestamp, source }: JobSummary) =>
    new Failure(
        "PolarisTableInUse",
        `the streaming job ${id} still feeds the table`,
        "end it first: a job of this program that takes its tableName from `table.name` ends before its table, unless the table is replaced with deleteBeforeReplace",
        [
            client.quote(
                `it is a job created by ${createdBy?.username ?? "another user"} on ${createdTimestamp}, which reads the connection ${JSON.stringify(source?.connectionName ?? "?")}`,
            ),
        ],
    );

/** Waits for a job that ends; refuses for one that continues. */
export async function awaitEndOfJobs(context: DropContext, name: string): Promise<void> {
    const begin = Date.now();
    let live: JobSummary | undefined;
    const isFree = async () => {
        live = await findLiveJob(context.client, name);
        if (!live) return true;
        const isEnding = live.desiredExecutionStatus === "canceled";
        if (!isEnding && Date.now() - begin > Math.min(cancelMs, context.limitMs)) throw fedFailure(context, live);
        context.log(`waits for the end of the streaming job ${live.id}`);
        return undefined;
    };
    if (!(await poll(context.limitMs, isFree))) {
        throw timeoutFailure(context, `the streaming job ${live?.id ?? "?"} has not ended`);
    }
}

const notDropped = (happened: string, details: readonly string[]) =>
    new Failure("PolarisTableNotDropped", happened, "remove the cause and run it again", details);

async function startDrop({ client }: DropContext, tableName: string, softDelete: boolean): Promise<Job> {
    const body = { type: "drop_table", target: { type: "table", tableName }, softDelete };
    const starting = createJob(client, body, {
        async beforeRetry(attempts) {
            const own = (await listDropJobs(client, tableName)).find(({ createdBy, createdTimestamp: time }) =>
                canBeFrom(attempts, { user: createdBy?.username, time }, client.user),
            );
            return own && getJob(client, own.id);
        },
        onUnconfirmed: () => undefined,
    });
    return starting.catch((error: unknown) => {
        if (!(error instanceof ApiError) || error.status !== 400) throw error;
        const { happened, details } = explain(error, { operation: "delete", permission: "ManageTables" });
        throw notDropped(`${happened}, which drops the table`, details);
    });
}

/** Drops a table and waits until it is gone. */
export async function dropTable(context: DropContext, name: string, softDelete: boolean): Promise<void> {
    const { client, limitMs } = context;
    context.log(softDelete ? "drops the table; its data can be restored for 30 days" : "drops the table and its data");
    const { id } = await startDrop(context, name, softDelete);
    const status = await poll(limitMs, async () => {
        const job = await getJob(client, id);
        return !job || isTerminal(job.executionStatus) ? (job?.executionStatus ?? "completed") : undefined;
    });
    if (status === "completed") return;
    if (status === undefined) throw timeoutFailure(context, `the job ${id}, which drops the table, has not ended`);
    const log = lastMessages(await getJobLogs(client, id), client.quote);
    throw notDropped(`the job ${id}, which drops the table, is ${client.quote(status)}`, log);
}
