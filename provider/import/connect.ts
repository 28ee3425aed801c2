import { Client } from "../api/client";
import { readConfiguration } from "../config";
import type { Configuration } from "../config";
import { Mask } from "../values/mask";
import { readProject } from "./existing";
import type { ExistingProject } from "./existing";
import { isWanted } from "./filter";
import type { Filter } from "./filter";
import { select } from "./select";
import type { Selection } from "./select";
import { SnapshotSession } from "./snapshot";

export interface FoundProject extends Selection {
    readonly configuration: Configuration;
    readonly project: ExistingProject;
}

/** Reads the configured project, and selects what of it is wanted. Sends reads only. */
export async function findObjects(
    settings: ReadonlyMap<string, string>,
    filter: Filter,
    progress: (text: string) => void,
): Promise<FoundProject> {
    const lookup = (key: string) => settings.get(key);
    const configuration = readConfiguration(lookup, process.env);
    const job = (name: string) => isWanted(filter, name);
    const wanted = { job, table: (name: string) => filter.tables && job(name) };
    const client = new Client(configuration, new Mask());
    try {
        const project = await readProject(client, wanted, progress);
        const session = new SnapshotSession(configuration, project);
        session.clients.configure(lookup);
        progress("compares what was read with the resources");
        const selection = await select(project, session, filter);
        return { ...selection, configuration, project };
    } finally {
        client.close();
    }
}
