import { ApiError } from "../api/errors";
import type { Attempts } from "../api/retry";
import { createTable, getTable } from "../api/tables";
import type { Table } from "../api/tables";
import { assertAdopts } from "../engine/adoption";
import { Failure } from "../engine/errors";
import { adviceForExisting } from "../engine/existing-object";
import { intervalText } from "../engine/unconfirmed";
import { canBeFrom } from "../identity/identity";
import { existsFailure, planAdoption } from "./adopt";
import { awaitRemoval, isDeleting } from "./drop";
import { createBody, creatorOf, differences, factsOf } from "./mapping";
import type { TableContext } from "./mapping";
import type { TableInputs } from "./schema";
import { refreshCure, writeTable } from "./update";

/** Whether a table is what this resource's own unconfirmed attempts created, as far as that can be known. */
export function isOfAttempts({ client }: TableContext, attempts: Attempts, found: Table, inputs: TableInputs): boolean {
    const origin = { user: found.createdByUser?.username, time: found.createdOnTimestamp };
    return canBeFrom(attempts, origin, client.user) && differences(found, inputs).length === 0;
}

/** The table that this resource's own unconfirmed attempts created, if they did. */
export async function findUnconfirmed(
    context: TableContext,
    inputs: TableInputs,
    attempts: Attempts,
): Promise<Table | undefined> {
    const { client, log } = context;
    const found = await getTable(client, inputs.name);
    if (!found || !isOfAttempts(context, attempts, found, inputs)) return undefined;
    if (client.user === undefined) {
        log(client.quote(`assumes that its unanswered create succeeded: the table was ${creatorOf(found)}`));
    }
    return found;
}

async function takeOver(context: TableContext, inputs: TableInputs, found: Table): Promise<Table> {
    const { client, log, replacedInputs } = context;
    if (replacedInputs) {
        const edited = differences(found, replacedInputs);
        if (edited.length > 0) {
            const happened = `the table of that name differs from the state in ${edited.join(", ")}`;
            throw new Failure("PolarisTableChanged", happened, refreshCure, [client.quote(creatorOf(found))]);
        }
        return writeTable(context, { names: differences(found, inputs), owed: [] }, inputs, replacedInputs);
    }
    if (!inputs.adopt) {
        const { cure, details } = adviceForExisting(found.createdByUser?.username, client.user, "name");
        throw existsFailure(found, cure, details, client.quote);
    }
    const { sentence, names, isTouched } = assertAdopts(planAdoption(found, inputs, client.quote));
    log(sentence);
    return names.length > 0 || isTouched ? writeTable(context, { names, owed: [], isTouched }, inputs, {}) : found;
}

/** Creates the table, never twice; `earlier` are unconfirmed attempts of an earlier operation. */
async function post(context: TableContext, inputs: TableInputs, earlier: Attempts | undefined): Promise<Table> {
    const { client, saveState } = context;
    try {
        return await createTable(client, createBody(inputs), {
            beforeRetry: (attempts) => findUnconfirmed(context, inputs, attempts),
            onUnconfirmed: (attempts) => saveState({ unconfirmed: intervalText(attempts) }),
            earlier,
        });
    } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 409) throw error;
        const found = await getTable(client, inputs.name);
        if (!found) throw error;
        if (!isDeleting(found)) return takeOver(context, inputs, found);
        await awaitRemoval(context, inputs.name);
        return post(context, inputs, earlier);
    }
}

/** Creates the table, or takes over the one that exists where that is asked for. */
export async function createOrAdopt(context: TableContext, inputs: TableInputs, earlier?: Attempts): Promise<void> {
    context.saveState(factsOf(await post(context, inputs, earlier)));
}
