import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { basic, kafka, send, startTestEmulator, streaming } from "../support/emulator";
import { installEmulator, spawnEmulator } from "./emulator-process";

let directory: string;
let dataFile: string;

beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "polaris-data-"));
    dataFile = join(directory, "data.json");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const start = () => startTestEmulator({ dataFile, transitionMs: 0 });

interface State {
    projects: unknown[];
    clock: { offsetMs: number };
}

it("brings everything back after a restart: objects, checkpoints, transitions, projects and clock", async () => {
    const first = await start();
    await first.control("POST", "clock", { advanceMs: 3_600_000 });
    await first.api("POST", "/connections", kafka("orders"));
    const { json: job } = await first.api("POST", "/jobs", streaming("sales", "orders"));
    await first.api("POST", `/jobs/${String(job.id)}/status`, { desiredExecutionStatus: "suspended" });
    const before = await first.control<State>("GET", "state");
    await first.close();
    const second = await start();
    const after = await second.control<State>("GET", "state");
    expect(after.projects).toEqual(before.projects);
    expect(after.clock.offsetMs).toBe(3_600_000);
    expect(second.projectId).toBe(first.projectId);
    expect((await second.api("POST", "/jobs", streaming("sales", "orders"))).status).toBe(400);
    await second.close();
});

it("continues a transition that a restart fell into", async () => {
    const first = await startTestEmulator({ dataFile, transitionMs: 60_000 });
    await first.api("POST", "/connections", kafka("orders"));
    const { json: job } = await first.api("POST", "/jobs", streaming("sales", "orders"));
    await first.close();
    const second = await startTestEmulator({ dataFile, transitionMs: 60_000 });
    const status = async () => (await second.api("GET", `/jobs/${String(job.id)}/status`)).json.executionStatus;
    expect(await status()).toBe("pending");
    await second.control("POST", "clock", { advanceMs: 60_000 });
    expect(await status()).toBe("running");
    await second.close();
});

it("holds no secret and no key, in any file", async () => {
    const emulator = await start();
    const key = "-----BEGIN PRIVATE KEY-----\nhidden\n-----END PRIVATE KEY-----";
    const keystore = { type: "pem", certificates: "-----BEGIN CERTIFICATE-----", key, keyPassword: "key-password" };
    await emulator.api("POST", "/connections", kafka("orders", { ssl: { keystore } }));
    await emulator.close();
    const text = readdirSync(directory).map((file) => readFileSync(join(directory, file), "utf8"));
    expect(text.join("")).toContain('"secrets.password"');
    expect(text.join("")).not.toMatch(/first-password|hidden|key-password|PRIVATE KEY/);
    expect(text.join("")).not.toContain(emulator.apiKey);
});

it("reads a file of the version that recorded a keystore's certificates, and does not return them", async () => {
    const certificates = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
    const first = await start();
    const key = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----";
    const keystore = { type: "pem", certificates, key };
    await first.api("POST", "/connections", kafka("orders", { secrets: undefined, ssl: { keystore } }));
    await first.close();
    const old = JSON.parse(readFileSync(dataFile, "utf8")) as {
        projects: [{ state?: string; connections: [{ properties: object; credentials: Record<string, unknown> }] }];
    };
    const [project] = old.projects;
    const [connection] = project.connections;
    delete project.state;
    delete connection.credentials["ssl.keystore.type"];
    delete connection.credentials["ssl.keystore.certificates"];
    Object.assign(connection.properties, { ssl: { keystore: { type: "pem", certificates } } });
    writeFileSync(dataFile, JSON.stringify(old));
    rmSync(`${dataFile}.bak`);
    const second = await start();
    expect((await second.api("GET", "/connections/orders")).json.ssl).toEqual({});
    const { status } = await second.api("PATCH", "/connections/orders", { type: "kafka", description: "d" });
    expect(status).toBe(200);
    const state = JSON.stringify(await second.control("GET", "state"));
    expect(state).toContain('"ssl.keystore.certificates"');
    await second.close();
    expect(state + readFileSync(dataFile, "utf8")).not.toContain("MIIB");
});

describe("a file that is not as it should be", () => {
    const names = async () => {
        const emulator = await start();
        const { json } = await emulator.api("GET", "/connections");
        await emulator.close();
        return { names: (json.values as { name: string }[]).map(({ name }) => name), notice: emulator.notice };
    };

    beforeEach(async () => {
        const emulator = await start();
        await emulator.api("POST", "/connections", kafka("first"));
        await emulator.api("POST", "/connections", kafka("second"));
        // A change without effect, so that the write before the last one holds both connections as well.
        await emulator.api("PATCH", "/connections/second", { type: "kafka" });
        await emulator.close();
    });

    it("is no matter where a write was cut: the leftover is thrown away", async () => {
        writeFileSync(`${dataFile}.tmp`, readFileSync(dataFile, "utf8").slice(0, 100));
        expect(await names()).toEqual({ names: ["first", "second"], notice: undefined });
        expect(existsSync(`${dataFile}.tmp`)).toBe(false);
    });

    it.each([0, 100])("goes back to the write before when only %i bytes are left", async (length) => {
        truncateSync(dataFile, length);
        const { names: found, notice } = await names();
        expect(found).toEqual(["first", "second"]);
        expect(notice).toContain("restored the previous version");
    });

    it("stays aside when the write before is lost too", async () => {
        truncateSync(dataFile, 100);
        rmSync(`${dataFile}.bak`);
        const { names: found, notice } = await names();
        expect(found).toEqual([]);
        expect(notice).toContain(`${dataFile}.damaged`);
        expect(readFileSync(`${dataFile}.damaged`, "utf8")).toHaveLength(100);
    });

    it("is missing between two renames: the write before is there", async () => {
        rmSync(dataFile);
        expect(await names()).toEqual({ names: ["first", "second"], notice: undefined });
    });

    it.each(['{"format":2,"projects":[]}', "my notes"])("is refused and left alone when it holds %j", async (text) => {
        writeFileSync(dataFile, text);
        await expect(start()).rejects.toThrow("is not a data file of this version");
        expect(readFileSync(dataFile, "utf8")).toBe(text);
    });
});

it("loses nothing that was answered when the process is killed in the middle of its writes", async () => {
    const { cli, remove } = installEmulator();
    const project = "11111111-1111-4111-8111-111111111111";
    const flags = ["--data", dataFile, "--api-key", "pok_test", "--project", project];
    const headers = { authorization: basic("pok_test") };
    const answered: string[] = [];
    for (const round of [1, 2, 3]) {
        const emulator = await spawnEmulator(cli, flags);
        const url = `${emulator.url}/v1/projects/${project}/connections`;
        const create = async (name: string) => {
            const { status } = await send(url, "POST", kafka(name), headers);
            if (status === 201) {
                answered.push(name);
            }
        };
        const kill = async () => {
            while (answered.length < round * 20) {
                await new Promise((resolve) => setImmediate(resolve));
            }
            await emulator.end("SIGKILL");
        };
        const creations = Array.from({ length: 200 }, (_, index) => create(`c-${round}-${index}`));
        await Promise.all([kill(), Promise.allSettled(creations)]);
    }
    const survivor = await startTestEmulator({ dataFile, projectId: project });
    const { json } = await survivor.api("GET", "/connections");
    const names = (json.values as { name: string }[]).map(({ name }) => name);
    await survivor.close();
    remove();
    expect(names).toEqual(expect.arrayContaining(answered));
    expect(survivor.notice).toBeUndefined();
});
