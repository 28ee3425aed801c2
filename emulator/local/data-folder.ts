import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

const PREFIX = "imply-polaris-data-";

/** Names the process that uses a temporary folder. */
const OWNER = "owner.pid";

function isAlive(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch (error) {
        return (error as NodeJS.ErrnoException).code === "EPERM";
    }
}

const ownerOf = (folder: string) => {
    const file = path.join(folder, OWNER);
    return existsSync(file) ? Number(readFileSync(file, "utf8")) : undefined;
};

/** Removes the temporary folders of processes that were killed before they could do it. */
async function removeLeftovers(): Promise<void> {
    const names = (await readdir(tmpdir())).filter((name) => name.startsWith(PREFIX));
    for (const folder of names.map((name) => path.join(tmpdir(), name))) {
        const owner = ownerOf(folder);
        if (owner !== undefined && !isAlive(owner)) {
            await rm(folder, { recursive: true, force: true }).catch(() => undefined);
        }
    }
}

/** Where Druid and Kafka store what they have. */
export interface DataFolder {
    path: string;
    /** Whether it is used again after this process. */
    isPermanent: boolean;
    remove: () => Promise<void>;
}

export const diskFull = (folder: string) => new Error(`The data folder ${folder} cannot be written: the disk is full.`);

export async function openDataFolder(given: string | undefined): Promise<DataFolder> {
    try {
        if (given !== undefined) {
            const folder = path.resolve(given);
            await mkdir(folder, { recursive: true, mode: 0o700 });
            await writeFile(path.join(folder, OWNER), `${process.pid}\n`);
            return { path: folder, isPermanent: true, remove: () => Promise.resolve() };
        }
        await removeLeftovers();
        const folder = await mkdtemp(path.join(tmpdir(), PREFIX));
        await writeFile(path.join(folder, OWNER), `${process.pid}\n`);
        const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
        return { path: folder, isPermanent: false, remove };
    } catch (error) {
        const place = given === undefined ? tmpdir() : path.resolve(given);
        if ((error as NodeJS.ErrnoException).code === "ENOSPC") {
            throw diskFull(place);
        }
        throw new Error(`The data folder ${place} cannot be written: ${(error as Error).message}.`);
    }
}
