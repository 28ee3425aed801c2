import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:net";

export const LOOPBACK = "127.0.0.1";

/**
 * Below the ports that operating systems give to outgoing connections (Linux from 32768): such a connection would
 * occupy a port that a data folder has recorded, for example a client's that tries to reach a stopped broker there.
 */
const FIRST_PORT = 20_000;
const LAST_PORT = 31_999;

const TRIES = 100;
const POLL_MS = 100;

/** Occupies a port until the server is closed, or this process ends. */
export async function occupy(port: number): Promise<Server> {
    const server = createServer((socket) => socket.destroy()).listen(port, LOOPBACK);
    await once(server, "listening");
    return server.unref();
}

export async function close(server: Server): Promise<void> {
    server.close();
    await once(server, "close");
}

export async function isFree(port: number): Promise<boolean> {
    try {
        await close(await occupy(port));
        return true;
    } catch {
        return false;
    }
}

export const areFree = async (ports: number[]) => (await Promise.all(ports.map(isFree))).every(Boolean);

/** So many ports in a row on which nobody listens. Two processes that look at the same time rarely find the same. */
export async function findFreePorts(count: number): Promise<number[]> {
    for (let tries = 0; tries < TRIES; tries++) {
        const first = FIRST_PORT + count * randomInt(Math.floor((LAST_PORT + 1 - FIRST_PORT) / count));
        const ports = Array.from({ length: count }, (_, index) => first + index);
        if (await areFree(ports)) {
            return ports;
        }
    }
    throw new Error(`No ${count} ports in a row between ${FIRST_PORT} and ${LAST_PORT} are free.`);
}

/** Waits until nobody listens on any of the ports; returns one on which somebody still does at the end. */
export async function untilFree(ports: number[], limitMs: number): Promise<number | undefined> {
    const limit = Date.now() + limitMs;
    for (const port of ports) {
        while (!(await isFree(port))) {
            if (Date.now() > limit) {
                return port;
            }
            await new Promise((resolve) => setTimeout(resolve, POLL_MS));
        }
    }
    return undefined;
}
