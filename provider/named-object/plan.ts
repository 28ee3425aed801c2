import type { Change, Recorded } from "../engine/resource";
import type { SecretPath } from "../engine/secrets";
import { when } from "../values/sentences";
import type { Write } from "./named-kind";

/** A step that an update of every kind can take. */
export type NamedStep =
    /** Looks for the object of a create without an answer, and creates it where there is none. */
    | { readonly kind: "confirm" }
    /** Sends what differs. */
    | ({ readonly kind: "update" } & Write);

export const isNamedStep = (step: { readonly kind: string }): step is NamedStep =>
    step.kind === "confirm" || step.kind === "update";

/** The steps that bring changes to an object, and what a failed operation may not have brought to it (`owed`). */
export function planWrite(
    { unconfirmed, unfinished }: Recorded,
    change: Pick<Change, "names" | "secrets">,
    owed: readonly string[],
    secrets: readonly SecretPath[],
): NamedStep[] {
    const isUnconfirmed = unconfirmed !== undefined;
    const owedNames = unfinished === undefined || isUnconfirmed ? [] : owed;
    const owedSecrets = secrets.filter(([name = ""]) => owedNames.includes(name));
    const names = [...new Set([...change.names, ...owedNames])];
    const write = { names, secrets: [...change.secrets, ...owedSecrets], owed: owedNames };
    return [
        ...(isUnconfirmed ? [{ kind: "confirm" } as const] : []),
        ...(names.length > 0 ? [{ kind: "update", ...write } as const] : []),
    ];
}

export const confirmSentence = (objectNoun: string): string =>
    `the last create was not confirmed: looks for its ${objectNoun}, and creates it if there is none`;

export const owedSentences = (objectNoun: string, { owed }: Write): string[] =>
    when(owed.length > 0, `the last operation failed: brings ${owed.join(", ")} to the ${objectNoun} where it differs`);
