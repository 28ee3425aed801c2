/** Druid's offsets of a table: read, forgotten, set. All of it needs a supervisor whose tasks have ended. */
import { topicKey, type Offsets, type Stream } from "../model/stream";
import type { Cluster } from "./cluster";
import { sleep } from "./wait";

const POLL_MS = 250;
/** Druid reads the lag of a supervisor for the first time 15 s after its start. */
const OFFSETS_LIMIT_MS = 30_000;

export type IsWanted = () => boolean;

/** The situation has changed, so that the work in progress makes no sense any more. */
export class Outdated extends Error {}

const verify = (isWanted: IsWanted) => {
    if (!isWanted()) {
        throw new Outdated();
    }
};

/** Suspends the supervisor and waits until its tasks have published what they have read. */
export async function drain(cluster: Cluster, table: string, isWanted: IsWanted): Promise<void> {
    await cluster.suspend(table);
    // The status of a supervisor shows no task right after the suspend, although they run on.
    for (;;) {
        const tasks = await cluster.tasks(table);
        if (tasks.every(({ statusCode }) => statusCode !== "RUNNING")) {
            return;
        }
        verify(isWanted);
        await sleep(POLL_MS);
    }
}

/** The offsets up to which a drained table has read; `undefined` if the brokers do not answer. */
export async function committedOffsets(
    cluster: Cluster,
    table: string,
    isWanted: IsWanted,
): Promise<Offsets | undefined> {
    const endMs = Date.now() + OFFSETS_LIMIT_MS;
    while (Date.now() < endMs) {
        const status = await cluster.status(table);
        const { latestOffsets, minimumLag } = status ?? {};
        if (status === undefined) {
            return undefined;
        }
        if (latestOffsets && minimumLag && Object.keys(latestOffsets).length > 0) {
            const entries = Object.entries(latestOffsets).map(([partition, end]): [string, number] => [
                partition,
                end - (minimumLag[partition] ?? 0),
            ]);
            return Object.fromEntries(entries);
        }
        verify(isWanted);
        await sleep(POLL_MS);
    }
    return undefined;
}

/** A supervisor that reads nothing, for requests that need one. */
const placeholder = (table: string) => ({
    type: "kafka",
    suspended: true,
    context: { polarisJobId: "placeholder" },
    spec: {
        dataSchema: {
            dataSource: table,
            timestampSpec: { column: "!!no-such-column!!", missingValue: "1970-01-01T00:00:00Z" },
            dimensionsSpec: { dimensions: [] },
            granularitySpec: { type: "uniform" },
        },
        ioConfig: {
            type: "kafka",
            topic: "none",
            inputFormat: { type: "json" },
            // Druid would wait for brokers before it forgets or ends anything.
            consumerProperties: {
                "bootstrap.servers": "127.0.0.1:1",
                "default.api.timeout.ms": "200",
                "request.timeout.ms": "100",
            },
            startDelay: "PT0S",
        },
        tuningConfig: { type: "kafka" },
    },
});

/** Lets Druid forget the offsets of a drained table; its supervisor is gone afterwards. */
export async function forgetOffsets(cluster: Cluster, table: string): Promise<void> {
    if ((await cluster.supervisor(table)) === undefined) {
        await cluster.startSupervisor(placeholder(table));
    }
    await cluster.reset(table);
    await cluster.terminate(table);
}

/** Stores the offsets of the topic that Druid has read, before it reads another. */
export async function storeOffsets(cluster: Cluster, stream: Stream, isWanted: IsWanted): Promise<void> {
    const { tableName, current } = stream;
    if (current !== null) {
        const offsets = stream.currentOffsets ?? (await committedOffsets(cluster, tableName, isWanted));
        if (offsets !== undefined) {
            stream.stored[topicKey(current)] = offsets;
        }
        stream.currentOffsets = undefined;
    }
    stream.isForgetting = true;
}
