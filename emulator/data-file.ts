import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import type { Snapshot } from "./store";

const temporary = (file: string) => `${file}.tmp`;
const previous = (file: string) => `${file}.bak`;

/** How every data file begins: what begins otherwise is somebody else's, and is never touched. */
const BEGINNING = '{"format":1,';

const isOurs = (text: string) => text.startsWith(BEGINNING) || BEGINNING.startsWith(text);

/** A complete snapshot, or `undefined` where the file is missing or cut. */
function readSnapshot(file: string): Snapshot | undefined {
    if (!existsSync(file)) {
        return undefined;
    }
    const text = readFileSync(file, "utf8");
    if (!isOurs(text)) {
        throw new Error(`${file} is not a data file of this version of the Imply Polaris emulator.`);
    }
    try {
        return JSON.parse(text) as Snapshot;
    } catch {
        return undefined;
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
        const current = readSnapshot(file);
        rmSync(temporary(file), { force: true });
        if (current !== undefined) {
            return { snapshot: current, notice: undefined };
        }
        const backup = readSnapshot(previous(file));
        const isCut = existsSync(file) && readFileSync(file, "utf8") !== "";
        if (isCut) {
            renameSync(file, `${file}.damaged`);
        }
        if (backup !== undefined) {
            // A file that is missing was about to be replaced: the write in flight is lost, which needs no words.
            const notice = `${file} was incomplete: went back to the write before.`;
            return { snapshot: backup, notice: isCut || existsSync(file) ? notice : undefined };
        }
        const notice = `${file} was incomplete: kept as ${file}.damaged, and started empty.`;
        return { snapshot: undefined, notice: isCut ? notice : undefined };
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
        await rename(file, previous(file)).catch((error: unknown) => {
            if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
                throw error;
            }
        });
        await rename(temporary(file), file);
        await syncDirectory(dirname(file));
    }
}

/** Makes the renames last through a power cut, where the platform can: Windows opens no directories. */
async function syncDirectory(directory: string): Promise<void> {
    if (process.platform !== "win32") {
        const handle = await open(directory, "r");
        await handle.sync().finally(() => handle.close());
    }
}
