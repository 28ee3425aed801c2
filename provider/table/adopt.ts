import type { Table } from "../api/tables";
import type { Failure } from "../engine/errors";
import { isApiKey } from "../identity/identity";
import type { AdoptionPart } from "../named-object/named-kind";
import { when } from "../values/sentences";
import { columnChanges } from "./columns";
import { retentionSentences } from "./retention";
import { table } from "./schema";
import type { TableInputs } from "./schema";

/** How an adoption goes about a table: what becomes of its columns, its rows, and another stack that has it. */
export function tableAdoption(
    found: Table,
    inputs: TableInputs,
    differing: readonly string[],
    differs: (what: string, cure: string) => Failure,
): AdoptionPart | Failure {
    const { changed } = columnChanges(found.schema, inputs.schema);
    if (changed.length > 0 && inputs.allowColumnChanges !== true) {
        const columns = changed.map(({ name, before }) => `the column ${JSON.stringify(name)} (${before})`);
        return differs(columns.join(", "), "declare these columns as they are");
    }
    // Another stack that has the table leaves it, and its data, once it was written since.
    const isTouched = inputs.adopt === true && isApiKey(found.createdByUser?.username);
    const touches = isTouched && differing.length === 0;
    const policies = table.shape.storagePolicy.safeParse(found.storagePolicy ?? undefined).data;
    return {
        notes: [
            ...when(touches, "writes it as it is, so that another stack leaves it if one has it"),
            ...(differing.includes("storagePolicy") ? retentionSentences(policies, inputs.storagePolicy) : []),
        ],
        isTouched,
    };
}
