import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, RequestError } from "../api/errors";
import { getTable, updateTable } from "../api/tables";
import type { Table } from "../api/tables";
import { explain } from "../engine/error-messages";
import { Failure } from "../engine/errors";
import { valueAt } from "../values/json";
import { columnChanges } from "./columns";
import { creatorOf, differences, factsOf, unwritten, updateBody, writerOf } from "./mapping";
import type { TableContext, TableState } from "./mapping";
import type { TableInputs } from "./schema";

export const refreshCure = "run `pulumi refresh` to see the differences, then `pulumi up` again";

/** What an update brings to a table. */
export interface Write {
    readonly names: readonly string[];
    /** Arguments of which it is not known whether an earlier write was carried out. */
    readonly owed: readonly string[];
    /** Whether the table is written also where it does not differ. */
    readonly isTouched?: boolean;
}

/** The table, if it is still this resource's, and a write overwrites no change that a refresh has not shown. */
async function findUnchanged(
    { client }: TableContext,
    { names, owed }: Write,
    inputs: TableInputs,
    state: Partial<TableState>,
): Promise<Table> {
    const found = await getTable(client, inputs.name);
    if (!found) {
        const cure = "run `pulumi refresh`, then `pulumi up` again to create it";
        throw new Failure("PolarisTableGone", "the table does not exist any more", cure);
    }
    if (state.tableId !== undefined && found.id !== state.tableId) {
        const happened = client.quote(`the table was dropped, and is another one now, ${creatorOf(found)}`);
        throw new Failure("PolarisTableChanged", happened, refreshCure);
    }
    const undeclared = differences(found, inputs);
    const edited = differences(found, state).filter(
        (name) => names.includes(name) && !owed.includes(name) && undeclared.includes(name),
    );
    const isAdoption = state.name === undefined;
    if (edited.length > 0 && !isAdoption) {
        const happened = `another user changed ${edited.join(", ")} of the table after this resource's last write`;
        throw new Failure("PolarisTableChanged", happened, refreshCure, [client.quote(writerOf(found))]);
    }
    return found;
}

/** The API changes and removes columns of empty tables only. */
const columnsInUse = (error: ApiError, columns: readonly string[]) => {
    const { happened, details } = explain(error, { operation: "update", permission: "ManageTables" });
    const quoted = columns.map((name) => JSON.stringify(name)).join(", ");
    return new Failure(
        "PolarisColumnInUse",
        `${happened}, which changes or removes ${quoted}`,
        "declare these columns as they are in the table; or end its job and delete its data first",
        details,
    );
};

/** Columns that an update gives another form, or removes. */
function alteredColumns(found: Table, names: readonly string[], inputs: TableInputs, state: Partial<TableState>) {
    if (!names.includes("schema")) return [];
    const { removed } = columnChanges(state.schema, inputs.schema);
    const { changed } = columnChanges(found.schema, inputs.schema);
    const isThere = (name: string) => (found.schema ?? []).some((column) => column.name === name);
    return [...removed.filter(isThere), ...changed.map(({ name }) => name)];
}

const attempts = 5;

/** Reads, merges and writes the table with its version; another version is read again. */
export async function writeTable(
    context: TableContext,
    write: Write,
    inputs: TableInputs,
    state: Partial<TableState>,
): Promise<Table> {
    const { client, saveState } = context;
    for (let attempt = 1; ; attempt += 1) {
        const found = await findUnchanged(context, write, inputs, state);
        const body = updateBody(found, write, inputs, state);
        if (!body) return found;
        const altered = alteredColumns(found, write.names, inputs, state);
        if (altered.length > 0 && inputs.allowColumnChanges !== true) {
            const happened = `another user has declared ${altered.map((name) => JSON.stringify(name)).join(", ")} otherwise`;
            throw new Failure("PolarisTableChanged", happened, "declare these columns as they are in the table");
        }
        try {
            const answer = await updateTable(client, inputs.name, body);
            if (answer) return assertWritten(context, answer, body, write.names);
        } catch (error) {
            if (error instanceof RequestError && error.isAmbiguous) {
                // An adoption has nothing in state yet by which the next update knows the table.
                saveState({ ...(state.tableId === undefined && factsOf(found)), owed: write.names });
            }
            if (!(error instanceof ApiError)) throw error;
            if (error.status === 400 && altered.length > 0) throw columnsInUse(error, altered);
            if (error.status !== 409 || attempt === attempts) throw error;
        }
        await sleep(100 * attempt);
    }
}

function assertWritten(
    { saveState, client: { quote } }: TableContext,
    answer: Table,
    body: Record<string, unknown>,
    names: readonly string[],
): Table {
    const missing = unwritten(answer, body).filter((name) => names.includes(name));
    if (missing.length === 0) return answer;
    saveState({ ...factsOf(answer), owed: missing });
    throw new Failure(
        "PolarisTableNotUpdated",
        `Imply Polaris accepted the change but shows another ${missing.join(", ")}`,
        "give it a value that Imply Polaris accepts, or declare the table under another name",
        missing.map((name) => quote(`${name} is ${JSON.stringify(valueAt(answer, [name]) ?? null)}`)),
    );
}
