import type { Quote } from "../api/errors";
import { getTable } from "../api/tables";
import type { Table } from "../api/tables";
import { adoptionText, otherOwners } from "../engine/adoption";
import type { Adoption } from "../engine/adoption";
import { Failure } from "../engine/errors";
import { isApiKey } from "../identity/identity";
import { valueAt } from "../values/json";
import { hasUnknown } from "../values/unknown";
import { columnChanges } from "./columns";
import { creatorOf, differences } from "./mapping";
import type { TableContext } from "./mapping";
import { retentionSentences } from "./retention";
import { table } from "./schema";
import type { TableInputs } from "./schema";

export interface TableAdoption extends Adoption {
    /** The arguments to write. */
    readonly names: readonly string[];
    /** Whether the table is written in any case. */
    readonly isTouched: boolean;
}

/** A table that exists, and that the create does not take over. */
export const existsFailure = (found: Table, cure: string, details: readonly string[], quote: Quote): Failure =>
    new Failure("PolarisTableExists", "a table of that name exists already", cure, [
        quote(`it is of type ${found.type}, ${creatorOf(found)}`),
        ...details,
    ]);

const asItIs = `, as it is: ${otherOwners}`;

const policiesOf = (found: Table) => table.shape.storagePolicy.safeParse(found.storagePolicy ?? undefined).data;

/** How a create takes over a table that exists: writes the declared members that differ. */
export function planAdoption(found: Table, inputs: TableInputs, quote: Quote): TableAdoption | Failure {
    if (found.type !== inputs.type) {
        return existsFailure(found, "choose another name, as the type of a table cannot be changed", [], quote);
    }
    const creator = quote(creatorOf(found));
    const isKnown = (name: string) => !hasUnknown(valueAt(inputs, [name]));
    const notSame = differences(found, inputs);
    const [differing, unknown] = [notSame.filter(isKnown), notSame.filter((name) => !isKnown(name))];
    const { changed } = columnChanges(found.schema, inputs.schema);
    const refuse = (what: string, cure: string) =>
        new Failure("PolarisTableDiffers", `the table of that name, ${creator}, differs in ${what}`, cure);
    if (inputs.adopt === "unchanged" && differing.length > 0) {
        const cure = 'declare it as it is, or set adopt: true, which changes it ("unchanged" does not)';
        return refuse(differing.join(", "), cure);
    }
    if (changed.length > 0 && inputs.allowColumnChanges !== true) {
        const columns = changed.map(({ name, before }) => `the column ${JSON.stringify(name)} (${before})`);
        return refuse(quote(columns.join(", ")), "declare these columns as they are");
    }
    const names = inputs.adopt === "unchanged" ? [] : differing;
    // Another stack that has the table leaves it, and its data, once it was written since.
    const isTouched = inputs.adopt === true && isApiKey(found.createdByUser?.username);
    const outcome = inputs.adopt === "unchanged" ? "`up` refuses it" : "it is updated";
    const notes = [
        ...(names.length > 0 ? [`updates ${names.join(", ")}`] : []),
        ...(names.length === 0 && isTouched
            ? ["writes it as it is, so that another stack leaves it if one has it"]
            : []),
        ...(names.includes("storagePolicy") ? retentionSentences(policiesOf(found), inputs.storagePolicy) : []),
        ...(unknown.length > 0 ? [`not known yet: ${unknown.join(", ")}, and so whether ${outcome}`] : []),
    ];
    const rest = notes.length > 0 ? `: ${notes.join("; ")}` : asItIs;
    return { sentence: `adopts the table ${creator}${rest}`, names, isTouched };
}

/** What a create with `adopt` will do, as far as the table shows now. */
export async function describeAdoption({ client }: Pick<TableContext, "client">, inputs: TableInputs): Promise<string> {
    const found = await getTable(client, inputs.name);
    if (!found) return "there is no table of that name to adopt: creates it";
    return adoptionText(planAdoption(found, inputs, client.quote));
}
