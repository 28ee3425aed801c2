import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";

export const LOOPBACK = "127.0.0.1";

async function listen(port: number): Promise<Server> {
    const server = createServer().listen(port, LOOPBACK);
    await once(server, "listening");
    return server;
}

async function close(server: Server): Promise<void> {
    server.close();
    await once(server, "close");
}

export async function isFree(port: number): Promise<boolean> {
    try {
        await close(await listen(port));
        return true;
    } catch {
        return false;
    }
}

/** So many ports on which nobody listens. All are open at the same time, so that they differ. */
export async function findFreePorts(count: number): Promise<number[]> {
    const servers = await Promise.all(Array.from({ length: count }, () => listen(0)));
    const ports = servers.map((server) => (server.address() as AddressInfo).port);
    await Promise.all(servers.map(close));
    return ports;
}
