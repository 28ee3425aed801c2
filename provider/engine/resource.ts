import type { z } from "zod";
import type { Client } from "../api/client";
import type { Problem } from "../values/shape";
import type { Properties } from "../values/json";
import type { Declaration } from "./declarations";
import type { Operation } from "./errors";
import type { SecretPath } from "./secrets";

/** Inputs that are not arguments: what the base class and the check add. */
export const addedInputs: readonly string[] = [
    "__provider",
    "project",
    "projectId",
    "timeouts",
    "fingerprints",
    // The check uses them and drops them: state does not hold them.
    "__resourceName",
    "__classes",
    "__isPreview",
];

/**
 * What the state of every resource records beside its arguments and the facts of its kind. A type and no interface, as
 * those are not assignable to Properties.
 */
export type Recorded = {
    readonly projectId: string;
    readonly baseUrl: string;
    /** Tells the entries of a state apart that are about one object, as after a rename. */
    readonly entryId?: string;
    /** Set while nobody knows whether the object was created: when that was tried, an ISO 8601 interval. */
    readonly unconfirmed?: string;
    /** The operation that failed with the object kept. A refresh clears the engine's own mark, and not this one. */
    readonly unfinished?: Operation;
    /**
     * Beside `unfinished`: arguments that may not have reached Imply Polaris. Without it, as version 0.1.0 wrote it, all
     * may be.
     */
    readonly owed?: readonly string[];
    /** Salted fingerprints of secrets that environment variables hold, by the path of the argument. */
    readonly fingerprints?: Readonly<Record<string, string>>;
};

/** What a failure leaves in state, and a success removes from it. */
export const unfinishedFacts = ["unconfirmed", "unfinished", "owed"] as const;

/** A resource's state: its arguments, the facts about its object, and what every state records. */
export type State<Inputs, Facts> = Inputs & Partial<Facts> & Recorded;

/** Finds what the program declares in the project of a resource, by noun and Pulumi id, as far as the run has come. */
export type Declared = (noun: string, id: string) => Declaration | undefined;

/** What a program and its configuration say besides the arguments. */
export interface ProgramFacts {
    /** The address of the API. */
    readonly baseUrl: string;
    /** The classes of the resources whose outputs arguments are, by the paths of these arguments. */
    readonly classes: Readonly<Record<string, unknown>>;
}

/** What differs between the state and the arguments of the program. */
export interface Change {
    /** Arguments with a new value that has to reach Imply Polaris. */
    readonly names: readonly string[];
    /** Arguments that change to a value that is not known in this preview. */
    readonly unknown: readonly string[];
    /** Secrets with a new value. */
    readonly secrets: readonly SecretPath[];
    readonly declared: Declared;
}

/** What an operation works with. */
export interface Context<Inputs, Facts> {
    readonly client: Client;
    /** Prints a line under the resource's name, once a run. */
    readonly log: (line: string) => void;
    /** The time limit of this operation (`customTimeouts`). */
    readonly limitMs: number;
    readonly declared: Declared;
    /**
     * The arguments in state, where a create is of an object that this program's own state has already: the engine
     * replaces a resource also where no argument of it asks for that (`replaceWith`).
     */
    readonly replacedInputs: Inputs | undefined;
    /**
     * The state of another object of the project, where this process has read it and knows all of its secrets: texts of
     * the API that quote them are masked.
     */
    readonly knownState: (noun: string, id: string) => Properties | undefined;
    /** The object of this id that an entry of the state is about after this run, as far as the run has come. */
    readonly heldObject: unknown;
    /**
     * Records facts about the object. If the operation fails after that, they are kept in state, with the arguments of
     * the operation, or with `args` where the object has others at that point.
     */
    readonly saveState: (facts: Partial<Facts & Recorded>, args?: Inputs) => void;
}

/** What Imply Polaris has, as far as arguments of the program can describe it, and the facts that only the API knows. */
export interface Found<Facts> {
    readonly actual: Properties;
    readonly facts: Partial<Facts & Recorded>;
    /** Whether the secrets, which cannot be read back, are still those that this resource wrote. */
    readonly secretsKnown: boolean;
}

/** What one kind of resource adds to the lifecycle that all share. */
export interface Resource<Inputs extends Properties, Facts extends Properties, Step> {
    readonly noun: string;
    /** What the Pulumi id names: the resource's name in the program may be another one. */
    readonly objectNoun: string;
    /** The permission that the API key needs. */
    readonly permission: string;
    readonly schema: z.ZodObject<Record<string, z.ZodType>>;
    /**
     * What the arguments have to fulfil together; `olds` are the arguments in state, none where a create is planned or
     * the project changes.
     */
    readonly problems: (given: Properties, olds: Properties, declared: Declared, facts: ProgramFacts) => Problem[];
    /** What is likely a mistake in valid arguments: reported where a create or a change is planned. */
    readonly warnings: (given: Properties, declared: Declared) => Problem[];
    /** Arguments whose change replaces the object; the others are updated in place. */
    readonly replaceOnChanges: readonly string[];
    /** Arguments that say how this provider works; a change of one changes nothing at Imply Polaris. */
    readonly localArguments: readonly string[];
    /** The paths of the secrets among the arguments. */
    readonly secrets: readonly SecretPath[];
    /** Brings valid arguments into the form that state holds. */
    readonly normalize: (given: Properties) => Properties;
    /** The Pulumi id, which never changes for one object. */
    readonly idOf: (inputs: Inputs) => string;
    /** Tells apart the objects that had this id one after another; undefined if none was created. */
    readonly objectOf: (state: Partial<State<Inputs, Facts>>) => unknown;
    /** The objects, by noun and Pulumi id, without which the engine leaves out a resource that declares this one. */
    readonly needs: (state: State<Inputs, Facts>) => readonly (readonly [noun: string, id: string])[];
    /** The steps that bring the object from its state to the arguments: described by a preview, run by an update. */
    readonly plan: (state: State<Inputs, Facts>, inputs: Inputs, change: Change) => Step[];
    /** A step in words: what it does to running ingestion. */
    readonly describe: (step: Step, state: State<Inputs, Facts>, inputs: Inputs, change: Change) => string[];
    /** A replacement in words, for the first of the arguments that cause it; throws the failure that refuses it. */
    readonly describeReplacement: (cause: string, state: State<Inputs, Facts>, inputs: Inputs) => string;
    /**
     * What a planned create does that the program may not expect, in words. What is only said in previews keeps the
     * output of many creates at once short.
     */
    readonly createNotes: (inputs: Inputs, isPreview: boolean) => string[];
    /** What a planned create with `adopt` will find and do, in words; sends reads only. */
    readonly describeAdoption: (
        context: Pick<Context<Inputs, Facts>, "client" | "declared">,
        inputs: Inputs,
    ) => Promise<string>;
    readonly create: (context: Context<Inputs, Facts>, inputs: Inputs) => Promise<void>;
    /** Undefined where the object does not exist any more; without a state for `Resource.get()`. */
    readonly read: (
        context: Context<Inputs, Facts>,
        id: string,
        state: State<Inputs, Facts> | undefined,
    ) => Promise<Found<Facts> | undefined>;
    readonly run: (
        context: Context<Inputs, Facts>,
        steps: readonly Step[],
        state: State<Inputs, Facts>,
        inputs: Inputs,
        change: Change,
    ) => Promise<void>;
    readonly delete: (context: Context<Inputs, Facts>, state: State<Inputs, Facts>) => Promise<void>;
}
