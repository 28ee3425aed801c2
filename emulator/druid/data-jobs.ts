/** Jobs that drop a table, delete data, or restore what was deleted softly. */
import type { Job } from "../model/job";
import type { Project } from "../model/project";
import type { Stream } from "../model/stream";
import { createJob } from "../schemas/jobs";
import type { Store } from "../store";
import type { Cluster } from "./cluster";
import { drain, forgetOffsets } from "./offsets";
import { sleep } from "./wait";

interface Place {
    cluster: Cluster;
    store: Store;
    project: Project;
    stream: Stream;
}

const POLL_MS = 250;
const LIMIT_MS = 60_000;

const always = () => true;

/** Druid's coordinator tells it to those who answer queries a few seconds later. */
async function waitUntilGone(cluster: Cluster, table: string, interval?: string): Promise<void> {
    const endMs = Date.now() + LIMIT_MS;
    const isThere = async () =>
        (await cluster.countRows(table, interval)) > 0 || (interval === undefined && (await cluster.hasData(table)));
    while (Date.now() < endMs && (await isThere())) {
        await sleep(POLL_MS);
    }
}

/** Removes all published rows of a table; with `isSoft`, they can be restored. */
export async function removeRows(cluster: Cluster, tableName: string, isSoft: boolean): Promise<void> {
    await cluster.dropSegments(tableName);
    await waitUntilGone(cluster, tableName);
    if (!isSoft) {
        await cluster.kill(tableName);
    }
}

async function dropTable(place: Place, isSoft: boolean): Promise<void> {
    const { cluster, store, project, stream } = place;
    const { tableName } = stream;
    if (project.rules.checkpointAfterDrop === "removed") {
        // Druid keeps the offsets of a table that is gone, and a table of the same name would continue there.
        await forgetOffsets(cluster, tableName);
        store.streams.delete(tableName);
    } else {
        await cluster.terminate(tableName);
    }
    await removeRows(cluster, tableName, isSoft);
}

async function deleteIntervals({ cluster, stream }: Place, intervals: string[], isSoft: boolean): Promise<void> {
    for (const interval of intervals) {
        await cluster.markSegments(stream.tableName, "markUnused", interval);
        await waitUntilGone(cluster, stream.tableName, interval);
        if (!isSoft) {
            await cluster.kill(stream.tableName, interval);
        }
    }
}

/** Runs the job; rows that are read but not published yet are published first, so that they are deleted too. */
export async function runDataJob(place: Place, job: Job): Promise<void> {
    const spec = createJob.parse(job.spec);
    await drain(place.cluster, job.tableName, always);
    switch (spec.type) {
        case "drop_table":
            return dropTable(place, spec.softDelete);
        case "delete_data":
            return spec.deleteAll
                ? removeRows(place.cluster, job.tableName, spec.softDelete)
                : deleteIntervals(place, spec.target.intervals ?? [], spec.softDelete);
        case "restore_data":
            return place.cluster.markSegments(job.tableName, "markUsed", spec.interval);
        default:
            throw new Error(`A job of type '${spec.type}' deletes nothing.`);
    }
}
