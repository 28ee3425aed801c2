import type { defineResource } from "../engine/define-resource";
import type { Session } from "../engine/session";
import type { Properties } from "../values/json";
import type { ExistingProject } from "./existing";

export type Handler = ReturnType<typeof defineResource>;

export type Path = readonly [string, ...string[]];

/** What names an object: no two of a kind have the same id in one project. */
export type Kind = "connection" | "job" | "table";

/** An object of the project for which there is a resource. */
export interface Candidate {
    /** The Pulumi id. */
    readonly id: string;
    /** What the state records of the object beyond what a refresh without a state would find. */
    readonly known: Properties;
    /** Why it cannot be imported, if it cannot. */
    readonly fault?: string;
}

/** A secret that the object has, and that Imply Polaris never shows. */
export interface HiddenSecret {
    /** Where it is among the arguments. */
    readonly path: Path;
    /** The end of the name of its variable, such as `password`. */
    readonly word: string;
    /** What has the same secret, as one user has one password on one cluster; undefined where that is not known. */
    readonly login?: string | undefined;
    /** A value that the resource accepts, for previews before the secret is known. */
    readonly placeholder: string;
    /** What the state lacks while the secret is not known. Default: the secret alone. */
    readonly unknownPath?: Path;
    /** Whether it cannot be known at the time of the import, even where its variable is set. */
    readonly isNeverKnown?: boolean;
}

/** An argument that is the id of another object. */
export interface Reference {
    readonly path: Path;
    readonly kind: Kind;
}

/** A text among the arguments that is a file beside the program. */
export interface TextFile {
    readonly path: Path;
    /** The file is called by the object and this, such as `orders-truststore.pem`. */
    readonly ending: string;
}

/** What the import has to know of one kind of resource. */
export interface ImportNoun {
    /** The class. */
    readonly noun: string;
    readonly kind: Kind;
    readonly handler: (session: Session) => Handler;
    readonly candidates: (project: ExistingProject) => Candidate[];
    /** The arguments as a person would write them, from those that mean the same in the shortest way. */
    readonly spell?: (args: Properties, id: string, project: ExistingProject) => Properties;
    readonly hiddenSecrets?: (args: Properties) => HiddenSecret[];
    readonly references?: (args: Properties) => Reference[];
    readonly textFiles?: readonly TextFile[];
    /** What the first `up` does once for what a program declares, as no state records it yet. */
    readonly firstUpdate?: (declared: Properties) => string | undefined;
}
