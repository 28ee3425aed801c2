import { setTimeout as sleep } from "node:timers/promises";
import { deleteConnection } from "../api/connections";
import { ApiError } from "../api/errors";
import { findLiveJobsOn } from "../api/jobs";
import { Failure } from "../engine/errors";
import { NamedObject } from "../named-object/named-object";
import { namedConnection } from "./named-connection";
import type { ConnectionContext, ConnectionState, ConnectionType } from "./connection-type";

/** How long a job that ends may still hold the connection that it read. */
const releaseMs = 30_000;

/** How long the API may take to notice that no job holds it any more. */
const settleMs = 3_000;

const cureOfDelete =
    "let the job read another connection (`connection.name` if this one is replaced, without deleteBeforeReplace), then run it again; or run `pulumi state delete` for this resource, unless its URN has two entries";

/** The program still declares what the engine deletes to create it again. */
const cureOfReplacement =
    "run `pulumi up` without `--replace` (of a tainted resource, `pulumi state untaint`), and leave out deleteBeforeReplace if anything else replaces the connection";

/** Whether a write of this resource may have been carried out that the state does not know of. */
const hasOpenWrite = ({ unconfirmed, unfinished, owed }: ConnectionState) =>
    unconfirmed !== undefined || (unfinished !== undefined && owed?.length !== 0);

/**
 * Deletes the connection if it is what this resource created, and this resource's alone: a DELETE goes by name, and one
 * of a connection in use stops ingestion. Waits for jobs that are ending; refuses for one that continues.
 */
export async function deleteOwnConnection(
    type: ConnectionType,
    context: ConnectionContext,
    state: ConnectionState,
): Promise<void> {
    const object = new NamedObject(namedConnection(type), context);
    const { client, log } = context;
    const begin = Date.now();
    for (let delay = 250; ; delay = Math.min(delay * 2, 4_000)) {
        // Another stack that has taken it over shows by its write.
        const found = await object.findOwn(state);
        if (!found || (!hasOpenWrite(state) && object.isTakenOver(found, state))) return;
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
                    context.declared(type.noun, state.name) ? cureOfReplacement : cureOfDelete,
                );
            }
            if (Date.now() - begin + delay > (jobs.length > 0 ? releaseMs : settleMs)) throw error;
            if (jobs.length > 0) log("waits for a job that is ending");
            await sleep(delay);
        }
    }
}
