import { existsSync, readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { DRUID_PORTS, type DruidPorts } from "./druid-settings";
import { KAFKA_PORTS, type KafkaPorts } from "./kafka-settings";
import { areFree, findFreePorts, untilFree } from "./ports";

interface Ports {
    druid: DruidPorts;
    kafka: KafkaPorts;
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
async function savePorts(folder: string, ports: Ports): Promise<void> {
    const temporary = `${fileOf(folder)}.tmp`;
    await writeFile(temporary, JSON.stringify(ports));
    await rename(temporary, fileOf(folder));
}

function named<Name extends string>(names: readonly Name[], ports: number[]): Record<Name, number> {
    return Object.fromEntries(names.map((name, index) => [name, ports[index] ?? 0])) as Record<Name, number>;
}

/** Whether something listens where the folder's Kafka does. */
export async function isServed(folder: string): Promise<boolean> {
    const last = lastPorts(folder);
    return last !== undefined && !(await areFree(Object.values(last.kafka)));
}

/** The ports of the folder's last start if they are free; those of Kafka have to be. */
export async function choosePorts(folder: string): Promise<Ports> {
    const last = lastPorts(folder);
    const occupied = await untilFree(Object.values(last?.kafka ?? {}), END_LIMIT_MS);
    if (occupied !== undefined) {
        throw new Error(
            `Port ${occupied}, on which Kafka listened when ${folder} was used last, is in use; end the process that ` +
                "listens on it, or choose another data folder.",
        );
    }
    if (last !== undefined && (await areFree(Object.values(last.druid)))) {
        return last;
    }
    const fresh = await findFreePorts(DRUID_PORTS.length + KAFKA_PORTS.length);
    const ports = {
        druid: named(DRUID_PORTS, fresh),
        kafka: last?.kafka ?? named(KAFKA_PORTS, fresh.slice(DRUID_PORTS.length)),
    };
    await savePorts(folder, ports);
    return ports;
}
