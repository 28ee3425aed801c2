import {
    chmodSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    writeFileSync,
} from "node:fs";
import { once } from "node:events";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findJava } from "../../emulator/local/java";
import { Jvm } from "../../emulator/local/jvm";
import { openDataFolder } from "../../emulator/local/data-folder";
import { choosePorts } from "../../emulator/local/folder-ports";
import { findFreePorts, isFree, untilFree } from "../../emulator/local/ports";

let root: string;
beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "polaris-java-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A command `java` that does this. */
function fakeJava(script: string): string {
    const file = path.join(root, "bin/java");
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
}

const install = /install a Java runtime 17 or later \(.*\) and put it on PATH or in JAVA_HOME\.$/;

describe("the Java that is used", () => {
    it("is the one of JAVA_HOME", async () => {
        const java = fakeJava(`echo 'openjdk version "25.0.1" 2025-10-21' >&2`);
        expect(await findJava({ JAVA_HOME: root, PATH: "" })).toBe(java);
    });

    it.each([
        [{ PATH: "" }, "Ingestion needs Java, and there is no Java on PATH: "],
        [{ JAVA_HOME: "/nowhere", PATH: process.env.PATH }, "there is no Java in JAVA_HOME (/nowhere): "],
    ])("says what to install where there is none", async (env, sentence) => {
        await expect(findJava(env)).rejects.toThrow(sentence);
        await expect(findJava(env)).rejects.toThrow(install);
    });

    it.each([
        ['java version "1.8.0_402"', 8],
        ['openjdk version "11.0.22" 2024-01-16', 11],
    ])("says what to install instead of %s", async (text, version) => {
        const java = fakeJava(`echo '${text}' >&2`);
        const sentence = `Ingestion needs Java 17 or later, and ${java} is Java ${version}: `;
        await expect(findJava({ JAVA_HOME: root, PATH: "" })).rejects.toThrow(sentence);
        await expect(findJava({ JAVA_HOME: root, PATH: "" })).rejects.toThrow(install);
    });
});

describe("a Java process", () => {
    const start = (script: string) =>
        Jvm.start({
            title: "Druid",
            java: fakeJava(script),
            options: [],
            mainClass: "Main",
            classPath: ["a.jar", "b.jar"],
            env: { PATH: process.env.PATH },
            folder: path.join(root, "data"),
            settings: { common: { "a.b": 1, text: "back\\slash" } },
        });

    it("has its settings in files, its class path in the environment, and its data as working folder", async () => {
        const jvm = await start(`echo "$CLASSPATH $PWD" > seen; echo ready; cat`);
        await jvm.untilReady(() => jvm.saysReady, 10_000);
        await jvm.stop({ inOrder: true });
        const read = (file: string) => readFileSync(path.join(root, "data", file), "utf8");
        expect(read("seen")).toBe(`a.jar:b.jar ${path.join(root, "data")}\n`);
        expect(read("settings/common.properties")).toBe("a.b=1\ntext=back\\\\slash\n");
    });

    it("ends in order when its input ends", async () => {
        const jvm = await start(`echo ready; cat; echo "in order" > ended`);
        await jvm.untilReady(() => jvm.saysReady, 10_000);
        await jvm.stop({ inOrder: true });
        expect(existsSync(path.join(root, "data/ended"))).toBe(true);
        await jvm.stop({ inOrder: true });
    });

    it("ends at once where nobody needs its data", async () => {
        const jvm = await start(`echo ready; cat; echo "in order" > ended`);
        await jvm.untilReady(() => jvm.saysReady, 10_000);
        await jvm.stop({ inOrder: false });
        expect(existsSync(path.join(root, "data/ended"))).toBe(false);
    });

    it.each([
        ["exit 3", /^Druid cannot use .*data: another process uses it; stop it or choose another folder\.$/],
        [
            "echo 'java.io.IOException: No space left on device' >&2; exit 1",
            /^Druid cannot write to .*: the disk is full\.$/,
        ],
        [
            "echo 'java.net.BindException: Address already in use' >&2; exit 1",
            /^Druid ended with 1 \(Address already in use\); see .*output\.log\.$/,
        ],
        ["kill -9 $$", /^Druid ended with SIGKILL; see .*output\.log\.$/],
    ])("reports in a sentence why it did not start: %s", async (script, sentence) => {
        const jvm = await start(script);
        await expect(jvm.untilReady(() => jvm.saysReady, 10_000)).rejects.toThrow(sentence);
    });

    it("is reported when it ends by itself, and not when it is stopped", async () => {
        const reports: string[] = [];
        const ended = await start("echo ready; sleep 0.2; exit 7");
        ended.onEnd((message) => reports.push(message));
        while (reports.length === 0) await sleep(10);
        expect(reports[0]).toMatch(/^Druid ended with 7; see /);
        const stopped = await start("echo ready; cat");
        stopped.onEnd((message) => reports.push(message));
        await stopped.stop({ inOrder: true });
        expect(reports).toHaveLength(1);
    });
});

const listenOn = async (port: number) => {
    const server = createServer().listen(port, "127.0.0.1");
    await once(server, "listening");
    return server;
};

describe("ports", () => {
    it("differ, are free, and are none that an outgoing connection could have", async () => {
        const ports = await findFreePorts(12);
        expect(new Set(ports).size).toBe(12);
        expect(ports.every((port) => port < 32_768)).toBe(true);
        const [port = 0] = ports;
        expect(await isFree(port)).toBe(true);
        const server = await listenOn(port);
        expect(await isFree(port)).toBe(false);
        server.close();
    });

    it("are waited for while a process ends", async () => {
        const [port = 0] = await findFreePorts(1);
        const server = await listenOn(port);
        expect(await untilFree([port], 1)).toBe(port);
        const waiting = untilFree([port], 10_000);
        server.close();
        expect(await waiting).toBeUndefined();
    });
});

describe("a data folder", () => {
    const folder = async () => (await openDataFolder(path.join(root, "data"))).path;

    it("has the ports of its last start, those of Druid if they are free", async () => {
        const { ports, release } = await choosePorts(await folder());
        await release();
        const second = await choosePorts(await folder());
        expect(second.ports).toEqual(ports);
        await second.release();
        const server = await listenOn(ports.druid.router);
        const third = await choosePorts(await folder());
        expect(third.ports.kafka).toEqual(ports.kafka);
        expect(third.ports.druid.router).not.toBe(ports.druid.router);
        expect(readdirSync(await folder()).sort()).toEqual(["owner.pid", "ports.json"]);
        await third.release();
        server.close();
    });

    it("waits for a Kafka of before that is ending", async () => {
        const { ports, release } = await choosePorts(await folder());
        await release();
        const server = await listenOn(ports.kafka.plaintext);
        setTimeout(() => server.close(), 300);
        const again = await choosePorts(await folder());
        expect(server.listening).toBe(false);
        await again.release();
    });

    it("is of one of two processes that start at the same time", async () => {
        const opened = await folder();
        const outcomes = await Promise.allSettled([choosePorts(opened), choosePorts(opened)]);
        const releases = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value.release] : []));
        expect(releases).toHaveLength(1);
        await expect(choosePorts(opened)).rejects.toThrow(
            /^The data folder .*data is in use by another emulator, which listens on port \d+; end it, or choose another folder\.$/,
        );
        await Promise.all(releases.map((release) => release()));
    });
});
