import type { Client } from "../api/client";
import type { Quote } from "../api/errors";
import { adoptionText, otherOwners } from "../engine/adoption";
import type { Adoption } from "../engine/adoption";
import { Failure } from "../engine/errors";
import { valueAt } from "../values/json";
import { when } from "../values/sentences";
import { hasUnknown } from "../values/unknown";
import { otherTypeFailure } from "./failures";
import type { NamedKind, NamedInputs, Shown, Write } from "./named-kind";
import { creatorOf } from "./writers";

interface NamedAdoption extends Adoption {
    /** Undefined where the object stays as it is. */
    readonly write: Write | undefined;
}

/** The write of some arguments with their secrets. */
export const writeOf = (secrets: Write["secrets"], names: readonly string[], isTouched = false): Write => ({
    names,
    secrets: secrets.filter(([name = ""]) => names.includes(name)),
    owed: [],
    isTouched,
});

/** How a create takes over an object that exists: writes where it differs, or where that cannot be known. */
export function planAdoption<Inputs extends NamedInputs, Found extends Shown>(
    kind: NamedKind<Inputs, Found>,
    found: Found,
    inputs: Inputs,
    quote: Quote,
): NamedAdoption | Failure {
    const refusal = otherTypeFailure(kind, found, inputs, quote);
    if (refusal) return refusal;
    const isUnchanged = inputs.adopt === "unchanged";
    const { codes, objectNoun, secrets } = kind;
    const creator = quote(creatorOf(found));
    const differs = (what: string, cure: string) =>
        new Failure(codes.differs, `the ${objectNoun} of that name, ${creator}, differs in ${quote(what)}`, cure);
    const isKnown = (name: string) => !hasUnknown(valueAt(inputs, [name]));
    const notSame = kind.differences(found, inputs);
    const [differing, unknown] = [notSame.filter(isKnown), notSame.filter((name) => !isKnown(name))];
    if (isUnchanged && differing.length > 0) {
        const cure = 'declare it as it is, or set adopt: true, which changes it ("unchanged" does not)';
        return differs(differing.join(", "), cure);
    }
    const part = kind.adoption(found, inputs, differing, differs);
    if (part instanceof Failure) return part;
    const outcome = isUnchanged ? "`up` refuses it" : "it is updated";
    const notes = [
        ...when(differing.length > 0, `updates ${differing.join(", ")}`),
        ...part.notes,
        ...when(unknown.length > 0, `not known yet: ${unknown.join(", ")}, and so whether ${outcome}`),
    ];
    const adopts = `adopts the ${objectNoun} ${creator}`;
    const isAsItIs = isUnchanged || notes.length === 0;
    const names = [...new Set([...differing, ...(part.names ?? [])])];
    return {
        sentence: isAsItIs
            ? [`${adopts}, as it is: ${otherOwners}`, ...notes].join("; ")
            : `${adopts}: ${notes.join("; ")}`,
        write: names.length > 0 || part.isTouched ? writeOf(secrets, names, part.isTouched) : undefined,
    };
}

/** What a create with `adopt` will do, as far as the object shows now. */
export async function describeAdoption<Inputs extends NamedInputs, Found extends Shown>(
    kind: NamedKind<Inputs, Found>,
    client: Client,
    inputs: Inputs,
): Promise<string> {
    const found = await kind.get(client, inputs.name);
    if (!found) return `there is no ${kind.objectNoun} of that name to adopt: creates it`;
    return adoptionText(planAdoption(kind, found, inputs, client.quote));
}
