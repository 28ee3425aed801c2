import { existsSync, linkSync, readFileSync, renameSync, rmSync } from "node:fs";
import { open, rename, rm, link } from "node:fs/promises";
import { dirname } from "node:path";
import type { Snapshot } from "./store";

const temporary = (file: string) => `${file}.tmp`;
const previous = (file: string) => `${file}.bak`;

function readSnapshot(file: string): Snapshot | undefined {
    if (!existsSync(file)) {
        return undefined;
    }
    try {
        return JSON.parse(readFileSync(file, "utf8")) as Snapshot;
    } catch (error) {
        if (error instanceof SyntaxError) {
            return undefined;
        }
        throw error;
    }
}

/**
 * Keeps snapshots in a file so that a kill at any moment loses at most the write in flight: each write goes to a
 * temporary file first, reaches the disk, and then takes the file's place; the one before stays as `.bak`.
 */
export class DataFile {
    #writing: Promise<void> | undefined;
    #next: Promise<void> | undefined;

    constructor(
        readonly file: string,
        readonly snapshot: () => Snapshot,
    ) {}

    /** The last complete snapshot, and what the user should know about how it was found. */
    static load(file: string): { snapshot: Snapshot | undefined; notice: string | undefined } {
        rmSync(temporary(file), { force: true });
        const current = readSnapshot(file);
        if (current !== undefined) {
            if ((current.format as number) !== 1) {
                throw new Error(`${file} is not a data file of this version of the Imply Polaris emulator.`);
            }
            return { snapshot: current, notice: undefined };
        }
        const isDamaged = existsSync(file) && readFileSync(file, "utf8") !== "";
        if (isDamaged) {
            rmSync(`${file}.damaged`, { force: true });
            linkSync(file, `${file}.damaged`);
        }
        const backup = readSnapshot(previous(file));
        if (backup !== undefined) {
            rmSync(file, { force: true });
            linkSync(previous(file), file);
            return { snapshot: backup, notice: `${file} was incomplete: went back to the write before.` };
        }
        if (isDamaged) {
            renameSync(file, `${file}.damaged`);
            return { snapshot: undefined, notice: `${file} was unreadable: kept as ${file}.damaged, started empty.` };
        }
        return { snapshot: undefined, notice: undefined };
    }

    /** Resolves when a snapshot taken after this call is on the disk; callers that come together share one write. */
    save(): Promise<void> {
        if (this.#writing === undefined) {
            this.#writing = this.#write().finally(() => {
                this.#writing = undefined;
            });
            return this.#writing;
        }
        const afterThis = () => {
            this.#next = undefined;
            return this.save();
        };
        this.#next ??= this.#writing.then(afterThis, afterThis);
        return this.#next;
    }

    async #write(): Promise<void> {
        const { file } = this;
        const handle = await open(temporary(file), "w", 0o600);
        try {
            await handle.writeFile(JSON.stringify(this.snapshot()));
            await handle.sync();
        } finally {
            await handle.close();
        }
        await rm(previous(file), { force: true });
        await link(file, previous(file)).catch((error: unknown) => {
            if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
                throw error;
            }
        });
        await rename(temporary(file), file);
        const directory = await open(dirname(file), "r");
        await directory.sync().finally(() => directory.close());
    }
}
