import { setTimeout as sleep } from "node:timers/promises";
import { deleteConnection, getConnection } from "../api/connections";
import { ApiError } from "../api/errors";
import { findLiveJobsOn } from "../api/jobs";
import { Failure } from "../engine/errors";
import { attemptsIn } from "../engine/unconfirmed";
import { isSameTime } from "../identity/identity";
import type { ConnectionContext, ConnectionState } from "./connection-type";
import { isOfAttempts } from "./create";
import { creatorOf, lastWriterOf, writerOf } from "./mapping";

/** How long a job that ends may still hold the connection that it read. */
const releaseMs = 30_000;

/** How long the API may take to notice that no job holds it any more. */
const settleMs = 3_000;

/** Whether a write of this resource may have been carried out that the state does not know of. */
const hasOpenWrite = ({ unfinished, owed }: ConnectionState) => unfinished !== undefined && owed?.length !== 0;

/**
 * Whether the connection of that name is what this resource created, and this resource's alone. A DELETE goes by name,
 * and one of a connection in use stops ingestion; another stack that has taken it over shows by its write.
 */
async function isOwn(context: ConnectionContext, state: ConnectionState): Promise<boolean> {
    const { client, log } = context;
    const found = await getConnection(client, state.name);
    if (!found) return false;
    const attempts = attemptsIn(state);
    const isSameObject = attempts
        ? isOfAttempts(context, attempts, found, state)
        : isSameTime(found.submittedOnTimestamp, state.submittedOnTimestamp);
    if (!isSameObject) {
        log(client.quote(`leaves the connection of that name, ${creatorOf(found)}, as it is not this resource's`));
        return false;
    }
    if (attempts || hasOpenWrite(state) || lastWriterOf(found, state) === "own") return true;
    log(
        client.quote(
            `leaves the connection, as ${writerOf(found)}, after this resource's last write: another stack may have it now; if none does, delete it in Imply Polaris`,
        ),
    );
    return false;
}

/** Deletes; waits for jobs that are ending; refuses for one that continues. */
export async function deleteOwnConnection(context: ConnectionContext, state: ConnectionState): Promise<void> {
    const { client, log } = context;
    const begin = Date.now();
    for (let delay = 250; ; delay = Math.min(delay * 2, 4_000)) {
        if (!(await isOwn(context, state))) return;
        try {
            await deleteConnection(client, state.name);
            return;
        } catch (error) {
            if (!(error instanceof ApiError) || (error.status !== 400 && error.status !== 409)) throw error;
            const jobs = await findLiveJobsOn(client, state.name);
            const reader = jobs.find((job) => job.desiredExecutionStatus !== "canceled");
            if (reader) {
                const table = JSON.stringify(client.quote(reader.target?.tableName ?? "?"));
                throw new Failure(
                    "PolarisConnectionInUse",
                    `the streaming job ${reader.id} still reads it into the table ${table}`,
                    "let the job read another connection (`connection.name` if this one was replaced), then run it again; or run `pulumi state delete` for this resource, unless its URN has two entries",
                );
            }
            if (Date.now() - begin + delay > (jobs.length > 0 ? releaseMs : settleMs)) throw error;
            if (jobs.length > 0) log("waits for a job that is ending");
            await sleep(delay);
        }
    }
}
