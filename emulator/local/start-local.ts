import path from "node:path";
import { diskFull, openDataFolder } from "./data-folder";
import { druidSettings } from "./druid-settings";
import { choosePorts } from "./folder-ports";
import { fetchJars } from "./jars";
import { findJava } from "./java";
import { Jvm } from "./jvm";
import { KAFKA_USER, kafkaSettings } from "./kafka-settings";
import type { Log } from "./log";
import { LOOPBACK } from "./ports";

export { Topics } from "./records";
export { QueryError, waitForRows } from "./rows";

export interface LocalOptions {
    /** Keeps tables, offsets and topics in this folder. Default: a temporary one, which is removed at the end. */
    dataFolder?: string | undefined;
    /** URL of the Maven repository that has the jars. */
    mavenRepository?: string | undefined;
    log: Log;
    env?: NodeJS.ProcessEnv;
}

/** A Druid and a Kafka of their own, which only this machine reaches. */
export interface LocalServices {
    /** The URL of Druid's router. */
    druidUrl: string;
    /** The listener without authentication. */
    kafkaBootstrapServers: string;
    kafka: {
        /** SASL PLAIN and SCRAM without TLS. */
        sasl: string;
        /** SASL PLAIN and SCRAM with TLS. */
        saslTls: string;
        /** TLS with a client certificate. */
        tls: string;
        username: string;
        password: string;
        /** Folder with ca.pem, client.pem and client-key.pem. */
        certificates: string;
    };
    pids: { druid: number | undefined; kafka: number | undefined };
    /** Ends both processes. */
    stop: () => Promise<void>;
}

const READY_LIMIT_MS = 120_000;

const DRUID_OPTIONS = [
    "-Xms256m",
    "-Xmx512m",
    "-XX:MaxDirectMemorySize=512m",
    "-Dzookeeper.admin.enableServer=false",
    "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
    "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--add-opens=java.base/jdk.internal.ref=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/java.lang=ALL-UNNAMED",
    "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED",
];
const KAFKA_OPTIONS = ["-Xmx256m", "--add-exports=java.base/sun.security.tools.keytool=ALL-UNNAMED"];

/** The jars of which each role of Druid needs its own copy; see `LocalDruid.java`. */
const isRoleJar = (file: string) =>
    /^(druid-(?!processing-)|calcite-|guice-servlet-|jersey-guice-)/.test(path.basename(file));

const classes = (name: string) => path.join(__dirname, "classes", name);

/** Folders on a class path of URLs end with a slash. */
const rolePath = (jars: string[]) => [...jars.filter(isRoleJar), `${classes("role")}${path.sep}`].join(path.delimiter);

async function answers(url: string, pattern: RegExp, init: RequestInit = {}): Promise<boolean> {
    try {
        const response = await fetch(url, { ...init, signal: AbortSignal.timeout(3_000) });
        return pattern.test(await response.text());
    } catch {
        return false;
    }
}

/** Druid's own health routes say yes too early: a worker has to be known, and SQL has to answer. */
async function isDruidReady(url: string): Promise<boolean> {
    const headers = { "content-type": "application/json" };
    const select = { method: "POST", headers, body: JSON.stringify({ query: "SELECT 1" }) };
    return (
        (await answers(`${url}/druid/indexer/v1/workers`, /"worker"/)) &&
        (await answers(`${url}/druid/v2/sql`, /EXPR/, select))
    );
}

/** Starts Druid and Kafka as child processes that end with this process, and waits until both are ready. */
export async function startLocal({
    dataFolder,
    mavenRepository,
    log,
    env = process.env,
}: LocalOptions): Promise<LocalServices> {
    const java = await findJava(env);
    const jars = await fetchJars({ repository: mavenRepository, env, log });
    const data = await openDataFolder(dataFolder);
    const running: Jvm[] = [];
    let release = () => Promise.resolve();
    const end = async () => {
        await Promise.all(running.map((jvm) => jvm.stop({ inOrder: data.isPermanent })));
        await release();
    };
    const stop = async () => {
        await end();
        await data.remove();
    };
    try {
        const { ports, ...lock } = await choosePorts(data.path);
        release = lock.release;
        const start = async (jvm: Promise<Jvm>, isReady: (jvm: Jvm) => Promise<boolean> | boolean) => {
            const started = await jvm;
            running.push(started);
            await started.untilReady(() => isReady(started), READY_LIMIT_MS);
            started.onEnd(log);
        };
        const folderOf = (name: string) => path.join(data.path, name);
        const druidUrl = `http://${LOOPBACK}:${ports.druid.router}`;
        const druid = Jvm.start({
            title: "Druid",
            java,
            options: DRUID_OPTIONS,
            mainClass: "LocalDruid",
            classPath: [classes("druid"), ...jars.druid.filter((jar) => !isRoleJar(jar))],
            env: { ...env, ROLE_CLASSPATH: rolePath(jars.druid) },
            folder: folderOf("druid"),
            settings: druidSettings(folderOf("druid"), ports.druid),
        });
        const kafka = Jvm.start({
            title: "Kafka",
            java,
            options: KAFKA_OPTIONS,
            mainClass: "LocalKafka",
            classPath: [classes("kafka"), ...jars.kafka],
            env,
            folder: folderOf("kafka"),
            settings: kafkaSettings(folderOf("kafka"), ports.kafka),
        });
        await Promise.all([start(druid, () => isDruidReady(druidUrl)), start(kafka, (jvm) => jvm.saysReady)]);
        return {
            druidUrl,
            kafkaBootstrapServers: `${LOOPBACK}:${ports.kafka.plaintext}`,
            kafka: {
                sasl: `${LOOPBACK}:${ports.kafka.sasl}`,
                saslTls: `${LOOPBACK}:${ports.kafka.saslSsl}`,
                tls: `${LOOPBACK}:${ports.kafka.ssl}`,
                ...KAFKA_USER,
                certificates: path.join(folderOf("kafka"), "certificates"),
            },
            pids: { druid: (await druid).pid, kafka: (await kafka).pid },
            stop,
        };
    } catch (error) {
        // Not removed: the message names a log in the folder.
        await end();
        throw (error as NodeJS.ErrnoException).code === "ENOSPC" ? diskFull(data.path) : error;
    }
}
