import { NamedObject } from "../named-object/named-object";
import { awaitEndOfJobs, awaitRemoval, dropTable, isDeleting } from "./drop";
import { protectedFailure } from "./impact";
import type { TableContext, TableState } from "./mapping";
import { namedTable } from "./named-table";

/** Whether a write of this resource may have been carried out that the state does not know of. */
const hasOpenWrite = ({ unconfirmed, owed }: TableState) => unconfirmed !== undefined || (owed ?? []).length > 0;

/** Drops the table where onDestroy asks for it; what another user has written since is left, as its data is lost. */
export async function deleteOwnTable(context: TableContext, state: TableState): Promise<void> {
    const { onDestroy = "retain", deletionProtection = false } = state;
    if (onDestroy === "retain" && !deletionProtection) {
        context.log('leaves the table and its data (onDestroy: "retain")');
        return;
    }
    const object = new NamedObject(namedTable, context);
    const found = await object.findOwn(state);
    if (!found) return;
    if (deletionProtection) throw protectedFailure();
    if (isDeleting(found)) return awaitRemoval(context, state.name);
    if (!hasOpenWrite(state) && object.isTakenOver(found, state)) return;
    await awaitEndOfJobs(context, state.name);
    await dropTable(context, state.name, onDestroy === "softDrop");
}
