import type { z } from "zod";
import type { Context, Resource, State } from "../engine/resource";
import type { NamedFacts, NamedInputs, Write } from "../named-object/named-kind";
import type { Properties } from "../values/json";
import type { StreamKind } from "./stream";

/** The arguments that the life of every connection looks at. The schema of a type says what the others are. */
export type ConnectionInputs = NamedInputs & {
    readonly testConnection?: "warn" | "error" | "off" | undefined;
};

/** What the state records of a connection besides its arguments. */
export type ConnectionFacts = NamedFacts & {
    readonly submittedByUser: { readonly username: string; readonly userId: string } | undefined;
    readonly submittedOnTimestamp: string;
    /** The address to which producers post events, of a connection of type `push_streaming`. */
    readonly endpointUrl: string | undefined;
};

export type ConnectionState = State<ConnectionInputs, ConnectionFacts>;
export type ConnectionContext = Context<ConnectionInputs, ConnectionFacts>;

/** A member whose parts the API takes one by one, and of which it does not show all. */
export interface MemberInParts {
    /** The member as POST takes it. */
    readonly body: (declared: unknown) => unknown;
    /** What PATCH has to carry of it; undefined where nothing differs. */
    readonly change: (write: Write, declared: unknown, recorded: unknown, found: unknown) => unknown;
    /** What there is of it, with the parts that are not shown as the state records them. */
    readonly actual: (found: unknown, recorded: unknown) => Properties;
    /** What to report where a change clears these paths. */
    readonly clearedNote: (paths: readonly string[]) => string | undefined;
}

/** What can be reached with a connection, in the words of messages. */
export interface Destination {
    readonly code: "PolarisTopicUnreachable" | "PolarisSourceUnreachable";
    /** Such as "the topic". */
    readonly noun: string;
    /** The arguments to look at where it cannot be reached, as a list in words. */
    readonly checked: string;
    /** Arguments after whose change it is tested. */
    readonly names: readonly string[];
    /** Whether Imply Polaris assumes an IAM role to reach it. */
    readonly assumesRole: (inputs: ConnectionInputs) => boolean;
}

type Rules = Pick<
    Resource<ConnectionInputs, ConnectionFacts, never>,
    "problems" | "warnings" | "normalize" | "secrets"
>;

/** What one type of connection is to the jobs that read it. Apart from the type, which has the schemas to load. */
export interface ConnectionKind {
    readonly noun: string;
    /** The API's word for the type. */
    readonly type: string;
    /** Arguments that running jobs have read at their start, and do not read again. */
    readonly jobNames: readonly string[];
    /** What streaming jobs read; undefined where a connection of this type cannot feed one. */
    readonly stream: StreamKind | undefined;
}

/** What one type of connection adds to the life that all share. */
export interface ConnectionType extends Rules, ConnectionKind {
    /** The arguments that Imply Polaris stores. */
    readonly object: z.ZodObject<Record<string, z.ZodType>>;
    /** All arguments. */
    readonly schema: z.ZodObject<Record<string, z.ZodType>>;
    /** The members of which PATCH repeats the default of create: an absent value could be taken for it. */
    readonly repeatedDefaults: Properties;
    readonly inParts: Readonly<Record<string, MemberInParts>>;
    /** Undefined where there is nothing to reach. */
    readonly destination: Destination | undefined;
}
