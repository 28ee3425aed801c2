import type { Client } from "../api/client";
import type { Once } from "../api/retry";
import type { Failure } from "../engine/errors";
import type { Context, Recorded, State } from "../engine/resource";
import type { SecretPath } from "../engine/secrets";
import type { Properties } from "../values/json";
import type { Written } from "./writers";

/** The arguments that the life of every object looks at. */
export type NamedInputs = Properties & {
    readonly name: string;
    readonly adopt?: boolean | "unchanged" | undefined;
};

/** What the state of every object records, beside the facts of its kind. */
export type NamedFacts = {
    /** When this resource last wrote the object. */
    readonly modifiedOnTimestamp: string;
    /** A later write of another user, which a refresh has shown. */
    readonly seenOnTimestamp: string | undefined;
};

/** An object as the API shows it. */
export type Shown = Written & { readonly type: string };

export type NamedContext<Inputs> = Context<Inputs, NamedFacts>;
export type NamedState<Inputs> = State<Inputs, NamedFacts>;

/** What is known of an object: its state, the arguments in it, or nothing where it is adopted. */
export type Known<Inputs> = Partial<Inputs> & Partial<NamedFacts & Recorded>;

/** What an update has to bring to an object. */
export interface Write {
    /** Arguments that are sent if they differ from what is there. */
    readonly names: readonly string[];
    /** Secrets that are sent; others stay as they are. */
    readonly secrets: readonly SecretPath[];
    /** Arguments among them that an earlier operation may not have brought to the object. */
    readonly owed: readonly string[];
    /** Whether the object is written also where it does not differ. */
    readonly isTouched?: boolean;
}

/** What the kind of an object adds to the sentence and the write of an adoption. */
export interface AdoptionPart {
    readonly notes: readonly string[];
    /** Arguments to write though they do not differ. */
    readonly names?: readonly string[];
    readonly isTouched?: boolean;
}

/** A kind of object that the API creates, finds and changes by its name: what it adds to the life that all share. */
export interface NamedKind<Inputs extends NamedInputs, Found extends Shown> {
    /** In the words of messages, such as "table". */
    readonly objectNoun: string;
    readonly codes: Readonly<Record<"exists" | "differs" | "changed" | "gone", Failure["code"]>>;
    readonly secrets: readonly SecretPath[];
    /** The declared type, which cannot be changed. */
    readonly typeOf: (inputs: Inputs) => string;
    readonly get: (client: Client, name: string) => Promise<Found | undefined>;
    readonly create: (client: Client, inputs: Inputs, once: Once<Found>) => Promise<Found>;
    /** The failure of a create whose name is taken where no object of the project has it. */
    readonly nameTaken?: Failure;
    /** Waits for the end of an object that is going away; false for one that stays. */
    readonly awaitEnd?: (context: NamedContext<Inputs>, found: Found) => Promise<boolean>;
    /**
     * Sends what is to be written and differs from what `find` shows; `known` is empty for an adoption. Undefined where
     * the object does not exist any more.
     */
    readonly write: (
        context: NamedContext<Inputs>,
        write: Write,
        inputs: Inputs,
        known: Known<Inputs>,
        find: () => Promise<Found>,
    ) => Promise<Found | undefined>;
    /** Whether the secrets, which cannot be read back, are known after a write of what was there before. */
    readonly knowsSecrets?: (
        context: NamedContext<Inputs>,
        write: Write,
        inputs: Inputs,
        known: Known<Inputs>,
        before: Found,
    ) => boolean;
    /** Whether a write could overwrite a change of this argument by another user. */
    readonly mayOverwrite: (name: string, write: Write, found: Found, known: Known<Inputs>) => boolean;
    /** Arguments in which an object differs from given ones. */
    readonly differences: (found: Found, inputs: Partial<Inputs>) => string[];
    /** The lasting facts: which object it is, and when this resource wrote it last. */
    readonly factsOf: (found: Found, client: Client) => Pick<NamedFacts, "modifiedOnTimestamp"> & Properties;
    /** Tells apart the objects that had a name one after another. */
    readonly objectOf: (facts: Properties) => unknown;
    /** How an adoption proceeds with what differs; a refusal by `differs`. */
    readonly adoption: (
        found: Found,
        inputs: Inputs,
        differing: readonly string[],
        differs: (what: string, cure: string) => Failure,
    ) => AdoptionPart | Failure;
}
