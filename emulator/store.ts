import type { Clock, ClockState } from "./clock";
import { withoutKeystore, type Connection } from "./model/connection";
import { checkpointKey, type Checkpoint } from "./model/checkpoints";
import { isTerminal, type Job } from "./model/job";
import type { Table } from "./model/table";
import { DEFAULT_RULES, type Rules } from "./rules";

export type ProjectState = "running" | "paused";

/** One project's objects; projects see nothing of each other. */
export interface Project {
    readonly id: string;
    /** The rules of the emulator, which hold for all projects. */
    readonly rules: Rules;
    state: ProjectState;
    readonly connections: Map<string, Connection>;
    readonly jobs: Map<string, Job>;
    readonly tables: Map<string, Table>;
    readonly checkpoints: Map<string, Checkpoint>;
    /** Jobs that have a status change ahead of them. */
    readonly unsettled: Set<Job>;
    /** Streaming jobs that are not in a terminal status, by target table. */
    readonly feeding: Map<string, Job>;
}

/** All that outlives a restart when a data file is used. */
export interface Snapshot {
    format: 1;
    salt: string;
    clock: ClockState;
    projects: {
        id: string;
        /** Absent in files of versions that could not pause. */
        state?: ProjectState;
        connections: Connection[];
        jobs: Job[];
        tables: Table[];
        checkpoints: Checkpoint[];
    }[];
}

const emptyProject = (id: string, rules: Rules): Project => ({
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

export class Store {
    readonly projects = new Map<string, Project>();
    readonly rules: Rules;

    constructor(
        readonly salt: string,
        readonly clock: Clock,
        readonly startRules: Rules = DEFAULT_RULES,
    ) {
        this.rules = { ...startRules };
    }

    addProject(id: string): void {
        if (!this.projects.has(id)) {
            this.projects.set(id, emptyProject(id, this.rules));
        }
    }

    clear(): void {
        for (const id of this.projects.keys()) {
            this.projects.set(id, emptyProject(id, this.rules));
        }
        Object.assign(this.rules, this.startRules);
        this.clock.reset();
    }

    snapshot(): Snapshot {
        const projects = [...this.projects.values()].map((project) => ({
            id: project.id,
            state: project.state,
            connections: [...project.connections.values()],
            jobs: [...project.jobs.values()],
            tables: [...project.tables.values()],
            checkpoints: [...project.checkpoints.values()],
        }));
        return { format: 1, salt: this.salt, clock: this.clock.state, projects };
    }

    restore(snapshot: Snapshot): void {
        this.clock.restore(snapshot.clock);
        for (const saved of snapshot.projects) {
            const project = emptyProject(saved.id, this.rules);
            project.state = saved.state ?? "running";
            saved.connections.forEach((connection) =>
                project.connections.set(connection.name, withoutKeystore(connection, this.salt)),
            );
            saved.tables.forEach((table) => project.tables.set(table.name, table));
            saved.checkpoints.forEach((point) =>
                project.checkpoints.set(checkpointKey(point.tableName, point.topic), point),
            );
            for (const job of saved.jobs) {
                project.jobs.set(job.id, job);
                if (job.transitions.length > 0) {
                    project.unsettled.add(job);
                }
                if (job.type === "streaming" && !isTerminal(job.executionStatus)) {
                    project.feeding.set(job.tableName, job);
                }
            }
            this.projects.set(project.id, project);
        }
    }
}
