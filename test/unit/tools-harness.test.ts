import { setTimeout as sleep } from "node:timers/promises";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { RunningCommand } from "../support/command";
import { changes, parseSteps } from "../support/summary";

let dir: string;

beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), "harness-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const node = (script: string, limitMs = 30_000) =>
    new RunningCommand("the command", process.execPath, ["-e", script], { cwd: dir, env: process.env, limitMs });

/** Starts a child in a process group of its own, as the engine starts its plugins, and then does nothing. */
const withPlugin = `
const { spawn } = require("node:child_process");
const shell = "set -m; sleep 600 & echo $! > plugin.pid; echo started; wait";
spawn("bash", ["-c", shell], { stdio: ["ignore", "inherit", "inherit"] });
setInterval(() => undefined, 1000);`;

const pluginPid = () => Number(readFileSync(path.join(dir, "plugin.pid"), "utf8"));

/** A killed process that nobody has waited for yet is still listed, as a zombie. */
function isAlive(pid: number): boolean {
    try {
        return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
    } catch {
        return false;
    }
}

/** The kernel takes a moment to end a killed process. */
async function expectEnded(pid: number): Promise<void> {
    for (let round = 0; round < 100 && isAlive(pid); round += 1) await sleep(20);
    expect(isAlive(pid)).toBe(false);
}

describe("a command of the harness", () => {
    test("gives its output, without colours, and its exit code", async () => {
        const command = node(
            `process.stdout.write("\\x1b[32mout\\x1b[0m"); process.stderr.write("err"); process.exitCode = 3`,
        );
        const { code, stdout, stderr, text } = await command.done;
        expect({ code, stdout, stderr }).toEqual({ code: 3, stdout: "out", stderr: "err" });
        expect(["outerr", "errout"]).toContain(text);
    });

    test("that hangs is ended with every process that it has started, and its output is reported", async () => {
        const command = node(withPlugin, 3_000);
        await expect(command.done).rejects.toThrow(/^the command did not end within 3 s:\nstarted/);
        await expectEnded(pluginPid());
    });

    test("can be killed alone, and what it has left behind afterwards", async () => {
        const command = node(withPlugin);
        await command.printed("started");
        command.kill("SIGKILL");
        await expect(command.done).resolves.toMatchObject({ code: null });
        const pid = pluginPid();
        expect(isAlive(pid)).toBe(true);
        expect(command.killProcesses("no such command line")).toBe(0);
        expect(command.killProcesses("sleep 600")).toBeGreaterThan(0);
        while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
        command.killAll();
    });

    test("that ends without printing what is waited for fails the wait", async () => {
        await expect(node(`console.log("other")`).printed("this")).rejects.toThrow(
            "the command ended without printing this:\nother",
        );
    });
});

describe("the summary of a run", () => {
    test.each([
        ["    + 1 to create\n    3 unchanged", { create: 1, unchanged: 3 }],
        ["    ~ 1 updated\n    +-1 replaced\n    2 changes. 1 unchanged", { update: 1, replace: 1, unchanged: 1 }],
        ["    - 3 deleted", { delete: 3 }],
        ["    1 unchanged\n    2 errored", { unchanged: 1, errored: 2 }],
    ])("%j is counted by operation", (lines, expected) => {
        expect(changes({ text: `Updating (dev):\n\nResources:\n${lines}\n\nDuration: 2s\n` })).toEqual(expected);
    });

    test("without resources is empty", () => {
        expect(changes({ text: "error: no stack" })).toEqual({});
    });

    test("as JSON gives each step with the resource's name and type", () => {
        const urn = "urn:pulumi:dev::e2e::pulumi-nodejs:dynamic/polaris:StreamingJob::orders";
        const type = "pulumi-nodejs:dynamic/polaris:StreamingJob";
        const json = JSON.stringify({ steps: [{ op: "delete", urn, oldState: { urn, type } }] });
        expect(parseSteps(json)).toEqual([{ op: "delete", urn, name: "orders", type, oldState: { urn, type } }]);
    });
});
