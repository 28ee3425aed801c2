import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { link, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { DRUID_PORTS, type DruidPorts } from "./druid-settings";
import { KAFKA_PORTS, type KafkaPorts } from "./kafka-settings";
import { areFree, close, findFreePorts, occupy, untilFree } from "./ports";

interface Ports {
    druid: DruidPorts;
    kafka: KafkaPorts;
    /** The process that uses the folder listens on it: the operating system frees it with the process. */
    lock: number;
}

/** After a kill, the processes that used the folder end by themselves; `Lifeline.java` says how long it takes. */
const END_LIMIT_MS = 15_000;

const fileOf = (folder: string) => path.join(folder, "ports.json");

/** The ports of the folder's last start. */
function lastPorts(folder: string): Ports | undefined {
    const file = fileOf(folder);
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Ports) : undefined;
}

/** As a whole or not at all: connections in the data name these ports. */
async function savePorts(folder: string, ports: Ports, save: typeof rename): Promise<void> {
    const temporary = `${fileOf(folder)}.${randomUUID()}.tmp`;
    await writeFile(temporary, JSON.stringify(ports));
    await save(temporary, fileOf(folder));
    await rm(temporary, { force: true });
}

function named<Name extends string>(names: readonly Name[], ports: number[]): Record<Name, number> {
    return Object.fromEntries(names.map((name, index) => [name, ports[index] ?? 0])) as Record<Name, number>;
}

/** Another process may start on the same new folder at the same time: the ports of the first one are those of both. */
async function firstPorts(folder: string): Promise<Ports> {
    const [lock = 0, ...others] = await findFreePorts(1 + DRUID_PORTS.length + KAFKA_PORTS.length);
    const ports = {
        druid: named(DRUID_PORTS, others),
        kafka: named(KAFKA_PORTS, others.slice(DRUID_PORTS.length)),
        lock,
    };
    await savePorts(folder, ports, (from, to) =>
        link(from, to).catch(() => (existsSync(to) ? undefined : rename(from, to))),
    );
    return lastPorts(folder) ?? ports;
}

/** The ports of the folder's last start: those of Kafka have to be free, and those of Druid are chosen anew if they are not. */
async function usablePorts(folder: string, last: Ports): Promise<Ports> {
    const occupied = await untilFree(Object.values(last.kafka), END_LIMIT_MS);
    if (occupied !== undefined) {
        throw new Error(
            `Port ${occupied}, on which Kafka listened when ${folder} was used last, is in use; end the process that ` +
                "listens on it, or choose another data folder.",
        );
    }
    if (await areFree(Object.values(last.druid))) {
        return last;
    }
    const ports = { ...last, druid: named(DRUID_PORTS, await findFreePorts(DRUID_PORTS.length)) };
    await savePorts(folder, ports, rename);
    return ports;
}

/** The ports for this start on a folder, which no other process can use until `release`. */
export async function choosePorts(folder: string): Promise<{ ports: Ports; release: () => Promise<void> }> {
    const last = lastPorts(folder) ?? (await firstPorts(folder));
    const lock = await occupy(last.lock).catch(() => {
        throw new Error(
            `The data folder ${folder} is in use by another emulator, which listens on port ${last.lock}; end it, or ` +
                "choose another folder.",
        );
    });
    const release = () => close(lock);
    try {
        return { ports: await usablePorts(folder, last), release };
    } catch (error) {
        await release();
        throw error;
    }
}
