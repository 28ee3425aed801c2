import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The oldest Java that runs the local Druid and Kafka. */
export const OLDEST_JAVA = 17;

const INSTALL =
    `install a Java runtime ${OLDEST_JAVA} or later ` +
    "(for example the package openjdk-17-jre-headless, or one from https://adoptium.net) and put it on PATH or in JAVA_HOME";

/** Finds a Java that is new enough: the one of JAVA_HOME, or else the one on PATH. */
export async function findJava(env: NodeJS.ProcessEnv): Promise<string> {
    const home = env.JAVA_HOME;
    const java = home === undefined || home === "" ? "java" : path.join(home, "bin", "java");
    const place = java === "java" ? "on PATH" : `in JAVA_HOME (${home ?? ""})`;
    const text = await run(java, ["-version"], { env, timeout: 30_000 }).then(
        ({ stdout, stderr }) => stdout + stderr,
        (error: unknown) => {
            const { code } = error as NodeJS.ErrnoException;
            const problem = code === "ENOENT" ? "there is no Java" : "java does not run";
            throw new Error(`Ingestion needs Java, and ${problem} ${place}: ${INSTALL}.`);
        },
    );
    const version = /version "(?:1\.)?(\d+)/.exec(text)?.[1] ?? "0";
    if (Number(version) < OLDEST_JAVA) {
        throw new Error(`Ingestion needs Java ${OLDEST_JAVA} or later, and ${java} is Java ${version}: ${INSTALL}.`);
    }
    return java;
}
