import type { z } from "zod";
import type { Client } from "../client/client";
import type { Problem } from "../schemas/shape";
import type { Properties } from "./json";
import { fingerprintsInput } from "./secrets";
import type { SecretPath } from "./secrets";

/** Inputs that are not arguments: what the base class and the check add. */
export const carried: readonly string[] = ["__provider", "project", "projectId", "timeouts", fingerprintsInput];

export interface Context {
    readonly client: Client;
    /** Tells the user of a change of state, with the resource's name before it. */
    readonly say: (line: string) => void;
    /** The time limit of this operation. */
    readonly limitMs: number;
}

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
}

/** What one kind of resource adds to the lifecycle that all share. */
export interface Kind {
    readonly noun: string;
    /** The permission that a 403 asks for. */
    readonly permission: string;
    readonly schema: z.ZodObject;
    /** What arguments have to fulfil together. */
    readonly problems: (given: Properties, isUnknown: (value: unknown) => boolean) => Problem[];
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
    /** Whether the state is of an object that was made, so that it can be told by its facts. */
    readonly isComplete: (state: Properties) => boolean;
    /** What a planned change does to running ingestion, in words. */
    readonly effects: (state: Properties, inputs: Properties, planned: Planned) => string[];
    readonly create: (context: Context, inputs: Properties) => Promise<Properties>;
    /** Undefined where the object is gone. */
    readonly read: (context: Context, id: string, state: Properties) => Promise<Found | undefined>;
    readonly update: (
        context: Context,
        state: Properties,
        inputs: Properties,
        changed: readonly string[],
    ) => Promise<Properties>;
    readonly delete: (context: Context, state: Properties) => Promise<void>;
}

/** All arguments as a state holds them, those that it lacks included. */
export const argumentsIn = ({ schema }: Kind, state: Properties): Properties =>
    Object.fromEntries(Object.keys(schema.shape).map((name) => [name, state[name]]));
