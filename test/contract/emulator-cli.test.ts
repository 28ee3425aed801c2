import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DEFAULT_RULES, RULES } from "../../emulator/rules";
import { basic, send } from "../support/emulator";
import { installEmulator, runEmulator, spawnEmulator } from "./emulator-process";
import { FakeDruid } from "../support/fake-druid";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const PROJECTS = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"];

const { cli, remove } = installEmulator();
afterAll(remove);

const list = (url: string, project: string, key: string) =>
    send(`${url}/v1/projects/${project}/connections`, "GET", undefined, { authorization: basic(key) });

it("prints its URL and the lines to paste, which work", async () => {
    const emulator = await spawnEmulator(cli, []);
    const { stdout } = emulator.output();
    expect(stdout.split("\n")).toEqual([
        `Imply Polaris emulator listening on ${emulator.url}`,
        `export POLARIS_BASE_URL=${emulator.url}`,
        `export POLARIS_PROJECT_ID=${emulator.projectId}`,
        `export POLARIS_API_KEY=${emulator.apiKey}`,
        "",
    ]);
    expect(emulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(emulator.projectId).toMatch(UUID);
    expect(emulator.apiKey).toMatch(/^pok_/);
    expect((await list(emulator.url, emulator.projectId, emulator.apiKey)).status).toBe(200);
    expect(await emulator.end("SIGINT")).toBe(0);
    expect(emulator.output()).toEqual({ stdout, stderr: "" });
});

it("takes several keys and projects, and prints no key that it was given", async () => {
    const keys = ["pok_given_one", "pok_given_two"];
    const flags = keys.flatMap((key) => ["--api-key", key]).concat(PROJECTS.flatMap((id) => ["--project", id]));
    const emulator = await spawnEmulator(cli, [...flags, "--latency", "1", "--transition=5"]);
    for (const key of keys) {
        for (const project of PROJECTS) {
            expect((await list(emulator.url, project, key)).status).toBe(200);
        }
    }
    expect(emulator.projectId).toBe(PROJECTS[0]);
    expect(await emulator.end("SIGTERM")).toBe(0);
    expect(JSON.stringify(emulator.output())).not.toContain("given_");
});

it("works with a Druid that runs already, and prints the brokers that it is given", async () => {
    const druid = await FakeDruid.start();
    const { url } = druid;
    const emulator = await spawnEmulator(cli, ["--druid", url, "--druid-auth", "bearer t0ken", "--kafka", "b:9092"]);
    expect(emulator.output().stdout).toContain("export KAFKA_BOOTSTRAP_SERVERS=b:9092\n");
    expect(await emulator.end("SIGTERM")).toBe(0);
    await druid.close();
    const { code, stderr } = await runEmulator(cli, ["--druid", url]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^imply-polaris-emulator: Apache Druid at \S+ does not answer: .*\n$/);
});

it("takes rules as flags", async () => {
    const flags = ["--rule", "suspendedOccupies=false", "--patch-null", "ignored", "--rule=cloud=azure"];
    const emulator = await spawnEmulator(cli, flags);
    const { json } = await send(`${emulator.url}/_emulator/rules`, "GET");
    expect(json).toEqual({ ...DEFAULT_RULES, suspendedOccupies: false, patchNull: "ignored", cloud: "azure" });
    expect(await emulator.end("SIGTERM")).toBe(0);
});

it("explains itself", async () => {
    const { code, stdout } = await runEmulator(cli, ["--help"]);
    expect(code).toBe(0);
    for (const flag of ["port", "host", "api-key", "project", "data", "latency", "transition", "rule", "patch-null"]) {
        expect(stdout).toContain(`--${flag} `);
    }
    for (const [name, { values, help }] of Object.entries(RULES)) {
        expect(stdout).toContain(`  ${name}=${values.join("|")}\n      ${help}\n`);
    }
});

it.each([
    [["--port", "web"], "--port"],
    [["--port", "70000"], "--port"],
    [["--port"], "--port"],
    [["--project", "mine"], "UUID"],
    [["--latency", "-1"], "--latency"],
    [["--transition", "1s"], "--transition"],
    [["--api-key", "two words"], "--api-key"],
    [["--patch-null", "maybe"], "clears, ignored, refused"],
    [["--rule", "suspendedOccupies=1"], "true, false"],
    [["--rule", "cloud"], "aws, azure"],
    [["--rule", "nonsense=1"], "nonsense"],
    [["--druid", "somewhere"], "--druid"],
    [["--druid-auth", "bearer t"], "--druid-auth"],
    [["--druid", "http://127.0.0.1:1", "--druid-auth", "admin"], "bearer TOKEN"],
    [["--druid", "http://127.0.0.1:1", "--ingest"], "--ingest"],
    [["--druid", "http://me:password@127.0.0.1:1"], "DRUID_AUTH"],
    [["--druid", "http://127.0.0.1:1", "--kafka", "127.0.0.1"], "HOST:PORT"],
    [["--kafka", "127.0.0.1:9092"], "--kafka"],
    [["--maven-repository", "http://127.0.0.1:1"], "--ingest"],
    [["--ingest", "--maven-repository", "here"], "URL"],
    [["--colour"], "--colour"],
    [["start"], "start"],
])("refuses %j with one sentence and exit code 2", async (args, word) => {
    const { code, stdout, stderr } = await runEmulator(cli, args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(word);
    expect(stderr).not.toContain("password");
    expect(stderr.trim().split("\n")).toHaveLength(1);
});

it("says in one line that the port is in use", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((listening) => server.once("listening", listening));
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await runEmulator(cli, ["--port", String(port)]);
    server.close();
    expect(code).toBe(1);
    expect(stderr).toMatch(/^imply-polaris-emulator: .*EADDRINUSE.*\n$/);
});

it("says in one line where the data file cannot be", async () => {
    const { code, stderr } = await runEmulator(cli, ["--data", `${cli}/nowhere/data.json`]);
    expect(code).toBe(1);
    expect(stderr.trim().split("\n")).toHaveLength(1);
});

it("says in one sentence what --ingest needs where there is no Java", async () => {
    const env = { ...process.env, JAVA_HOME: "/nowhere" };
    const { code, stdout, stderr } = await runEmulator(cli, ["--ingest"], env);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(
        /^imply-polaris-emulator: Ingestion needs Java, .*: install a Java runtime 17 or later.*\.\n$/,
    );
});

it("leaves no process and no file behind when it is interrupted while Maven fetches jars", async () => {
    const root = mkdtempSync(path.join(tmpdir(), "polaris-interrupt-"));
    const command = (name: string, script: string) =>
        writeFileSync(path.join(root, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    command("java", "echo 'openjdk version \"17.0.1\"' >&2");
    command("mvn", `echo $$ > ${root}/mvn.pid; exec sleep 60`);
    mkdirSync(path.join(root, "tmp"));
    const env = { PATH: `${root}:/usr/bin:/bin`, HOME: root, TMPDIR: path.join(root, "tmp") };
    const child = spawn(process.execPath, [cli, "--ingest"], { env, stdio: "ignore" });
    const ended = once(child, "exit");
    try {
        const file = path.join(root, "mvn.pid");
        while (!existsSync(file) || readFileSync(file, "utf8") === "") await sleep(10);
        child.kill("SIGINT");
        expect(await ended).toEqual([130, null]);
        const isAlive = () => existsSync(`/proc/${readFileSync(file, "utf8").trim()}`);
        while (isAlive()) await sleep(10);
        expect(readdirSync(env.TMPDIR)).toEqual([]);
    } finally {
        child.kill("SIGKILL");
        rmSync(root, { recursive: true, force: true });
    }
});
