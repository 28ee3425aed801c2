import type { Clock, ClockState } from "./clock";
import { checkpointKey, type Checkpoint } from "./model/checkpoint";
import { withoutKeystore, type Connection } from "./model/connection";
import { isTerminal, type Job } from "./model/job";
import { emptyProject, type Project, type ProjectState } from "./model/project";
import type { Stream } from "./model/stream";
import type { Table } from "./model/table";
import { DEFAULT_RULES, type Rules } from "./rules";

/** Everything that a data file preserves over a restart. */
export interface Snapshot {
    format: 1;
    salt: string;
    clock: ClockState;
    projects: {
        id: string;
        /** Absent in files of versions without pauses. */
        state?: ProjectState;
        connections: Connection[];
        jobs: Job[];
        tables: Table[];
        checkpoints: Checkpoint[];
    }[];
    /** Only with a Druid behind the emulator. */
    streams?: Stream[];
}

export class Store {
    readonly projects = new Map<string, Project>();
    readonly rules: Rules;
    /** Secrets in plain text, by their fingerprints; only with a Druid behind the emulator. */
    vault: Map<string, string> | undefined;
    /** How far Druid has read into each table, by the table's name. */
    readonly streams = new Map<string, Stream>();

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
        this.streams.clear();
        this.vault?.clear();
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
        return { format: 1, salt: this.salt, clock: this.clock.state, projects, ...this.#streams() };
    }

    #streams = () => (this.streams.size === 0 ? {} : { streams: [...this.streams.values()] });

    restore(snapshot: Snapshot): void {
        snapshot.streams?.forEach((stream) => this.streams.set(stream.tableName, stream));
        this.clock.restore(snapshot.clock);
        for (const entry of snapshot.projects) {
            const project = emptyProject(entry.id, this.rules);
            project.state = entry.state ?? "running";
            entry.connections.forEach((connection) =>
                project.connections.set(connection.name, withoutKeystore(connection, this.salt)),
            );
            entry.tables.forEach((table) => project.tables.set(table.name, table));
            entry.checkpoints.forEach((point) =>
                project.checkpoints.set(checkpointKey(point.tableName, point.topic), point),
            );
            for (const job of entry.jobs) {
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
