import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Log } from "./log";
import { readMavenSettings, type MavenSettings } from "./maven-settings";

/** A place from which jars are read by their path in a Maven repository. */
export interface JarSource {
    /** As messages name it. */
    name: string;
    /** The content, or `undefined` if the source does not have it. */
    read: (jarPath: string) => Promise<Buffer | undefined>;
}

interface Search {
    /** The URL that the user gave. */
    repository: string | undefined;
    env: NodeJS.ProcessEnv;
    /** The paths of the jars that are still missing. */
    missing: () => string[];
    log: Log;
}

const ATTEMPTS = 3;
const TIME_LIMIT_MS = 120_000;

const folderSource = (name: string, folder: string): JarSource => ({
    name,
    read: (jarPath) => readFile(path.join(folder, jarPath)).catch(() => undefined),
});

async function download(url: URL, headers: Record<string, string>, attempt = 1): Promise<Response> {
    try {
        const response = await fetch(url, { headers, signal: AbortSignal.timeout(TIME_LIMIT_MS) });
        if (response.status < 500 || attempt === ATTEMPTS) {
            return response;
        }
    } catch (error) {
        if (attempt === ATTEMPTS) {
            const { cause, message } = error as Error & { cause?: Error };
            throw new Error(`${url.host} does not answer (${cause?.message ?? message})`);
        }
    }
    return download(url, headers, attempt + 1);
}

function urlSource({ url, username, password }: NonNullable<MavenSettings["mirror"]>): JarSource {
    const base = new URL(url.endsWith("/") ? url : `${url}/`);
    const user = username ?? decodeURIComponent(base.username);
    const secret = password ?? decodeURIComponent(base.password);
    base.username = "";
    base.password = "";
    if (base.protocol === "file:") {
        return folderSource(base.href, fileURLToPath(base));
    }
    const credentials = Buffer.from(`${user}:${secret}`).toString("base64");
    const headers: Record<string, string> = user === "" ? {} : { authorization: `Basic ${credentials}` };
    return {
        name: base.href,
        read: async (jarPath) => {
            const response = await download(new URL(jarPath, base), headers);
            if (response.status === 404) {
                return undefined;
            }
            if (!response.ok) {
                throw new Error(`${base.host} answers ${response.status} ${response.statusText}`);
            }
            return Buffer.from(await response.arrayBuffer());
        },
    };
}

function dependencyOf(jarPath: string): string {
    const parts = jarPath.split("/");
    const [artifact = "", version = "", file = ""] = parts.slice(-3);
    const classifier = file.slice(`${artifact}-${version}`.length, -".jar".length).replace(/^-/, "");
    return [
        `<dependency><groupId>${parts.slice(0, -3).join(".")}</groupId><artifactId>${artifact}</artifactId>`,
        `<version>${version}</version>${classifier === "" ? "" : `<classifier>${classifier}</classifier>`}`,
        "<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions></dependency>",
    ].join("");
}

interface MavenRun {
    folder: string;
    env: NodeJS.ProcessEnv;
    /** Kills it. */
    signal: AbortSignal;
}

/** Runs Maven, which knows its repositories and proxies; resolves to `undefined` where there is no Maven. */
function runMaven({ folder, env, signal }: MavenRun): Promise<{ code: number | null; text: string } | undefined> {
    const copy = ["dependency:copy-dependencies", "-DexcludeTransitive=true", "-Dmdep.useRepositoryLayout=true"];
    const args = ["-B", "-q", "-f", path.join(folder, "pom.xml"), ...copy, `-DoutputDirectory=${folder}`];
    return new Promise((resolve, reject) => {
        const isWindows = process.platform === "win32";
        const stdio = ["ignore", "pipe", "pipe"] as const;
        const killed = { signal, killSignal: "SIGKILL" } as const;
        const child = spawn("mvn", args, { cwd: folder, env, shell: isWindows, stdio: [...stdio], ...killed });
        let text = "";
        for (const stream of [child.stdout, child.stderr]) {
            stream.on("data", (part: Buffer) => (text = (text + part.toString()).slice(-20_000)));
        }
        child.on("error", (error: NodeJS.ErrnoException) => {
            if (error.code === "ENOENT") {
                resolve(undefined);
            } else {
                reject(error);
            }
        });
        child.on("close", (code) => resolve({ code, text }));
    });
}

/** The jars that Maven resolves into a temporary folder. */
async function* mavenSource({ env, missing, log }: Search): AsyncGenerator<JarSource> {
    const folder = await mkdtemp(path.join(tmpdir(), "imply-polaris-jars-"));
    const abort = new AbortController();
    const onExit = () => {
        abort.abort();
        rmSync(folder, { recursive: true, force: true });
    };
    process.once("exit", onExit);
    try {
        await writeFile(
            path.join(folder, "pom.xml"),
            `<project><modelVersion>4.0.0</modelVersion>
            <groupId>local</groupId><artifactId>jars</artifactId><version>1</version><packaging>pom</packaging>
            <dependencies>${missing().map(dependencyOf).join("\n")}</dependencies></project>`,
        );
        log("  with Maven (mvn)…");
        const result = await runMaven({ folder, env, signal: abort.signal });
        if (result === undefined) {
            return;
        }
        if (result.code !== 0) {
            const [line = ""] = /^\[ERROR\].*$/m.exec(result.text) ?? [];
            log(`  Maven ended with ${String(result.code)}: ${line.slice(0, 300)}`);
        }
        yield folderSource("the repositories of Maven (mvn)", folder);
    } finally {
        process.off("exit", onExit);
        await rm(folder, { recursive: true, force: true });
    }
}

/** The places where jars may be, the cheapest first. No repository is known to this code: each is the user's own. */
export async function* findJarSources(search: Search): AsyncGenerator<JarSource> {
    const settings = readMavenSettings(search.env);
    yield folderSource(settings.localRepository, settings.localRepository);
    const given = search.repository ?? search.env.POLARIS_MAVEN_REPOSITORY;
    if (given !== undefined && given !== "") {
        yield urlSource({ url: given });
        return;
    }
    if (settings.mirror !== undefined) {
        yield urlSource(settings.mirror);
    }
    yield* mavenSource(search);
}
