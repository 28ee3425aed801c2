import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, RequestError } from "../api/errors";
import { updateTable } from "../api/tables";
import type { Table } from "../api/tables";
import { explain } from "../engine/error-messages";
import { Failure } from "../engine/errors";
import type { Known, NamedContext, Write } from "../named-object/named-kind";
import { valueAt } from "../values/json";
import { quoted } from "../values/sentences";
import { columnChanges } from "./columns";
import { factsOf, unwritten, updateBody } from "./mapping";
import type { TableInputs } from "./schema";

/** The API changes and removes columns of empty tables only. */
const columnsInUse = (error: ApiError, columns: readonly string[]) => {
    const { happened, details } = explain(error, { operation: "update", permission: "ManageTables" });
    return new Failure(
        "PolarisColumnInUse",
        `${happened}, which changes or removes ${quoted(columns)}`,
        "declare these columns as they are in the table; or end its job and delete its data first",
        details,
    );
};

/** Columns that an update gives another form, or removes. */
function alteredColumns(found: Table, names: readonly string[], inputs: TableInputs, known: Partial<TableInputs>) {
    if (!names.includes("schema")) return [];
    const { removed } = columnChanges(known.schema, inputs.schema);
    const { changed } = columnChanges(found.schema, inputs.schema);
    const isThere = (name: string) => (found.schema ?? []).some((column) => column.name === name);
    return [...removed.filter(isThere), ...changed.map(({ name }) => name)];
}

const attempts = 5;

/** Reads, merges and writes the table with its version; another version is read again. */
export async function writeTable(
    context: NamedContext<TableInputs>,
    write: Write,
    inputs: TableInputs,
    known: Known<TableInputs>,
    find: () => Promise<Table>,
): Promise<Table | undefined> {
    const { client, saveState } = context;
    for (let attempt = 1; ; attempt += 1) {
        const found = await find();
        const body = updateBody(found, write, inputs, known);
        if (!body) return found;
        const altered = alteredColumns(found, write.names, inputs, known);
        if (altered.length > 0 && inputs.allowColumnChanges !== true) {
            const happened = `another user has declared ${quoted(altered)} otherwise`;
            throw new Failure("PolarisTableChanged", happened, "declare these columns as they are in the table");
        }
        try {
            const answer = await updateTable(client, inputs.name, body);
            return answer && assertWritten(context, answer, body, write.names);
        } catch (error) {
            if (error instanceof RequestError && error.isAmbiguous) {
                // An adoption has nothing in state yet by which the next update knows the table.
                saveState({ ...(known.modifiedOnTimestamp === undefined && factsOf(found)), owed: write.names });
            }
            if (!(error instanceof ApiError)) throw error;
            if (error.status === 400 && altered.length > 0) throw columnsInUse(error, altered);
            if (error.status !== 409 || attempt === attempts) throw error;
        }
        await sleep(100 * attempt);
    }
}

function assertWritten(
    { saveState, client: { quote } }: NamedContext<TableInputs>,
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
