import type { Quote } from "../api/errors";
import { Failure } from "../engine/errors";
import { isUnknown } from "../values/unknown";
import type { NamedInputs, NamedKind, Shown } from "./named-kind";
import { creatorOf } from "./writers";

export const refreshCure = "run `pulumi refresh` to see the differences, then `pulumi up` again";

type Names = Pick<NamedKind<never, never>, "codes" | "objectNoun">;

/** An object that exists, and that the create does not take over. */
export const existsFailure = (
    { codes, objectNoun }: Names,
    found: Shown,
    { cure, details }: { readonly cure: string; readonly details: readonly string[] },
    quote: Quote,
): Failure =>
    new Failure(codes.exists, `a ${objectNoun} of that name exists already`, cure, [
        quote(`it is of type ${found.type}, ${creatorOf(found)}`),
        ...details,
    ]);

/** The refusal of an object of another type than the declared one. */
export function otherTypeFailure<Inputs extends NamedInputs>(
    kind: Names & Pick<NamedKind<Inputs, never>, "typeOf">,
    found: Shown,
    inputs: Inputs,
    quote: Quote,
): Failure | undefined {
    const type = kind.typeOf(inputs);
    if (found.type === type || isUnknown(type)) return undefined;
    const cure = "choose another name, as its type cannot be changed";
    return existsFailure(kind, found, { cure, details: [] }, quote);
}

export const goneFailure = ({ codes, objectNoun }: Names): Failure =>
    new Failure(
        codes.gone,
        `the ${objectNoun} does not exist any more`,
        "run `pulumi refresh`, then `pulumi up` again to create it",
    );
