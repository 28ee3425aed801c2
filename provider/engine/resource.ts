import type { z } from "zod";
import type { Client } from "../api/client";
import type { Problem } from "../values/shape";
import type { Properties } from "../values/json";
import { fingerprintsInput } from "./secrets";
import type { SecretPath } from "./secrets";
import type { Declaration } from "./session";

/** Inputs that are not arguments: what the base class and the check add. */
export const carried: readonly string[] = ["__provider", "project", "projectId", "timeouts", fingerprintsInput];

export interface Context {
    readonly client: Client;
    /** Tells the user of a change of state, with the resource's name before it. */
    readonly say: (line: string) => void;
    /** The time limit of this operation. */
    readonly limitMs: number;
    /** What the program declares in the same project, as far as the engine has come to it. */
    readonly declaration: Declared;
    /**
     * The arguments in state, where a create is of an object that this program's own state has already: the engine
     * replaces a resource also where no argument of it asks for that (`replaceWith`).
     */
    readonly replacedInputs: Properties | undefined;
    /** The object of this id that an entry of the state is about after this run, as far as the run has come. */
    readonly heldObject: unknown;
}

/** Finds what the program declares in the project of a resource, by noun and Pulumi id. */
export type Declared = (noun: string, id: string) => Declaration | undefined;

/** What there is, as far as arguments of the program can describe it, and the facts that only the API knows. */
export interface Found {
    readonly actual: Properties;
    readonly facts: Properties;
    /** Whether what cannot be read back is still what this resource wrote. */
    readonly secretsKnown: boolean;
}

export interface Planned {
    readonly changed: readonly string[];
    readonly replaces: readonly string[];
    readonly declaration: Declared;
}

type IsUnknown = (value: unknown) => boolean;

/** What one kind of resource adds to the lifecycle that all share. */
export interface Kind {
    readonly noun: string;
    /** The permission that a 403 asks for. */
    readonly permission: string;
    readonly schema: z.ZodObject;
    /** What arguments have to fulfil together; `olds` are the arguments in state, none where a create is planned. */
    readonly problems: (given: Properties, isUnknown: IsUnknown, olds: Properties, declaration: Declared) => Problem[];
    /** What is likely a mistake in valid arguments: reported where a create or a change is planned. */
    readonly warnings: (given: Properties, isUnknown: IsUnknown) => Problem[];
    /** Arguments of which a change makes another object; the others are updated in place. */
    readonly replacedBy: readonly string[];
    /** Arguments that say how this provider works; a change of one changes nothing at Imply Polaris. */
    readonly inert: readonly string[];
    /** Where secrets are among the arguments. */
    readonly secrets: readonly SecretPath[];
    /** Brings valid arguments into the form that is kept. */
    readonly normalize: (given: Properties) => Properties;
    /** The Pulumi id, which never changes for one object. */
    readonly idOf: (inputs: Properties) => string;
    /** Which object the state is about, of those that have this id one after another; undefined if none was made. */
    readonly objectOf: (state: Properties) => unknown;
    /** What a planned change does to running ingestion, in words. */
    readonly effects: (state: Properties, inputs: Properties, planned: Planned) => string[];
    /** The same of a planned create. */
    readonly createEffects: (inputs: Properties, isUnknown: IsUnknown) => string[];
    readonly create: (context: Context, inputs: Properties) => Promise<Properties>;
    /** Undefined where the object is gone. */
    readonly read: (context: Context, id: string, state: Properties) => Promise<Found | undefined>;
    readonly update: (
        context: Context,
        state: Properties,
        inputs: Properties,
        changed: readonly string[],
        changedSecrets: readonly SecretPath[],
    ) => Promise<Properties>;
    readonly delete: (context: Context, state: Properties) => Promise<void>;
}

/** All arguments as a state holds them, those that it lacks included. */
export const argumentsIn = ({ schema }: Kind, state: Properties): Properties =>
    Object.fromEntries(Object.keys(schema.shape).map((name) => [name, state[name]]));
