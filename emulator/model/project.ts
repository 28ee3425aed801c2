import type { Rules } from "../rules";
import type { Checkpoint } from "./checkpoint";
import type { Connection } from "./connection";
import type { Health, Job } from "./job";
import type { Table } from "./table";

export type ProjectState = "running" | "paused";

/** The health of the jobs of a paused project. */
export const PAUSED: Health = { status: "error", code: "internal_error", message: "The project is paused." };

/** The objects of one project; no other project sees them. */
export interface Project {
    readonly id: string;
    /** The rules of the emulator, which hold for all projects. */
    readonly rules: Rules;
    state: ProjectState;
    readonly connections: Map<string, Connection>;
    readonly jobs: Map<string, Job>;
    readonly tables: Map<string, Table>;
    readonly checkpoints: Map<string, Checkpoint>;
    /** Jobs with a status change to come. */
    readonly unsettled: Set<Job>;
    /** Streaming jobs that are not in a terminal status, by target table. */
    readonly feeding: Map<string, Job>;
}

export const emptyProject = (id: string, rules: Rules): Project => ({
    id,
    rules,
    state: "running",
    connections: new Map(),
    jobs: new Map(),
    tables: new Map(),
    checkpoints: new Map(),
    unsettled: new Set(),
    feeding: new Map(),
});
