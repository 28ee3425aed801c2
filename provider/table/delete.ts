import { getTable } from "../api/tables";
import type { Table } from "../api/tables";
import { attemptsIn } from "../engine/unconfirmed";
import { isOfAttempts } from "./create";
import { awaitEndOfJobs, awaitRemoval, dropTable, isDeleting } from "./drop";
import { protectedFailure } from "./impact";
import { creatorOf, lastWriterOf, writerOf } from "./mapping";
import type { TableContext, TableState } from "./mapping";

/** The table of that name, if it is the one of this resource. */
async function findOwn(context: TableContext, state: TableState): Promise<Table | undefined> {
    const { client, log } = context;
    const found = await getTable(client, state.name);
    if (!found) return undefined;
    const attempts = attemptsIn(state);
    if (attempts ? isOfAttempts(context, attempts, found, state) : found.id === state.tableId) return found;
    log(client.quote(`leaves the table of that name, ${creatorOf(found)}, as it is not this resource's`));
    return undefined;
}

/** Whether a write of this resource may have been carried out that the state does not know of. */
const hasOpenWrite = ({ unconfirmed, owed }: TableState) => unconfirmed !== undefined || (owed ?? []).length > 0;

/** Drops the table where onDestroy asks for it; what another user has written since is left, as its data is lost. */
export async function deleteOwnTable(context: TableContext, state: TableState): Promise<void> {
    const { client, log } = context;
    const { onDestroy = "retain", deletionProtection = false } = state;
    if (onDestroy === "retain" && !deletionProtection) {
        log('leaves the table and its data (onDestroy: "retain")');
        return;
    }
    const found = await findOwn(context, state);
    if (!found) return;
    if (deletionProtection) throw protectedFailure();
    if (isDeleting(found)) return awaitRemoval(context, state.name);
    if (!hasOpenWrite(state) && lastWriterOf(found, state) !== "own") {
        log(
            client.quote(
                `leaves the table, as ${writerOf(found)}, after this resource's last write: another stack may have it now; if none does, drop it in Imply Polaris`,
            ),
        );
        return;
    }
    await awaitEndOfJobs(context, state.name);
    await dropTable(context, state.name, onDestroy === "softDrop");
}
