import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";

const temporary = (file: string) => `${file}.tmp`;
const previous = (file: string) => `${file}.bak`;

/** How every data file begins: any other file belongs to another program and is never changed. */
const BEGINNING = '{"format":1,';

const isOurs = (text: string) => text.startsWith(BEGINNING) || BEGINNING.startsWith(text);

/** The snapshot in the file, or `undefined` if the file is missing or truncated. */
function readSnapshot(file: string): unknown {
    if (!existsSync(file)) {
        return undefined;
    }
    const text = readFileSync(file, "utf8");
    if (!isOurs(text)) {
        throw new Error(`${file} is not a data file of this version of the Imply Polaris emulator.`);
    }
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

/**
 * Stores snapshots in a file so that a kill at any moment loses at most the write in progress: each write goes to a
 * temporary file, reaches the disk and then replaces the data file; the previous one stays as `.bak`.
 */
export class DataFile<Snapshot extends { format: 1 }> {
    #writing: Promise<void> | undefined;
    #next: Promise<void> | undefined;

    constructor(
        readonly file: string,
        readonly snapshot: () => Snapshot,
    ) {}

    /** The last complete snapshot, and a notice for the user if the data file was damaged. */
    static load(file: string): { snapshot: unknown; notice: string | undefined } {
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
            // A missing file was about to be replaced: only the write in progress is lost, which needs no notice.
            const notice = `${file} was incomplete: restored the previous version.`;
            return { snapshot: backup, notice: isCut || existsSync(file) ? notice : undefined };
        }
        const notice = `${file} was incomplete: renamed it to ${file}.damaged and started empty.`;
        return { snapshot: undefined, notice: isCut ? notice : undefined };
    }

    /** Resolves when a snapshot that is newer than this call is on the disk; concurrent callers share one write. */
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

/** Makes the renames survive a power failure. Windows cannot open directories. */
async function syncDirectory(directory: string): Promise<void> {
    if (process.platform !== "win32") {
        const handle = await open(directory, "r");
        await handle.sync().finally(() => handle.close());
    }
}
