import { createHash, randomUUID } from "node:crypto";
import { access, constants, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import type { Log } from "./log";
import { findJarSources, type JarSource } from "./maven";

/** A jar: its place in a Maven repository, and what it has to be. */
export interface Jar {
    path: string;
    size: number;
    sha256: string;
}

export interface JarSet {
    title: string;
    /** Where the jars are, or will be. */
    folder: string;
    jars: Jar[];
}

export interface FetchOptions {
    /** URL of the Maven repository that the user chose. */
    repository?: string | undefined;
    env: NodeJS.ProcessEnv;
    log: Log;
}

/** Downloads at the same time. */
const PARALLEL = 8;
const PROGRESS_MS = 5_000;
const TEMPORARY = ".tmp";
const LEFTOVER_MS = 3_600_000;

const cacheRoot = (env: NodeJS.ProcessEnv) =>
    path.join(env.XDG_CACHE_HOME ?? path.join(homedir(), ".cache"), "imply-polaris-emulator");

const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;

const fileOf = (set: JarSet, jar: Jar) => path.join(set.folder, path.posix.basename(jar.path));

/** The jars that one of the lists beside this file names. */
async function readSet(name: "druid" | "kafka", title: string, env: NodeJS.ProcessEnv): Promise<JarSet> {
    const text = await readFile(path.join(__dirname, `${name}.jars`), "utf8");
    const jars = text
        .trim()
        .split("\n")
        .map((line) => line.split(" "))
        .map(([sha256 = "", size = "", path = ""]) => ({ path, size: Number(size), sha256 }));
    const hash = createHash("sha256").update(text).digest("hex").slice(0, 8);
    return { title, folder: path.join(cacheRoot(env), `${name}-${hash}`), jars };
}

/** A jar is renamed to its name once its content is verified, so the size of a file says that it is complete. */
async function isCached(set: JarSet, jar: Jar): Promise<boolean> {
    const found = await stat(fileOf(set, jar)).catch(() => undefined);
    return found?.size === jar.size;
}

async function missingJars(set: JarSet): Promise<Jar[]> {
    const cached = await Promise.all(set.jars.map((jar) => isCached(set, jar)));
    return set.jars.filter((_jar, index) => cached[index] !== true);
}

const isJar = (jar: Jar, bytes: Buffer) =>
    bytes.length === jar.size && createHash("sha256").update(bytes).digest("hex") === jar.sha256;

/** Puts a jar into the cache as a whole, or not at all: other processes may do the same at this moment. */
async function store(set: JarSet, jar: Jar, bytes: Buffer): Promise<void> {
    const file = fileOf(set, jar);
    const temporary = `${file}.${randomUUID()}${TEMPORARY}`;
    try {
        await writeFile(temporary, bytes);
        await rename(temporary, file);
    } catch (error) {
        await rm(temporary, { force: true });
        throw error;
    }
}

async function inParallel<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
    const queue = items.values();
    const worker = async () => {
        for (const item of queue) {
            await work(item);
        }
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
}

/** Takes the jars that this source has, and returns the others. A jar with another content is none. */
async function fetchFrom(source: JarSource, set: JarSet, jars: Jar[], log: Log): Promise<Jar[]> {
    const total = jars.reduce((sum, { size }) => sum + size, 0);
    const others: Jar[] = [];
    let done = 0;
    let problem: string | undefined;
    let isReachable = true;
    const timer = setInterval(() => log(`  ${set.title}: ${megabytes(done)} of ${megabytes(total)}`), PROGRESS_MS);
    try {
        await inParallel(jars, async (jar) => {
            const read = isReachable ? source.read(jar.path) : undefined;
            const bytes = await read?.catch((error: unknown) => {
                isReachable = false;
                problem ??= (error as Error).message;
                return undefined;
            });
            if (bytes !== undefined && isJar(jar, bytes)) {
                await store(set, jar, bytes);
                done += jar.size;
            } else {
                problem ??= bytes && `${path.posix.basename(jar.path)} has another checksum than expected`;
                others.push(jar);
            }
        });
    } finally {
        clearInterval(timer);
    }
    if (problem !== undefined) {
        log(`  ${source.name}: ${problem}.`);
    }
    return others;
}

/** What a process that was killed has left. A younger file may be of one that runs. */
async function removeLeftovers(folder: string): Promise<void> {
    const names = (await readdir(folder)).filter((name) => name.endsWith(TEMPORARY));
    for (const file of names.map((name) => path.join(folder, name))) {
        const found = await stat(file).catch(() => undefined);
        if (found !== undefined && Date.now() - found.mtimeMs > LEFTOVER_MS) {
            await rm(file, { force: true });
        }
    }
}

async function prepareFolder(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    await removeLeftovers(folder);
}

function storageError(folder: string, error: NodeJS.ErrnoException): Error {
    const reasons: Record<string, string> = { ENOSPC: "the disk is full", EROFS: "it is read-only" };
    const reason = reasons[error.code ?? ""] ?? error.message;
    return new Error(
        `The folder ${folder} for the jars of Druid and Kafka cannot be written (${reason}); ` +
            "set XDG_CACHE_HOME to another folder.",
    );
}

async function fetchMissing(set: JarSet, { repository, env, log }: FetchOptions): Promise<void> {
    let missing = await missingJars(set);
    if (missing.length === 0) {
        return;
    }
    await prepareFolder(set.folder);
    const size = missing.reduce((sum, jar) => sum + jar.size, 0);
    log(`Fetching ${set.title}: ${missing.length} jars, ${megabytes(size)}, once, to ${set.folder}`);
    const tried: string[] = [];
    const paths = () => missing.map((jar) => jar.path);
    for await (const source of findJarSources({ repository, env, missing: paths, log })) {
        missing = await fetchFrom(source, set, missing, log);
        tried.push(source.name);
        if (missing.length === 0) {
            return;
        }
    }
    const [first = ""] = paths();
    const others = missing.length === 1 ? "" : ` and ${missing.length - 1} more`;
    throw new Error(
        `The jar ${path.posix.basename(first)}${others} of ${set.title} could not be fetched from ${tried.join(", ")}; ` +
            "set POLARIS_MAVEN_REPOSITORY to the URL of a Maven repository, or install Maven.",
    );
}

/** Makes sure that the jars of a set are in the cache. */
export async function fetchSet(set: JarSet, options: FetchOptions): Promise<string[]> {
    await fetchMissing(set, options).catch((error: unknown) => {
        const { code } = error as NodeJS.ErrnoException;
        throw code === undefined ? error : storageError(set.folder, error as NodeJS.ErrnoException);
    });
    return set.jars.map((jar) => fileOf(set, jar));
}

/** Makes sure that the jars of Druid and Kafka are in the cache. */
export async function fetchJars(options: FetchOptions): Promise<{ druid: string[]; kafka: string[] }> {
    const druid = await readSet("druid", "Apache Druid 33.0.0", options.env);
    const kafka = await readSet("kafka", "Apache Kafka 4.4.0", options.env);
    return { druid: await fetchSet(druid, options), kafka: await fetchSet(kafka, options) };
}
